# SPDX-License-Identifier: Apache-2.0
"""Cards are read alike on every server, whatever they are called (RFC 6352 sections 6.3 and 8)."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

import pytest

from aiocontacts import Contact, NotFound, StatusError, all_of, any_of, param, prop
from aiocontacts.protocol.dav import Filter, PropFilter
from tests.interop.places import Place, card

# Servers that are not ours take their time.
pytestmark = pytest.mark.timeout(60)

NAMES = {
    "plain.vcf": "Plain",
    "a%40b.vcf": "At",
    "sp%20ace.vcf": "Space",
    "%C3%A9t%C3%A9.vcf": "Accents",
    "e%CC%81te%CC%81.vcf": "Accents apart",
    "%E6%97%A5%E6%9C%AC.vcf": "Japan",
    "%F0%9F%8E%BB.vcf": "A violin",
    "100%25.vcf": "Percent",
    "%2541.vcf": "Percent and digits",
    "a%2Bb.vcf": "Plus",
    "urn%3Auuid%3A1.vcf": "Colons",
    "it%27s.vcf": "Apostrophe",
    "Tom%26Jerry.vcf": "Ampersand",
    "a%3Bb%2Cc%3Dd.vcf": "Semicolon",
    "why%3F.vcf": "Question mark",
    "no%231.vcf": "Hash",
    "%5Bx%5D%7By%7D.vcf": "Brackets",
    "%3Clt%3E.vcf": "Angles",
    "%22q%22.vcf": "Quotes",
    "tilde~and-more_.vcf": "Unreserved",
    "UPPER.VCF": "Capitals",
}


async def test_cards_are_read_under_any_name(place: Place) -> None:
    """A card is listed, fetched with others and fetched alone, however its name is spelt."""
    book = await place.make_book()
    await place.fill(book, {name: card(quote(fn), fn) for name, fn in NAMES.items()})

    async with place.opened(book) as (mine, recording):
        members = await mine.members()
        contacts = await mine.multiget(members)
        asked = recording.take()
        singly = [await mine.get(member) for member in members]

    path = urlsplit(book).path
    found = {unquote(contact.key.removeprefix(path)): fn_of(contact) for contact in contacts}
    assert {unquote(name): fn for name, fn in NAMES.items()} == found
    singly_asked = ["GET"] * len(place.quirks.misread_names)
    assert ["PROPFIND 1", f"addressbook-multiget {len(NAMES)}", *singly_asked] == asked
    assert texts(contacts.contacts) == texts(singly)


async def test_a_card_has_one_key_however_it_is_spelt(place: Place) -> None:
    """The spelling under which a card was stored and the server's own name the same card."""
    book = await place.make_book()
    await place.fill(book, {name: card(quote(fn), fn) for name, fn in NAMES.items()})

    async with place.opened(book) as (mine, _):
        members = await mine.members()
        contacts = await mine.multiget(f"{book}{name}" for name in NAMES)

    assert (len(NAMES), ()) == (len(contacts), contacts.gone)
    assert {member.key for member in members} == {contact.key for contact in contacts}


@pytest.mark.parametrize("name", ["why%3F.vcf", "no%231.vcf"])
async def test_a_card_is_not_gone_because_it_was_misread(place: Place, name: str) -> None:
    """A card that is asked for alone is found, though the server answers for another name."""
    book = await place.make_book()
    await place.put(book, name, card("odd"))

    async with place.opened(book) as (mine, _):
        answer = await mine.multiget(await mine.members())

    assert (1, ()) == (len(answer), answer.gone)


async def test_every_member_that_is_asked_for_is_answered(place: Place) -> None:
    """A multiget answers each member it is given, by its key, href or contact; some are gone."""
    book = await place.make_book()
    await place.fill(book, {f"{n}.vcf": card(f"{n}") for n in range(4)})
    path = urlsplit(book).path

    async with place.opened(book) as (mine, _):
        first = await mine.get(f"{path}0.vcf")
        await place.delete(book, "3.vcf")
        wanted: list[Contact | str] = [
            first,
            f"{path}1.vcf",
            f"{book}2.vcf",
            f"{path}3.vcf",
            f"{path}never.vcf",
        ]
        answer = await mine.multiget(wanted)

    assert [f"{path}{n}.vcf" for n in range(3)] == sorted(one.key for one in answer)
    assert [f"{path}3.vcf", f"{path}never.vcf"] == sorted(answer.gone)
    assert () == answer.unreadable


async def test_a_card_comes_as_it_was_stored(place: Place) -> None:
    """Folds, escapes, other scripts, and parameters arrive as they were sent, lines in CR LF."""
    book = await place.make_book()
    lines = [
        "ORG:Rüdiger & Söhne\\, Ltd.;<Dept. 1>",
        "NOTE:山田さん says hi\\; \\nand waves 👩‍💻 ]]>",
        "item1.TEL;TYPE=cell:+44 20 7946 0000",
        "item1.X-ABLABEL:_$!<Other>!$_",
    ]
    text = card("whole", "Zoë", *lines)
    await place.put(book, "whole.vcf", text)

    async with place.opened(book) as (mine, _):
        [fetched] = await mine.multiget(await mine.members())
        alone = await mine.get(fetched)

    assert set(text.splitlines()) == set(unfolded(fetched.text).splitlines())
    assert texts([fetched]) == texts([alone])
    assert fetched.text.count("\n") == fetched.text.count("\r\n")
    assert fetched.etag == alone.etag
    assert fetched.etag


async def test_what_is_not_there_is_not_found(place: Place) -> None:
    """A card and a book that do not exist are NotFound, and never an empty answer."""
    book = await place.make_book()

    async with place.opened(book) as (mine, _):
        with pytest.raises(NotFound):
            await mine.get("nobody.vcf")
    async with place.opened(f"{place.home}nothing/") as (nothing, _):
        with pytest.raises(StatusError) as refused:
            await nothing.members()

    assert 404 == refused.value.status


PEOPLE = {
    "ada.vcf": card("1", "Ada Lovelace", "EMAIL;TYPE=home:ada@example.org", "NICKNAME:Countess"),
    "grace.vcf": card("2", "Grace Hopper", "EMAIL;TYPE=work:grace@navy.example"),
    "zoe.vcf": card("3", "Zoë Ångström", "TEL;TYPE=cell:+46 8 123"),
    "sakura.vcf": card("4", "さくら", "EMAIL;TYPE=work:sakura@example.org"),
}

QUERIES: dict[str, tuple[Filter | PropFilter | None, set[str]]] = {
    "everybody": (None, {"ada", "grace", "zoe", "sakura"}),
    "a part": (prop("FN").contains("love"), {"ada"}),
    "the whole": (prop("FN").equals("Grace Hopper"), {"grace"}),
    "a beginning": (prop("FN").starts_with("Gra"), {"grace"}),
    "an end": (prop("EMAIL").ends_with("example.org"), {"ada", "sakura"}),
    "a property": (prop("EMAIL"), {"ada", "grace", "sakura"}),
    "another case": (prop("fn").contains("HOPPER"), {"grace"}),
    "one of two": (
        any_of(prop("FN").contains("Ada"), prop("TEL").contains("+46")),
        {"ada", "zoe"},
    ),
    "two of two": (
        all_of(prop("EMAIL").contains("example.org"), prop("FN").contains("Ada")),
        {"ada"},
    ),
    "nobody": (prop("FN").equals("Nobody & <Nothing>"), set()),
    "an absence": (prop("EMAIL").is_not_defined(), {"zoe"}),
    "another script": (prop("FN").contains("くら"), {"sakura"}),
    "a parameter": (prop("EMAIL").where(param("TYPE").equals("work")), {"grace", "sakura"}),
}


@pytest.mark.parametrize("named", QUERIES)
async def test_a_query_finds_what_matches(place: Place, named: str) -> None:
    """A query gives the cards that its filter describes, whole, whatever else the server gives."""
    wanted, expected = QUERIES[named]

    assert expected == await found_by(place, wanted)


async def test_what_a_server_leaves_out_is_not_found(place: Place) -> None:
    """Accents in another case match; a server that does not give the card keeps it to itself."""
    expected = {"zoe"} if place.quirks.folds_accents else set[str]()

    assert expected == await found_by(place, prop("FN").contains("ÅNGSTRÖM"))


async def test_a_query_stops_at_its_limit(place: Place) -> None:
    """No more cards are given than were asked for, and it is said that there are more."""
    book = await place.make_book()
    await place.fill(book, PEOPLE)

    async with place.opened(book) as (mine, recording):
        some = await mine.query(prop("FN"), limit=2)
        asked = recording.take()
        all_of_them = await mine.query(prop("FN"), limit=4)

    assert (2, True) == (len(some), some.truncated)
    assert (4, False) == (len(all_of_them), all_of_them.truncated)
    assert ["addressbook-query"] == asked


async def found_by(place: Place, wanted: Filter | PropFilter | None) -> set[str]:
    book = await place.make_book()
    await place.fill(book, PEOPLE)
    async with place.opened(book) as (mine, _):
        answer = await mine.query(wanted)
    assert not answer.truncated
    return {contact.key.rpartition("/")[2].removesuffix(".vcf") for contact in answer}


def fn_of(contact: Contact) -> str:
    [fn] = (line[3:] for line in contact.text.split("\r\n") if line.startswith("FN:"))
    return fn


def texts(contacts: list[Contact] | tuple[Contact, ...]) -> set[str]:
    return {contact.text.rstrip() for contact in contacts}


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


async def test_case_128_parts_are_parts_on_every_server(place: Place) -> None:
    """Case 128: whether a server gives parts or whole cards, nothing more is seen of them."""
    book = await place.make_book()
    await place.fill(book, {"ada.vcf": card("ada", "Ada")})

    async with place.opened(book) as (mine, _):
        [part] = await mine.query(prop("FN").contains("ada"), properties=("EMAIL",))

    told = {line.name: line.raw.strip() for line in part.lines}
    assert told.keys() <= {"VERSION", "UID", "FN", "N"}
    assert ("FN:Ada", "ada") == (told["FN"], part.uid)
