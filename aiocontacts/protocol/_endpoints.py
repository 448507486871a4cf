# SPDX-License-Identifier: Apache-2.0
"""Where Google is, for all that talk to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

from aiocontacts.errors import UsageError, shown

from ._urls import origin


@final
@dataclass(frozen=True, slots=True)
class GoogleEndpoints:
    """Where Google's CardDAV, feeds, tokens and page to agree at are; others stand in for tests.

    Where `token` is not Google's, every token is asked for there, whatever the credentials say.
    Raises UsageError for what is no URL.
    """

    carddav: str = "https://www.googleapis.com"
    token: str = "https://oauth2.googleapis.com/token"
    authorize: str = "https://accounts.google.com/o/oauth2/v2/auth"
    feeds: str = "https://www.google.com/"

    def __post_init__(self) -> None:
        for url in (self.carddav, self.token, self.authorize, self.feeds):
            _place(url)

    @classmethod
    def given(cls, endpoints: object) -> Self:
        """What a caller has given; raises UsageError for what are no endpoints."""
        if isinstance(endpoints, cls):
            return endpoints
        raise UsageError(
            "endpoints are GoogleEndpoints", hint="For one URL: GoogleEndpoints.at(url)."
        )

    @classmethod
    def at(cls, url: str) -> Self:
        """All of them below one URL, where `aiocontacts.testing.FakeServer` has them.

        Raises UsageError for what is no URL.
        """
        place = _place(url)
        return cls(url, f"{place}/token", f"{place}/authorize", f"{place}/")


def _place(url: object) -> str:
    if not isinstance(url, str):
        raise UsageError("what is no text is no URL of a server")
    try:
        return origin(url)
    except ValueError:
        raise UsageError(f"{shown(url)} is no URL of a server") from None
