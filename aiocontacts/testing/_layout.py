# SPDX-License-Identifier: Apache-2.0
"""Where things stand on a server, and what stands there without being made.

A layout is chosen once, when the server is made, by the name of its profile: books keep their
hrefs when the profile is changed afterwards.

::

    /dav/                                              the context root
    /dav/principals/<user>/                            a principal
    /dav/books/<user>/                                 an address book home
    /dav/books/<user>/<book>/                          an address book

    /carddav/v1/principals/<e-mail address>/                at Google: a principal
    /carddav/v1/principals/<e-mail address>/lists/          an address book home
    /carddav/v1/principals/<e-mail address>/lists/default/  the one address book
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, final

from aiocontacts.protocol import GOOGLE


@final
class Place(NamedTuple):
    """What a path means: whose, in which tree, and the segments below."""

    tree: str
    """Either ``principals`` or ``books``."""
    user: str
    below: Sequence[str] = ()


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a kind of server."""

    context: str
    """Where the well-known URL points (RFC 6764 section 5)."""
    principal: str
    """The path of a principal, with ``{}`` for the user."""
    home: str
    """The path of an address book home, with ``{}`` for the user."""
    place: Callable[[Sequence[str]], Place | None]
    """What the segments of a path mean."""
    user: str = "ada"
    """What the first user is called, if not told otherwise."""
    only_book: str | None = None
    """The name of the one book that everybody has, where there are no others."""
    display_name: str | None = None
    description: str = ""
    furnished: bool = True
    """Whether a home holds a calendar, an inbox and a folder besides the books."""
    dated_etags: bool = False
    """Whether entity tags are timestamps."""
    hidden: frozenset[str] = frozenset()
    """Properties, as ``{namespace}name``, that no resource defines."""


def _standard(segments: Sequence[str]) -> Place | None:
    match segments:
        case ["dav", "principals" | "books" as tree, user, *below]:
            return Place(tree, user, below)
        case _:
            return None


def _google(segments: Sequence[str]) -> Place | None:
    match segments:
        case ["carddav", "v1", "principals", user]:
            return Place("principals", user)
        case ["carddav", "v1", "principals", user, "lists", *below]:
            return Place("books", user, below)
        case _:
            return None


STANDARD_LAYOUT: Final = Layout(
    context="/dav/",
    principal="/dav/principals/{}/",
    home="/dav/books/{}/",
    place=_standard,
)
GOOGLE_LAYOUT: Final = Layout(
    context="/carddav/v1/",
    principal="/carddav/v1/principals/{}/",
    home="/carddav/v1/principals/{}/lists/",
    place=_google,
    user="ada@example.com",
    only_book="default",
    display_name="Address Book",
    description="My Contacts",
    furnished=False,
    dated_etags=True,
    hidden=frozenset({"{DAV:}getcontenttype"}),
)

LAYOUTS: Final[Mapping[str, Layout]] = {GOOGLE.name: GOOGLE_LAYOUT}
"""The layouts that are not the standard one, by the name of the profile."""
