# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields

import pytest

from aiocontacts.errors import ContactsError, MalformedResponse
from aiocontacts.protocol import LIMITS, Base, ETag, Headers, Limits, ResponseHead, resolve
from aiocontacts.protocol.dav import MultistatusDecoder, cursor_of
from aiocontacts.protocol.gdata import GetEntry
from tests.protocol.rows import URL, etag, multistatus, propstat, response, responses

KIB, MIB = 1024, 1024 * 1024


def test_limits_are_what_they_are_said_to_be() -> None:
    """The limits in force are those of the threat model, and cannot be changed by accident."""
    assert Limits() == LIMITS
    assert {
        "answer": 64 * MIB,
        "small_answer": MIB,
        "excerpt": 16 * KIB,
        "grant": 64 * KIB,
        "expansion": 200,
        "card": 4 * MIB,
        "entry": MIB,
        "photo": 5 * MIB,
        "lines": 20_000,
        "parameters": 64,
        "depth": 32,
        "attributes": 64,
        "name": KIB,
        "names": 5_000,
        "text": 16 * MIB,
        "token": 256 * KIB,
        "href": 4 * KIB,
        "etag": KIB,
        "sync_token": 8 * KIB,
        "members": 200_000,
    } == {field.name: getattr(LIMITS, field.name) for field in fields(Limits)}
    with pytest.raises(FrozenInstanceError):
        LIMITS.depth = 10**6  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def reads(body: bytes) -> bool:
    """Whether a multistatus is read, in pieces of an ordinary size."""
    try:
        responses(body, sizes=(32_768,))
    except ContactsError:
        return False
    return True


def having(prop: str) -> bool:
    return reads(multistatus(response("/a", propstat(prop))))


def depth(size: int) -> bool:
    outer = len(("multistatus", "response", "propstat", "prop"))
    return having("<x>" * (size - outer) + "</x>" * (size - outer))


def attributes(size: int) -> bool:
    named = "".join(f" a{n}=''" for n in range(size))
    return having(f"<x{named}/>")


def name(size: int) -> bool:
    return having(f"<x><{'n' * size}/></x>")


def names(size: int) -> bool:
    own = 6
    return having("".join(f"<n{number}/>" for number in range(size - own)))


def text(size: int) -> bool:
    return having(f"<x>{'t' * size}</x>")


def token(size: int) -> bool:
    # Where expat says that it stands is not the same in all versions: a kibibyte, not a byte.
    size = LIMITS.token + (size - LIMITS.token) * KIB
    reader = MultistatusDecoder(ResponseHead(207, Headers(), URL))
    reader.feed(b'<D:multistatus xmlns:D="DAV:">')
    comment = b"<!--".ljust(size, b"c")
    try:
        for at in range(0, size, 32 * KIB):
            reader.feed(comment[at : at + 32 * KIB])
    except MalformedResponse:
        return False
    return True


def href(size: int) -> bool:
    try:
        resolve(URL, f"/{'h' * (size - 1)}")
    except ContactsError:
        return False
    return True


def tag(size: int) -> bool:
    return ETag.read("e" * size) is not None


def sync_token(size: int) -> bool:
    whole = reads(multistatus(f"<D:sync-token>{'t' * size}</D:sync-token>"))
    body = multistatus(response("/a", propstat(f"<D:sync-token>{'t' * size}</D:sync-token>")))
    properties = responses(body, sizes=(32_768,)).items[0].properties
    assert whole is (cursor_of(properties, "{DAV:}sync-token") is not None)
    return whole


def members(size: int) -> bool:
    hundred = response("/a", "<D:href>/b</D:href>" * 99)
    return reads(multistatus(hundred * (size // 100), response("/c") * (size % 100)))


def entry(size: int) -> bool:
    start, end = b"<entry xmlns='http://www.w3.org/2005/Atom'>", b"</entry>"
    decoder = GetEntry(URL).decoder(ResponseHead(200, Headers(), URL))
    assert decoder is not None
    try:
        decoder.feed(start.ljust(size - len(end)) + end)
    except MalformedResponse:
        return False
    return True


MET: dict[str, Callable[[int], bool]] = {
    "depth": depth,
    "attributes": attributes,
    "name": name,
    "names": names,
    "text": text,
    "token": token,
    "href": href,
    "etag": tag,
    "sync_token": sync_token,
    "members": members,
    "entry": entry,
}
# Met where bodies are read, in transport, and where a card is read.
ELSEWHERE = {
    "answer",
    "small_answer",
    "excerpt",
    "grant",
    "expansion",
    "card",
    "lines",
    "parameters",
    "photo",
}


@pytest.mark.parametrize("limit", MET)
@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False)])
def test_a_limit_is_met_exactly(limit: str, over: int, *, fine: bool) -> None:
    """What is just within a limit is read, and what is just beyond it is not."""
    assert fine is MET[limit](getattr(LIMITS, limit) + over)


def test_every_limit_is_met() -> None:
    """There is no limit that nobody tries."""
    assert {field.name for field in fields(Limits)} == MET.keys() | ELSEWHERE


def test_an_href_at_the_limit_is_a_member_all_the_same() -> None:
    """A long href is a member or nobody's, in one form as in another."""
    base = Base(URL)
    rest = LIMITS.href - len(base.path)

    for spelling in ("a", "%61"):
        fits = base.path + spelling * (rest // len(spelling))
        assert base.read(fits).relation is base.read(base.path + "a").relation
        assert base.read(fits + "bcd").relation is base.read("/elsewhere").relation


def test_a_good_answer_is_far_from_any_limit() -> None:
    """A card with a photo of 3 MB, in an answer of many, is nothing special."""
    card = f"<C:address-data>BEGIN:VCARD\n{'p' * 4 * MIB}\nEND:VCARD\n</C:address-data>"

    assert reads(multistatus(*(response(f"/{n}", propstat(etag(), card)) for n in range(5))))
