# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest

from aiocontacts import (
    AddressBookInfo,
    ContactsError,
    NotFound,
    PermissionDenied,
    StatusError,
    UsageError,
)
from aiocontacts._book._books import change_book, make_book, remove_book
from aiocontacts._book._stored import PAUSE
from aiocontacts.protocol import GOOGLE, STANDARD, Headers, Request, ResponseHead, refusal
from aiocontacts.protocol.dav import (
    ADDRESSBOOK_COLOR,
    ADDRESSBOOK_DESCRIPTION,
    DISPLAYNAME,
    DeleteObject,
    Mkcol,
    Multistatus,
    Propfind,
    Proppatch,
    Response,
)
from tests.shelves import lost
from tests.sync.scripted import ScriptedWaist

HOME = "http://127.0.0.1/home/"
INFO = AddressBookInfo(f"{HOME}b/", "Before")


def no(status: int) -> StatusError:
    return refusal(Request("MKCOL", HOME), ResponseHead(status, Headers(), HOME), b"")


def told(name: str = "People", description: str = "", color: str = "") -> Multistatus:
    """What the server says of a book."""
    texts = {DISPLAYNAME: name, ADDRESSBOOK_DESCRIPTION: description, ADDRESSBOOK_COLOR: color}
    properties: dict[str, Element] = {}
    for tag, text in texts.items():
        if text:
            properties[tag] = Element(tag)
            properties[tag].text = text
    return Multistatus(INFO.url, (Response("/home/b/", None, properties, ()),))


class Books:
    """Makes, changes and deletes a book over scripted answers."""

    def __init__(self, *answers: object) -> None:
        self.waist = ScriptedWaist(*answers)
        self.naps: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)

    async def make(self, description: str | None = None) -> AddressBookInfo:
        return await make_book(self.waist, HOME, STANDARD, "People", description, None, self.sleep)

    async def rename(self, description: str | None = None) -> AddressBookInfo:
        return await change_book(self.waist, INFO, STANDARD, "People", description, ..., self.sleep)

    async def remove(self) -> None:
        await remove_book(self.waist, INFO, STANDARD, self.sleep)

    @property
    def asked(self) -> list[str]:
        assert self.waist.exhausted
        return [type(one).__name__ for one in self.waist.asked]


async def test_a_book_is_made_under_a_name_of_its_own() -> None:
    """Two books of one name are two; each is described as the server then describes it."""
    books = Books(None, told(), None, told())
    first, second = await books.make(), await books.make()

    made = [one for one in books.waist.asked if isinstance(one, Mkcol)]
    assert [one.url for one in made] == [first.url, second.url]
    assert first.url != second.url
    assert first.url.startswith(HOME)
    assert [{DISPLAYNAME: "People"}] * 2 == [one.properties for one in made]
    assert "People" == first.display_name


async def test_what_the_server_trimmed_is_not_told_again() -> None:
    """A server that takes the blanks off a text has not forgotten it."""
    books = Books(None, told(description="All"))
    info = await books.make(" All ")

    assert ("All", ["Mkcol", "Propfind"]) == (info.description, books.asked)


async def test_what_the_server_forgot_is_told_once_more() -> None:
    """A server that takes only the name with the MKCOL is told the rest by PROPPATCH."""
    books = Books(None, told(), None, told(description="All"))
    info = await books.make("All")

    [patch] = [one for one in books.waist.asked if isinstance(one, Proppatch)]
    assert {ADDRESSBOOK_DESCRIPTION: "All"} == patch.properties
    assert "All" == info.description
    assert ["Mkcol", "Propfind", "Proppatch", "Propfind"] == books.asked


@pytest.mark.parametrize("error", [no(403), no(400), lost(sent=False)])
async def test_case_121_a_server_may_make_no_books(error: ContactsError) -> None:
    """121. What is refused is raised as it is."""
    books = Books(error)
    with pytest.raises(ContactsError) as caught:
        await books.make()

    assert error is caught.value
    assert ["Mkcol"] == books.asked


@pytest.mark.parametrize("status", [405, 415, 501])
async def test_case_121_what_a_server_does_not_know_is_told_so(status: int) -> None:
    """121. A method that is not served is a UsageError, which says what the server said."""
    hints: list[str | None] = []
    for act in (Books.make, Books.rename, Books.remove):
        books = Books(no(status))
        with pytest.raises(UsageError, match=r"of address books|address books of") as caught:
            await act(books)
        assert 1 == len(books.asked)
        hints.append(caught.value.hint)

    assert {f"It answers MKCOL with {status}; use the server's own pages."} == set(hints)


async def test_a_book_is_made_where_nothing_more_can_be_said_of_it() -> None:
    """A server that forgets the description and lets none be set has made the book."""
    books = Books(None, told(), no(405))
    info = await books.make("All")

    assert ("People", None) == (info.display_name, info.description)
    assert ["Mkcol", "Propfind", "Proppatch"] == books.asked


async def test_a_book_whose_answer_was_lost_is_looked_for() -> None:
    """Where it is there it was made; where it is not, it is made again, under the same name."""
    there, again = Books(lost(), told(), told()), Books(lost(), no(404), None, told())
    late = Books(lost(), no(404), no(405), told(), told())
    for books in (there, again, late):
        await books.make()

    assert ["Mkcol", "Propfind", "Propfind"] == there.asked
    assert (["Mkcol", "Propfind", "Mkcol", "Propfind"], [PAUSE]) == (again.asked, again.naps)
    assert ["Mkcol", "Propfind", "Mkcol", "Propfind", "Propfind"] == late.asked
    first, second = [one for one in again.waist.asked if isinstance(one, Mkcol)]
    assert first == second


async def test_a_book_is_given_other_names() -> None:
    """Only what was named is set; None empties it; the server's word is what is returned."""
    books = Books(None, told("People!"))
    info = await books.rename()

    [patch] = [one for one in books.waist.asked if isinstance(one, Proppatch)]
    assert {DISPLAYNAME: "People", ADDRESSBOOK_DESCRIPTION: ""} == patch.properties
    assert "People!" == info.display_name


async def test_a_lost_change_is_looked_for() -> None:
    """Where the properties are as they should be it was done; else it is done again."""
    done, again = Books(lost(), told(), told()), Books(lost(), told("Before"), None, told())
    await done.rename()
    await again.rename()

    assert ["Proppatch", "Propfind", "Propfind"] == done.asked
    assert ["Proppatch", "Propfind", "Proppatch", "Propfind"] == again.asked


async def test_case_122_a_refused_change_is_raised() -> None:
    """122. An error of the server's is raised; a change of nothing is an error of the caller's."""
    with pytest.raises(PermissionDenied):
        await Books(no(403)).rename()
    with pytest.raises(UsageError, match="nothing"):
        await change_book(ScriptedWaist(), INFO, STANDARD, ..., ..., ...)


async def test_a_book_is_gone_in_the_end() -> None:
    """A yes, a 404, and a lost answer to a book that is not there any more are the same."""
    yes, gone = Books(None), Books(no(404))
    cut, again = Books(lost(), no(404)), Books(lost(), told(), None)
    for books in (yes, gone, cut, again):
        await books.remove()

    assert ["DeleteObject", "Propfind", "DeleteObject"] == again.asked
    assert [DeleteObject(INFO.url)] == yes.waist.asked
    assert isinstance(cut.waist.asked[1], Propfind)


async def test_a_book_may_stay() -> None:
    """What is refused, and what fails three times, is raised."""
    last = no(500)
    with pytest.raises(PermissionDenied):
        await Books(no(403)).remove()
    books = Books(lost(), told(), lost(), told(), last, told())
    with pytest.raises(ContactsError) as caught:
        await books.remove()

    assert last is caught.value
    assert [PAUSE, PAUSE] == books.naps


async def test_where_nobody_can_look_nobody_knows() -> None:
    """If the server is away, the first error is raised, and says that it may have been done."""
    with pytest.raises(ContactsError, match="may or may not"):
        await Books(lost(), lost(sent=False)).remove()


async def test_a_server_that_cannot_is_not_asked() -> None:
    """Where the profile says that it makes no books and sets nothing, that is said at once."""
    waist = ScriptedWaist()
    with pytest.raises(UsageError):
        await make_book(waist, HOME, GOOGLE, "People", None, None)
    with pytest.raises(UsageError):
        await change_book(waist, INFO, GOOGLE, "People", None, None)
    with pytest.raises(UsageError):
        await remove_book(waist, INFO, GOOGLE)
    assert [] == waist.asked


async def test_a_book_is_not_described_where_that_is_not_possible() -> None:
    """A server that makes books and sets no properties is left with what it took."""
    waist = ScriptedWaist(None, told())
    info = await make_book(waist, HOME, STANDARD.having("no-proppatch"), "People", "All", None)

    assert (None, "People") == (info.description, info.display_name)
    assert waist.exhausted


async def test_a_book_that_vanished_cannot_be_described() -> None:
    """A book that is gone before it was read is an error."""
    with pytest.raises(NotFound):
        await Books(None, no(404)).make()
