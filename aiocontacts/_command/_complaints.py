# SPDX-License-Identifier: Apache-2.0
"""What went wrong, for who has typed a command: hints in its own words.

An error of the library says what helps in Python; where a command has an option for it, that is
said instead.
"""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = tuple(
    (re.compile(python), typed)
    for python, typed in (
        (r"allow_insecure_loopback=True", "--insecure-loopback"),
        (r"say so: ContactsSession\(\.\.\., trust=\('(.*)',\)\)", r"name that as the server: \1"),
        (r": ContactsSession\(\.\.\., auth=\.\.\.\)", ": --user NAME"),
        (r"auth=BasicAuth\(user, password\)", "--user NAME"),
        (r"ContactsSession\.google\(credentials\)", "aiocontacts login, and --google"),
        (r"endpoints=GoogleEndpoints\(token=\.\.\.\)", "--google-at URL"),
        (
            r"lend a session that knows it: ContactsSession\(.*\)\)\)",
            "name the file of its certificate in the variable SSL_CERT_FILE",
        ),
        (r"with max_removed=1\.0", "with --max-removed 1"),
        (r"wait for retry_after seconds", "wait a while"),
        (r", or let the service account act for one \(subject=\)", ": aiocontacts login --shared"),
        (r": ask for fewer entries \(max_results\)", ""),
    )
)
"""What hints say of Python, and what a command has for it."""


def complaint(error: Exception) -> str:
    """The sentence, and the hint where there is one."""
    text = str(error)
    for python, typed in _WORDS:
        text = python.sub(typed, text)
    return text
