# SPDX-License-Identifier: Apache-2.0
"""A server with quirks: those of its profile stand before it, the farthest out first.

The names are those of `aiocontacts.protocol.QUIRKS`.  Most quirks change a call or an answer on its
way; a few are asked for where the behaviour is: who may come in and where the well-known URL
leads (`_site`, `_carddav`), where a card is stored (`_carddav`), what a book says of itself and
whether it counts changes (`_properties`), what time does (`_server`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from ._answers import Answer, Call
from ._properties import View
from ._quirks_reading import READING, with_its_tokens
from ._quirks_writing import REFUSING, WRITING
from ._retelling import Act, Proceed
from ._site import Site

_ACTS: Final[Mapping[str, Act]] = {**WRITING, **READING}


def with_quirks(view: View, proceed: Proceed) -> Proceed:
    """The server as its profile has it, for one call."""
    quirks = view.site.profile.quirks
    if view.site.profile.tokens:
        proceed = partial(_before, view, with_its_tokens, proceed)
    if quirks:
        for name, act in reversed(list(_ACTS.items())):
            if name in quirks:
                proceed = partial(_before, view, act, proceed)
    return proceed


def _before(view: View, act: Act, proceed: Proceed, call: Call) -> Answer:
    return act(view, call, proceed)


def refused_with_quirks(site: Site, call: Call, no: Answer) -> Answer:
    """An answer as the profile has it, if it says no."""
    if no.status < 400:
        return no
    for name, told in REFUSING.items():
        if name in site.profile.quirks:
            no = told(call, no)
    return no
