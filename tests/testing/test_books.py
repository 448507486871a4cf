# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.testing import FakeBook
from aiocontacts.testing._books import quoted
from tests.canaries import assert_no_canary
from tests.testing.asking import BOOK, card


@pytest.fixture
def book() -> FakeBook:
    return FakeBook(BOOK)


def page(book: FakeBook, token: str, limit: int | None = None) -> tuple[list[str], str, bool]:
    changes = book.changes(token, limit)
    assert changes is not None
    return changes.names, changes.token, changes.truncated


@pytest.mark.parametrize(
    "name, segment",
    [
        ("ada.vcf", "ada.vcf"),
        ("urn:uuid:1@home", "urn:uuid:1@home"),
        ("a b/c?d#e%f.vcf", "a%20b%2Fc%3Fd%23e%25f.vcf"),
        ("Zoë", "Zo%C3%AB"),
    ],
)
def test_any_name_is_a_segment(book: FakeBook, name: str, segment: str) -> None:
    """A card may have any name; its href escapes what a path may not hold."""
    book.put(name, card("1"))

    assert segment == quoted(name)
    assert BOOK + segment == book.cards[name].href


def test_a_card_is_stored_as_it_is(book: FakeBook) -> None:
    """Text, entity tag and content type are those that were given."""
    etag = book.put("a.vcf", "anything", etag='W/"1"', content_type="text/x-vlist")

    stored = book.cards["a.vcf"]
    assert ('W/"1"', "anything", 'W/"1"') == (etag, stored.text, stored.etag)
    assert "text/x-vlist" == stored.content_type


def test_every_change_has_an_entity_tag_of_its_own(book: FakeBook) -> None:
    """The same text stored twice, also after a deletion, has two strong entity tags."""
    first = book.put("a.vcf", card("1"))
    second = book.put("a.vcf", card("1"))
    book.delete("a.vcf")
    third = book.put("a.vcf", card("1"))

    assert 3 == len({first, second, third})
    assert all(etag.startswith('"') for etag in (first, second, third))


def test_the_ctag_moves_with_each_change_only(book: FakeBook) -> None:
    """The CTag is the same as long as nothing changed, even when tokens are forgotten."""
    before = book.getctag
    book.forget_tokens()
    assert before == book.getctag

    book.put("a.vcf", card("1"))
    changed = book.getctag
    book.delete("a.vcf")

    assert 3 == len({before, changed, book.getctag})
    assert FakeBook(BOOK).getctag != before


def test_what_changed_since_a_token_is_told_once(book: FakeBook) -> None:
    """Each member that changed is named once, where it changed last."""
    book.put("kept", card("1"))
    token = book.token
    for name in ("a", "b", "a"):
        book.put(name, card(name))
    book.delete("kept")

    assert (["b", "a", "kept"], book.token, False) == page(book, token)
    assert ([], book.token, False) == page(book, book.token)


def test_a_first_synchronisation_names_no_tombstone(book: FakeBook) -> None:
    """Without a token, what is gone is not told, on no page."""
    for name in "abcdef":
        book.put(name, card(name))
    for name in "ae":
        book.delete(name)

    first, token, truncated = page(book, "", 2)
    rest = page(book, token)

    assert (["b", "c"], True) == (first, truncated)
    assert (["d", "f"], book.token, False) == rest


def test_what_goes_during_a_first_synchronisation_is_told(book: FakeBook) -> None:
    """A member that was listed on one page and is gone by the next is told as gone."""
    for name in "abc":
        book.put(name, card(name))
    _, token, _ = page(book, "", 2)
    book.delete("a")

    assert ["c", "a"] == page(book, token)[0]


def test_what_came_and_went_is_told(book: FakeBook) -> None:
    """A member that the client never saw is told as gone (RFC 6578 section 3.5.2)."""
    token = book.token
    book.put("a", card("1"))
    book.delete("a")

    assert ["a"] == page(book, token)[0]


def test_a_page_that_holds_all_is_not_truncated(book: FakeBook) -> None:
    """Exactly as many changes as the limit are all of them."""
    for name in "ab":
        book.put(name, card(name))

    assert (["a", "b"], book.token, False) == page(book, "", 2)
    assert (["a"], True) == page(book, "", 1)[::2]


@pytest.mark.parametrize("token", ["nonsense", "urn:x-fake-server:0:0", "urn:x-fake-server:1"])
def test_a_strange_token_is_refused(book: FakeBook, token: str) -> None:
    """A token that the book never gave stands for nothing."""
    assert None is book.changes(token)


def test_a_token_from_elsewhere_is_refused(book: FakeBook) -> None:
    """Another book's token, and one from the future, stand for nothing."""
    before = book.token

    assert None is FakeBook(BOOK).changes(before)
    assert None is book.changes(before.removesuffix("0") + "7")


def test_forgotten_tokens_are_refused(book: FakeBook) -> None:
    """After tokens were forgotten, old ones stand for nothing and new ones do."""
    old = book.token
    book.forget_tokens()

    assert None is book.changes(old)
    assert ([], book.token, False) == page(book, book.token)


def test_a_uid_has_holders(book: FakeBook) -> None:
    """The cards that have a UID are found, also when it moved or stands twice."""
    book.put("a", card("1"))
    book.put("b", card("1"))
    book.put("c", card("1"))
    book.put("b", card("2"))
    book.delete("c")

    assert ["a"] == [one.name for one in book.holders("1")]
    assert ["b"] == [one.name for one in book.holders("2")]
    assert [] == list(book.holders("3"))


def test_no_repr_shows_a_card(book: FakeBook) -> None:
    """A book and a card can be printed."""
    book.put("a", card("1"))

    assert f"FakeBook('{BOOK}', 1 cards)" == repr(book)
    assert_no_canary(repr(book.cards))


EDITS = st.lists(
    st.tuples(st.sampled_from(["put", "delete", "sync"]), st.sampled_from("abcdef")), max_size=60
)


@given(EDITS, st.integers(1, 4))
def test_pages_lead_to_the_book(edits: list[tuple[str, str]], limit: int) -> None:
    """Whoever takes pages, between any edits, ends with the book's own members."""
    book = FakeBook(BOOK)
    mirror: dict[str, str] = {}
    token, truncated = "", True

    def take() -> None:
        nonlocal token, truncated
        names, token, truncated = page(book, token, limit)
        for name in names:
            mirror.pop(name, None)
            if name in book.cards:
                mirror[name] = book.cards[name].etag

    for what, name in edits:
        if what == "sync":
            take()
        elif what == "put":
            book.put(name, card(name))
        elif name in book.cards:
            book.delete(name)
    while token != book.token or truncated:
        take()

    assert {name: one.etag for name, one in book.cards.items()} == mirror


def test_entity_tags_may_be_timestamps() -> None:
    """No two are the same, though the clock stands still."""
    book = FakeBook("/b/", dated_etags=True, clock=lambda: 1_000_000_000.5)

    tags = [book.put(name, card("1")) for name in "ab"]

    assert ['"2001-09-08T17:46:40.500-08:00"', '"2001-09-08T17:46:40.501-08:00"'] == tags


def test_cards_may_get_other_tags() -> None:
    """Every entity tag is another one then, and the cards are the same."""
    book = FakeBook("/b/")
    before = [book.put(name, card(name)) for name in "ab"]

    book.retag()

    assert set(before).isdisjoint(one.etag for one in book.cards.values())
    assert [card("a"), card("b")] == [one.text for one in book.cards.values()]


def test_a_card_is_found_under_its_alias() -> None:
    """As long as it is there."""
    book = FakeBook("/b/")
    book.put("real", card("1"))
    book.aliases["mine"] = "real"

    assert book.cards["real"] is book.find("mine")
    assert book.find("other") is None


def test_a_book_remembers_its_first_moment_and_its_dead() -> None:
    """From the first token on, everything is told; what is gone has a name."""
    book = FakeBook("/b/")
    first = book.token
    book.put("a", card("a"))
    book.put("b", card("b"))
    book.delete("a")

    assert first == book.first_token
    assert ["a"] == book.gone
