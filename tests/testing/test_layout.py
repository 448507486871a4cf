# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol import GOOGLE, STANDARD
from aiocontacts.testing import FakeServer
from aiocontacts.testing._layout import GOOGLE_LAYOUT, STANDARD_LAYOUT, Layout, Place


@pytest.mark.parametrize(
    "layout, path, expected",
    [
        (STANDARD_LAYOUT, "dav/principals/ada", Place("principals", "ada", [])),
        (STANDARD_LAYOUT, "dav/books/ada/contacts/1", Place("books", "ada", ["contacts", "1"])),
        (STANDARD_LAYOUT, "dav/calendars/ada", None),
        (STANDARD_LAYOUT, "carddav/v1/principals/ada", None),
        (GOOGLE_LAYOUT, "carddav/v1/principals/a@b", Place("principals", "a@b")),
        (GOOGLE_LAYOUT, "carddav/v1/principals/a@b/lists", Place("books", "a@b", [])),
        (GOOGLE_LAYOUT, "carddav/v1/principals/a@b/lists/x", Place("books", "a@b", ["x"])),
        (GOOGLE_LAYOUT, "carddav/v1/principals/a@b/other", None),
    ],
)
def test_a_path_is_read(layout: Layout, path: str, expected: Place | None) -> None:
    """A layout knows whose a path is, and in which tree."""
    assert expected == layout.place(path.split("/"))


def test_everybody_at_google_has_one_book() -> None:
    """It is there from the start, and every name means it."""
    server = FakeServer(profile=GOOGLE)

    assert ["default"] == list(server.books())
    assert server.books()["default"] is server.book("contacts")
    assert ("Address Book", "My Contacts") == (
        server.book().display_name,
        server.book().description,
    )
    assert "/carddav/v1/principals/ada@example.com/lists/default/" == server.book().href

    server.remove_book("contacts")
    assert {} == server.books()


def test_things_stay_where_they_are() -> None:
    """A server whose profile is changed keeps its paths."""
    server = FakeServer()
    server.profile = GOOGLE
    assert "/dav/books/ada/contacts/" == server.book().href

    server = FakeServer(profile=GOOGLE)
    server.profile = STANDARD
    assert "/carddav/v1/principals/ada@example.com/lists/default/" == server.book().href
