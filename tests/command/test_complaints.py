# SPDX-License-Identifier: Apache-2.0
"""What is said to who has typed a command; each hint is one that the library gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from aiocontacts import BasicAuth, SuspiciousSync
from aiocontacts._command._cli import main
from aiocontacts._command._complaints import complaint
from aiocontacts.errors import ContactsError
from aiocontacts.protocol import GoogleEndpoints, Headers, Request, ResponseHead, refusal
from aiocontacts.protocol._google_rules import CARDDAV_RULES, FEED_RULES
from aiocontacts.transport import BoundCredentials, Server
from aiocontacts.transport._aiohttp import _OWN_AUTHORITY
from aiocontacts.transport._google import GoogleAuth
from tests.canaries import PASSWORD
from tests.transport.scripted import Script
from tests.transport.service_accounts import service

URL = "http://127.0.0.1/"
AUTH = BasicAuth("ada", PASSWORD)
PYTHON = re.compile(r"\.\.\.|\w\(|\w=|[a-z]_[a-z]")
"""What no hint on a terminal has in it."""


def refused(status: int) -> ContactsError:
    return refusal(Request("GET", URL), ResponseHead(status, Headers(), URL), b"")


def raised(act: Callable[[], object]) -> ContactsError:
    with pytest.raises(ContactsError) as caught:
        act()
    return caught.value


def untrusted() -> ContactsError:
    return raised(lambda: BoundCredentials(AUTH).adopt("https://p42-contacts.icloud.com"))


def elsewhere() -> ContactsError:
    auth = GoogleAuth(service(), Script())
    return raised(lambda: auth._endpoint("https://tokens.example.org/"))


@pytest.mark.parametrize(
    "error, said",
    [
        (raised(lambda: BoundCredentials(AUTH).trust(URL)), "on this machine --insecure-loopback."),
        (untrusted(), "If it is right, name that as the server: https://p42-contacts.icloud.com."),
        (refused(401), "The server wants credentials: --user NAME."),
        (raised(lambda: Server.read("https://ada:p@example.org/")), "and give --user NAME."),
        (elsewhere(), "If it is right, say so: --google-at URL."),
        (ContactsError("", hint=_OWN_AUTHORITY), "made it, name the file of its certificate in"),
        (SuspiciousSync("", url=URL, known=99, gone=98), "synchronise once with --max-removed 1."),
        (refused(429), "fewer requests; wait a while."),
    ],
)
def test_a_hint_speaks_of_the_command(error: ContactsError, said: str) -> None:
    """Where a command has an option for what the library wants said in Python, it is named."""
    assert PYTHON.search(str(error.hint))
    assert said in complaint(error)
    assert not PYTHON.search(complaint(error))


def of_google() -> Iterator[ContactsError]:
    return (
        ContactsError("refused", hint=rule.hint)
        for rule in (*CARDDAV_RULES, *FEED_RULES)
        if rule.hint
    )


def test_what_google_says_is_told_without_python() -> None:
    """Of the hints to Google's refusals none names a function or an argument."""
    assert [] == [told for told in map(complaint, of_google()) if PYTHON.search(told)]
    assert any(PYTHON.search(str(error)) for error in of_google())


def test_what_needs_no_other_words_is_as_it_was() -> None:
    """A sentence without a hint, and any other hint, stay."""
    assert "gone" == complaint(OSError("gone"))
    assert "gone\nLook." == complaint(ContactsError("gone", hint="Look."))


def test_a_command_complains_in_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    """What is typed and refused says which option would let it be."""
    assert 2 == main(["doctor", URL, "--google-at", GoogleEndpoints.at(URL).token])
    assert 2 == main(["login", "--client-id", "a", "--google-at", URL, "--no-browser"])
    assert "--insecure-loopback." in capsys.readouterr().err
