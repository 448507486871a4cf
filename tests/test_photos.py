# SPDX-License-Identifier: Apache-2.0
"""Photos that are elsewhere: who is asked for them, with what, and what is taken for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pytest

from aiocontacts import BasicAuth, ContactsSession, Photo
from aiocontacts._photos import Places
from aiocontacts.errors import (
    ConnectionFailed,
    FetchRefused,
    MalformedResponse,
    NotFound,
    RedirectRefused,
    ServerError,
    TimedOut,
    UsageError,
)
from aiocontacts.protocol import LIMITS
from aiocontacts.testing import FakeServer, Fault
from aiocontacts.transport import BoundCredentials
from tests.canaries import PASSWORD, assert_no_canary
from tests.transport.scripted import Answer, Script, Time, redirect, refused, wire

JPEG = b"\xff\xd8\xff\xe0 and so on"
HOST = "https://dav.example.org"
AWAY = "https://photos.example.com"


def picture(data: bytes = JPEG, media_type: str = "image/jpeg") -> Answer:
    return Answer(200, {"Content-Type": media_type}, (data[:3], data[3:]))


@dataclass
class Asked:
    """A session's own server and all others, each with a script."""

    home: Script
    away: Script

    async def fetch(
        self,
        uri: str,
        hosts: Collection[str] = (),
        *,
        max_size: int = LIMITS.photo,
        deadline: float = 30.0,
    ) -> Photo:
        own = BoundCredentials(BasicAuth("ada", PASSWORD), trust=(HOST,))
        own.trust_domain("example.org")
        places = Places(own, wire(self.home, time=Time()), self.away, hosts)
        return await places.fetched(Photo(uri=uri), max_size, deadline)


@pytest.fixture
def asked() -> Asked:
    return Asked(Script(by=lambda _: picture()), Script(by=lambda _: picture()))


async def test_a_photo_that_is_here_is_not_fetched(asked: Asked) -> None:
    """A photo with bytes is given back, and nobody is asked."""
    photo = Photo(b"abc", "image/x-odd")
    places = Places(BoundCredentials(None), wire(asked.home), asked.away, ["*"])

    assert photo is await places.fetched(photo, 1, 0.0)
    assert [] == asked.home.log + asked.away.log


async def test_our_own_server_is_asked_with_the_credentials(asked: Asked) -> None:
    """What the server itself keeps takes no policy; a fragment is for readers of pages."""
    photo = await asked.fetch(f"{HOST}/photo?v=1#top")

    assert Photo(JPEG, "image/jpeg") == photo
    assert ([f"{HOST}/photo?v=1"], []) == (asked.home.urls, asked.away.urls)
    assert asked.home.credentials[0] is not None


@pytest.mark.parametrize("hosts", [[AWAY], ["photos.example.com"], ["*.example.com"], ["*"], "*"])
async def test_another_host_is_asked_without(asked: Asked, hosts: Collection[str]) -> None:
    """A host that the caller names is asked over its own connections, and sees no credential."""
    assert Photo(JPEG, "image/jpeg") == await asked.fetch(f"{AWAY}/a.jpg", hosts)
    assert ([], [f"{AWAY}/a.jpg"]) == (asked.home.urls, asked.away.urls)
    assert [None] == asked.away.credentials


async def test_a_picture_is_asked_for_as_it_is(asked: Asked) -> None:
    """A picture is packed already: what is packed again could only be a trap."""
    await asked.fetch(f"{AWAY}/a.jpg", [AWAY])

    [request] = asked.away.log
    assert ("image/*", "identity") == (
        request.headers["Accept"],
        request.headers["Accept-Encoding"],
    )


REFUSED: list[tuple[str, Collection[str]]] = [
    (f"{AWAY}/a.jpg", []),
    (f"{AWAY}/a.jpg", "*.example.net"),
    (f"{AWAY}:8443/a.jpg", [AWAY]),
    ("http://photos.example.com/a.jpg", ["*"]),
    ("http://dav.example.org/a.jpg", ["*"]),
    ("https://other.example.org/a.jpg", []),
    ("https://ada:x@photos.example.com/a.jpg", ["*"]),
    ("ftp://photos.example.com/a.jpg", ["*"]),
    ("file:///etc/passwd", ["*"]),
    ("cid:a", ["*"]),
    ("/a.jpg", ["*"]),
    ("//photos.example.com/a.jpg", ["*"]),
    ("https://", ["*"]),
    ("https://127.1/a.jpg", ["*"]),
    ("https://2130706433/a.jpg", ["*"]),
    ("https://photos..example.com/a.jpg", ["*"]),
    ("https://[::1", ["*"]),
    ("https://photos.example.com/\r\nX: y", ["*"]),
    ("", ["*"]),
]


@pytest.mark.parametrize("uri, hosts", REFUSED)
async def test_nobody_else_is_asked(asked: Asked, uri: str, hosts: Collection[str]) -> None:
    """A place that nobody allowed is refused before anything is sent."""
    with pytest.raises(FetchRefused) as caught:
        await asked.fetch(uri, hosts)

    assert [] == asked.home.log + asked.away.log
    assert not caught.value.sent
    assert not caught.value.transient


async def test_what_would_allow_it_is_said(asked: Asked) -> None:
    """The refusal names the origin, and the argument that would allow it."""
    with pytest.raises(FetchRefused) as caught:
        await asked.fetch(f"{AWAY}/a.jpg?token=T0KEN-CANARY")

    assert f"hosts=('{AWAY}',)" in (caught.value.hint or "")
    assert_no_canary(f"{caught.value} {caught.value!r}")


@pytest.mark.parametrize("place", ["https://localhost", "http://127.0.0.1:1", "https://10.0.0.1"])
async def test_what_would_not_allow_it_is_not_said(asked: Asked, place: str) -> None:
    """Who would be refused there all the same is told where photos may be."""
    with pytest.raises(FetchRefused) as caught:
        await asked.fetch(f"{place}/a.jpg")

    assert "Photos are fetched from public addresses, and from the session's own server." == (
        caught.value.hint
    )


async def test_no_photo_is_not_fetched(session: ContactsSession) -> None:
    """Where a contact has none, who fetches it is told so."""
    nothing: Any = None
    with pytest.raises(UsageError, match="no photo"):
        await session.fetch_photo(nothing)


async def test_plain_http_is_named_by_its_origin(asked: Asked) -> None:
    """Plain http is for a host that the caller names with its scheme."""
    uri = "http://photos.example.com/a.jpg"

    assert JPEG == (await asked.fetch(uri, ["http://photos.example.com"])).data
    assert [uri] == asked.away.urls


@pytest.mark.parametrize("hosts", [["a/b"], ["https://"], [""]])
async def test_hosts_that_mean_nothing_are_refused(asked: Asked, hosts: Collection[str]) -> None:
    """What is no host, no pattern and no origin is a UsageError."""
    with pytest.raises(UsageError):
        await asked.fetch(f"{AWAY}/a.jpg", hosts)


async def test_a_redirect_is_followed_where_it_might_have_begun(asked: Asked) -> None:
    """Each hop is judged like the first: to another host that is allowed, or not at all."""
    asked.away.play(redirect("https://cdn.example.com/b"), picture())
    assert JPEG == (await asked.fetch(f"{AWAY}/a", ["*.example.com"])).data
    assert [None, None] == asked.away.credentials

    for target in ("https://example.net/b", "http://photos.example.com/b", HOST):
        asked.away.play(redirect(target))
        with pytest.raises(RedirectRefused):
            await asked.fetch(f"{AWAY}/a", ["*.example.com"])
    assert [] == asked.home.log


async def test_our_own_server_cannot_send_the_credentials_away(asked: Asked) -> None:
    """A redirect from our server to a stranger is refused, without a hint to trust them."""
    asked.home.play(redirect(f"{AWAY}/a"))
    with pytest.raises(RedirectRefused) as caught:
        await asked.fetch(f"{HOST}/a", ["*"])

    assert None is caught.value.hint
    assert [] == asked.away.log


@pytest.mark.parametrize(
    "data, media_type",
    [
        (b"\xff\xd8\xff\xdb", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0", "image/png"),
        (b"GIF89a;", "image/gif"),
        (b"RIFF\n\0\0\0WEBPVP8", "image/webp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (b"\0\0\0\x1cftypheic", "image/heic"),
        (b"II*\0...", "image/tiff"),
        (b"BM...", "image/bmp"),
    ],
)
async def test_a_picture_is_what_its_bytes_are(asked: Asked, data: bytes, media_type: str) -> None:
    """The media type is that of the bytes, whatever picture the server says it is."""
    asked.home.play(picture(data, "Image/Whatever; charset=utf-8"))

    assert Photo(data, media_type) == await asked.fetch(f"{HOST}/a")


@pytest.mark.parametrize(
    "answer",
    [
        picture(JPEG, "text/html"),
        picture(JPEG, ""),
        picture(b"<svg onload='...'>", "image/svg+xml"),
        picture(b"", "image/jpeg"),
        picture(b"<html>sign in", "image/jpeg"),
    ],
)
async def test_what_is_no_picture_is_none(asked: Asked, answer: Answer) -> None:
    """A page, a script and nothing at all are a MalformedResponse, whatever they are called."""
    asked.home.play(answer)
    with pytest.raises(MalformedResponse, match="no picture"):
        await asked.fetch(f"{HOST}/a")


async def test_a_photo_has_a_size(asked: Asked) -> None:
    """What is larger than allowed is broken off, and one of just that size is not."""
    assert JPEG == (await asked.fetch(f"{HOST}/a", max_size=len(JPEG))).data
    with pytest.raises(MalformedResponse, match="larger"):
        await asked.fetch(f"{HOST}/a", max_size=len(JPEG) - 1)


async def test_a_photo_has_a_deadline(asked: Asked) -> None:
    """Nobody waits longer than they said."""
    with pytest.raises(TimedOut, match="no photo within 0 seconds"):
        await asked.fetch(f"{HOST}/a", deadline=0.0)


async def test_a_refusal_is_what_it_is_everywhere(asked: Asked) -> None:
    """What the server says no to is the same error as for a card; what may pass is repeated."""
    asked.away.play(refused(404))
    with pytest.raises(NotFound):
        await asked.fetch(f"{AWAY}/a", "*")
    asked.away.play(refused(500), Answer(instead=ConnectionFailed("cut", url=AWAY)), picture())

    assert JPEG == (await asked.fetch(f"{AWAY}/a", "*")).data


async def test_a_session_fetches_from_its_server(
    server: FakeServer, session: ContactsSession
) -> None:
    """A session asks its own server, on this machine too, and no other place on it."""
    server.fail(Fault(status=200, headers={"Content-Type": "image/jpeg"}, body=JPEG, path="/p.jpg"))
    photo = await session.fetch_photo(Photo(uri=f"{server.url}p.jpg"))
    with pytest.raises(FetchRefused, match="not fetched from"):
        await session.fetch_photo(Photo(uri="http://127.0.0.1:1/p.jpg"))
    # Where the name leads is known only when it has been looked up.
    with pytest.raises(FetchRefused, match="public"):
        await session.fetch_photo(Photo(uri="https://localhost:1/p.jpg"), hosts=["*"])

    assert Photo(JPEG, "image/jpeg") == photo
    assert [True] == ["Authorization" in asked.headers for asked in server.log]


async def test_hosts_below_a_domain_are_strangers_until_a_book_is_there() -> None:
    """What leads below the user's domain may be anybody's; where a book is, is the server's."""
    script = Script(by=lambda _: picture())
    auth = BasicAuth("ada", PASSWORD)
    photo = Photo(uri="https://p1.example.org/a.jpg")
    async with ContactsSession("ada@example.org", auth=auth, transport=script) as session:
        with pytest.raises(FetchRefused):
            await session.fetch_photo(photo)
        session.address_book("https://p1.example.org/dav/ada/")

        assert JPEG == (await session.fetch_photo(photo)).data
    with pytest.raises(UsageError, match="closed"):
        await session.fetch_photo(photo)


async def test_a_place_that_was_trusted_is_asked_with_the_credentials() -> None:
    """Photos that a provider keeps at another host of its own (iCloud) take trust= and no more."""
    script = Script(by=lambda _: picture())
    async with ContactsSession(
        "https://contacts.example.net",
        auth=BasicAuth("ada", PASSWORD),
        trust=("https://gateway.example.net",),
        transport=script,
    ) as session:
        photo = await session.fetch_photo(Photo(uri="https://gateway.example.net/a.jpg"))

    assert JPEG == photo.data
    assert [False] == [one is None for one in script.credentials]


async def test_who_fails_is_not_asked_for_ever(asked: Asked) -> None:
    """A stranger is asked as often as our own server would be, and no oftener."""
    asked.away = Script(by=lambda _: refused(502))
    with pytest.raises(ServerError):
        await asked.fetch(f"{AWAY}/a", "*")

    assert 1 < len(asked.away.log) < 10
