# SPDX-License-Identifier: Apache-2.0
"""The photo of a shared contact: read, given and taken away."""

from __future__ import annotations

import pytest

from aiocontacts import (
    CardError,
    CardRefused,
    ConnectionFailed,
    ContactsError,
    Draft,
    EditConflict,
    NotFound,
    Photo,
)
from aiocontacts._shared._entries import PAUSES
from aiocontacts.testing import Fault
from tests.domain import Domain

JPEG = Photo(b"\xff\xd8\xff jpeg", "image/jpeg")


async def test_a_photo_is_given_and_read() -> None:
    """The contact that comes back knows its photo, and the old one has lost its version."""
    domain = Domain()
    one = await domain.add()
    pictured = await domain.shared.set_photo(one, JPEG)

    assert JPEG == await domain.shared.photo(pictured)
    assert one.etag != pictured.etag
    assert ["GET", "GET", "PUT *", "GET", "GET"] == domain.asked


async def test_where_there_is_none_nothing_is_asked() -> None:
    """That a contact has no photo stands in its link."""
    domain = Domain()
    one = await domain.add()
    domain.asked.clear()

    assert None is await domain.shared.photo(one)
    assert [] == domain.asked


async def test_in_the_versioned_dialect_the_link_says_it() -> None:
    """Without entity tags, a link means a photo, which is written where another link says."""
    domain = Domain()
    one = await domain.add()
    domain.feed.photo(one.key, JPEG.data)
    one = await domain.shared.get(one.key)
    assert one.photo_link is not None
    link = one.photo_link._replace(etag=None)
    old = one.of(one.found._replace(etag=None, photo=link, edit_photo=f"{link.href}/v1"))
    none = one.of(one.found._replace(etag=None, photo=None))
    domain.asked.clear()

    assert JPEG == await domain.shared.photo(old)
    assert None is await domain.shared.photo(none)
    assert ["GET"] == domain.asked
    domain.server.log.clear()
    domain.server.fail(Fault(method="PUT", status=400))
    with pytest.raises(ContactsError):
        await domain.shared.set_photo(old, JPEG)
    assert domain.server.log[0].path.endswith("/v1")


async def test_a_photo_is_taken_away() -> None:
    """Deleted over the version that one knows of, it is gone."""
    domain = Domain()
    one = await domain.shared.set_photo(await domain.add(), JPEG)
    bare = await domain.shared.delete_photo(one)

    assert None is await domain.shared.photo(bare)
    with pytest.raises(EditConflict):
        await domain.shared.delete_photo(one)


async def test_a_photo_of_a_contact_that_is_gone_is_told_from_a_refusal() -> None:
    """Google says of both that the upload failed; only one of them is about its policy."""
    domain = Domain()
    one = await domain.shared.set_photo(await domain.add(), JPEG)
    domain.feed.photos_broken = True
    for change in (domain.shared.set_photo(one, JPEG), domain.shared.delete_photo(one)):
        with pytest.raises(CardRefused, match="2022"):
            await change
    domain.feed.delete(one.key)
    for change in (domain.shared.set_photo(one, JPEG), domain.shared.delete_photo(one)):
        with pytest.raises(NotFound):
            await change


async def test_where_nobody_knows_whether_it_is_gone_the_refusal_stands() -> None:
    """A contact that cannot be read either is not called gone."""
    domain = Domain()
    one = await domain.add()
    domain.feed.photos_broken = True
    domain.server.fail(Fault(method="GET", status=400, after=1))
    with pytest.raises(CardRefused, match="2022"):
        await domain.shared.set_photo(one, JPEG)


async def test_a_photo_that_is_too_large_is_named() -> None:
    """What is too large is the photo, and no extended property."""
    domain = Domain()
    one = await domain.add()
    domain.feed.photo_bytes = 3
    domain.asked.clear()
    with pytest.raises(CardRefused, match="A smaller photo"):
        await domain.shared.set_photo(one, JPEG)

    assert ["GET", "PUT *"] == domain.asked


async def test_another_photo_is_not_lost() -> None:
    """A photo is stored over the one that was seen, and over no other."""
    domain = Domain()
    one = await domain.shared.set_photo(await domain.add(), JPEG)
    await domain.shared.set_photo(one, Photo(b"\x89PNG", "image/png"))
    with pytest.raises(EditConflict):
        await domain.shared.set_photo(one, JPEG)


async def test_a_photo_that_was_not_seen_is_not_lost() -> None:
    """Who read the contact before it had a photo neither replaces nor deletes the new one."""
    domain = Domain()
    one = await domain.add()
    pictured = await domain.shared.set_photo(one, JPEG)
    with pytest.raises(EditConflict, match="read it again") as caught:
        await domain.shared.set_photo(one, Photo(b"\x89PNG", "image/png"))
    with pytest.raises(EditConflict):
        await domain.shared.delete_photo(one)

    assert (one, pictured) == (caught.value.base, caught.value.theirs)
    assert JPEG == await domain.shared.photo(pictured)


async def test_no_photo_is_taken_away() -> None:
    """Where there is no photo, there is nothing to delete, and nobody refuses it."""
    domain = Domain()
    one = await domain.add()
    domain.asked.clear()

    assert one == await domain.shared.delete_photo(one)
    assert ["GET"] == domain.asked
    domain.feed.delete(one.key)
    assert one == await domain.shared.delete_photo(one)


async def test_a_feed_that_lags_is_waited_for() -> None:
    """After a change of the photo, the contact is read until it knows of it; so is the photo."""
    domain = Domain()
    one = await domain.add()
    domain.feed.lag = 5.0
    pictured = await domain.shared.set_photo(one, JPEG)

    assert pictured.photo is not None
    assert [1.0, 2.0, 4.0] == domain.naps
    domain.naps.clear()
    domain.server.fail(Fault(method="GET", path="/photos/", status=404, times=2))
    assert JPEG == await domain.shared.photo(pictured)
    assert [1.0, 2.0] == domain.naps


async def test_it_is_not_waited_for_ever() -> None:
    """A photo that stays away is not found; a contact that stays old is given as it is."""
    domain = Domain()
    one = await domain.add()
    domain.feed.lag = 60.0
    stale = await domain.shared.set_photo(one, JPEG)

    assert stale.photo is None
    assert list(PAUSES) == domain.naps
    domain.feed.lag = 0.0
    pictured = await domain.shared.get(one.key)
    domain.server.fail(Fault(method="GET", path="/photos/", status=404, times=None))
    with pytest.raises(NotFound):
        await domain.shared.photo(pictured)


@pytest.mark.parametrize("photo", [Photo(uri="https://example.org/ada.jpg"), Photo()])
async def test_only_bytes_are_a_photo(photo: Photo) -> None:
    """A reference is not fetched by itself, and nothing is no photo."""
    domain = Domain()
    one = await domain.add()
    with pytest.raises(CardError, match="given as bytes"):
        await domain.shared.set_photo(one, photo)


async def test_a_contact_without_a_link_has_no_place_for_one() -> None:
    """Where the server names no link, there is nowhere to send a photo to."""
    domain = Domain()
    one = await domain.add()
    without = one.of(one.found._replace(photo=None))
    with pytest.raises(CardError, match="no link to a photo"):
        await domain.shared.set_photo(without, JPEG)


async def test_nobody_knows_after_a_lost_answer() -> None:
    """A photo cannot be compared with what was sent: who loses the answer has to look."""
    domain = Domain()
    one = await domain.add()
    domain.server.fail(Fault(method="PUT", cut_after=0))
    with pytest.raises(ConnectionFailed) as caught:
        await domain.shared.set_photo(one, JPEG)
    assert "may or may not" in str(caught.value.hint)

    domain.server.fail(Fault(method="DELETE", cut_after=0))
    with pytest.raises(ConnectionFailed) as deleting:
        await domain.shared.delete_photo(await domain.shared.get(one.key))
    assert "may or may not" in str(deleting.value.hint)


async def test_what_google_refuses_is_told() -> None:
    """Where photos cannot be written any more, as at Google, the error says so."""
    domain = Domain()
    one = await domain.add()
    domain.feed.photos_broken = True
    with pytest.raises(ContactsError) as caught:
        await domain.shared.set_photo(one, JPEG)

    assert caught.value.hint is not None
    assert not caught.value.transient


async def test_a_contact_that_no_reader_sees_yet_gets_its_photo() -> None:
    """A photo of a new contact is given back with it, as soon as the feed shows both."""
    domain = Domain()
    domain.feed.lag = 5.0
    made = await domain.shared.create(Draft(full_name="New"))
    pictured = await domain.shared.set_photo(made, Photo(b"1", "image/png"))

    assert made.key == pictured.key
    assert pictured.photo_link is not None
    assert pictured.photo_link.etag is not None
