# SPDX-License-Identifier: Apache-2.0
"""What writing to a feed promises, in both of its dialects, whatever goes wrong."""

from __future__ import annotations

import pytest

from aiocontacts import (
    EditConflict,
    NotFound,
    PermissionDenied,
    Photo,
    ProtocolError,
    ServerError,
    StatusError,
)
from aiocontacts._shared._batching import Update
from aiocontacts.protocol import ETag
from aiocontacts.protocol.gdata import PhotoLink
from aiocontacts.testing import Fault, LoggedRequest
from tests.domain import Domain
from tests.scribble_feed import FeedStory, entry, marked, scribble_feed


def _writes(asked: LoggedRequest) -> bool:
    return asked.method in {"PUT", "POST"}


DIALECTS = pytest.mark.parametrize("versioned", [False, True], ids=["tagged", "versioned"])


@DIALECTS
async def test_writers_of_a_feed_that_fails_and_lags(versioned: bool) -> None:
    """Whatever goes wrong: what was done is held once, what failed is not, doubt is told."""
    for seed in range(8):
        await scribble_feed(seed, versioned=versioned)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("lag", [0.0, 5.0, 20.0])
@DIALECTS
async def test_hundreds_of_edits_with_lost_answers(lag: float, versioned: bool) -> None:
    """Every third answer is lost, in a mix of all edits: the outcomes say what there is."""
    await FeedStory(1815, versioned=versioned, lag=lag).lose(writers=8, steps=30)


async def test_a_new_contact_that_no_reader_sees_yet_is_not_taken_for_deleted() -> None:
    """A delete that failed is done again, though a replica has never heard of the contact."""
    domain = Domain()
    domain.feed.lag = 20.0
    made = await domain.shared.create(entry("New"))
    domain.server.fail(Fault(method="DELETE", status=500))
    await domain.shared.delete(made)

    assert [] == domain.names


async def test_who_is_refused_a_new_contact_that_no_reader_sees_is_told() -> None:
    """A 412 to a delete means that there is another version, whatever a replica says."""
    domain = Domain()
    domain.feed.lag = 20.0
    made = await domain.shared.create(entry("New"))
    domain.feed.edit(made.key, name="Newer")
    with pytest.raises(EditConflict) as caught:
        await domain.shared.delete(made)

    assert (made, None, None) == (caught.value.base, caught.value.mine, caught.value.theirs)
    assert ["Newer"] == domain.names


async def test_a_bad_entry_that_no_reader_sees_keeps_its_refusal() -> None:
    """A 400 is the server's own word, also where a replica does not know the contact."""
    domain = Domain()
    domain.feed.lag = 20.0
    made = await domain.shared.create(entry("New"))
    domain.server.fail(Fault(method="PUT", status=400))
    with pytest.raises(Exception, match="400") as caught:
        await domain.shared.update(made, marked(made, "mine"))

    assert not isinstance(caught.value, NotFound)


async def test_what_readers_never_show_is_told_as_doubtful() -> None:
    """After lost answers over a feed that lags for long, nobody says that nothing was done."""
    domain = Domain()
    made = await domain.shared.create(entry("New"))
    domain.time += 60.0
    domain.feed.lag = 1000.0
    domain.server.fail(Fault(method="PUT", cut_after=0))
    with pytest.raises(EditConflict) as caught:
        await domain.shared.update(made, marked(made, "mine"))

    assert caught.value.hint is not None
    assert "may or may not" in caught.value.hint
    assert (made, marked(made, "mine").serialize()) == (caught.value.base, caught.value.mine)
    assert "<mine>" in str(domain.feed.live[made.key].contents.note)


@pytest.mark.parametrize("status", [400, 403])
async def test_a_refusal_after_a_lost_answer_leaves_the_doubt(status: int) -> None:
    """A try may have been done though the next one is refused, for what that may be."""
    domain = Domain()
    made = await domain.add()
    domain.feed.lag = 5.0
    domain.server.fail(Fault(method="DELETE", cut_after=0), Fault(method="DELETE", status=status))
    with pytest.raises(StatusError, match=str(status)) as caught:
        await domain.shared.delete(made)

    assert "may or may not" in str(caught.value.hint)


async def test_modify_waits_for_readers() -> None:
    """Two changes in a row are two changes, though the second is shown the old contact first."""
    domain = Domain()
    made = await domain.shared.create(entry("New"))
    domain.time += 60.0
    domain.feed.lag = 20.0
    await domain.shared.modify(made, lambda found: marked(found, "a"))
    await domain.shared.modify(made, lambda found: marked(found, "b"))

    assert "<a><b>" == domain.feed.live[made.key].contents.note


PARTS = """<entry xmlns="http://www.w3.org/2005/Atom" xmlns:gd="http://schemas.google.com/g/2005">
<gd:name><gd:fullName>Ada</gd:fullName></gd:name><gd:extendedProperty name="k" value="1"/>
<gd:extendedProperty name="l">mixed<x xmlns="urn:x"> con<y/>tent</x></gd:extendedProperty>
</entry>"""


@pytest.mark.parametrize(
    "fault",
    [None, Fault(cut_after=0, when=_writes), Fault(status=502, when=_writes)],
    ids=["well", "lost", "undone"],
)
@pytest.mark.parametrize("batched", [False, True], ids=["alone", "batch"])
@pytest.mark.parametrize("projection", ["thin", "property-k", "full"])
@DIALECTS
async def test_what_a_projection_does_not_show_survives(
    versioned: bool, projection: str, batched: bool, fault: Fault | None
) -> None:
    """An update of what was read in part leaves the rest as it was, whatever becomes of it."""
    domain = Domain(versioned=versioned)
    made = domain.feed.add(PARTS)
    async with domain.shared.entries(projection=projection) as contacts:
        [contact] = [contact async for contact in contacts]
    if fault is not None:
        domain.server.fail(fault)
    edited = marked(contact, "mine")
    if batched:
        [outcome] = await domain.shared.batch([Update(contact, edited)])
        assert outcome.error is None
    else:
        await domain.shared.update(contact, edited)

    now = domain.feed.live[made.key].contents
    assert ("<mine>", sorted(made.contents.extended)) == (now.note, sorted(now.extended))


@DIALECTS
async def test_two_edits_of_two_things_are_both_kept(versioned: bool) -> None:
    """Who merges has both edits, and a conflict with three sides where both are of one thing."""
    domain = Domain(versioned=versioned)
    made = domain.feed.add(PARTS)
    base = await domain.shared.get(made.key)
    domain.time += 1.0
    theirs = await domain.shared.update(base, marked(base, "theirs"))
    mine = base.edit()
    mine.nicknames = ["A."]
    both = await domain.shared.update(base, mine, merge=True)
    with pytest.raises(EditConflict) as caught:
        await domain.shared.update(base, marked(base, "mine"), merge=True)

    assert (["<theirs>"], ["A."]) == (both.notes, both.nicknames)
    assert made.contents.extended == domain.feed.live[made.key].contents.extended
    assert (base, marked(base, "mine").serialize()) == (caught.value.base, caught.value.mine)
    assert both == caught.value.theirs != theirs


async def test_a_key_is_one_segment_of_the_path() -> None:
    """Whatever stands in a key, it names an entry below the feed."""
    domain = Domain()
    with pytest.raises(NotFound):
        await domain.shared.get("../a/b?c#d")

    assert domain.server.log[-1].path.endswith("/full/..%2Fa%2Fb%3Fc%23d")


async def test_a_tombstone_is_no_contact() -> None:
    """A contact that is answered as deleted is not found."""
    domain = Domain()
    made = await domain.add()
    domain.server.fail(
        Fault(
            method="GET", replace=lambda body: body.replace(b"</entry>", b"<gd:deleted/></entry>")
        )
    )
    with pytest.raises(NotFound):
        await domain.shared.get(made)


async def test_links_to_other_places_are_followed_by_no_verb() -> None:
    """Neither a look after a lost answer nor a photo takes the token to another origin."""
    domain = Domain()
    made = await domain.add()
    away = "https://evil.example/x"
    photo = PhotoLink(away, ETag('"1"'))
    bad = made.of(made.found._replace(self_link=away, photo=photo))
    domain.server.fail(Fault(method="PUT", status=502))
    with pytest.raises(ServerError) as caught:
        await domain.shared.update(bad, marked(made, "mine"))
    assert isinstance(caught.value.__cause__, ProtocolError)
    with pytest.raises(ProtocolError, match="away from the feed"):
        await domain.shared.photo(bad)
    with pytest.raises(ProtocolError, match="away from the feed"):
        await domain.shared.set_photo(bad, Photo(b"1", "image/png"))


async def test_a_photo_that_is_stored_is_told_as_stored() -> None:
    """Where only reading the contact again failed, the error says so, at once."""
    domain = Domain()
    made = await domain.add()
    domain.server.fail(Fault(method="GET", after=1, status=403))
    with pytest.raises(PermissionDenied) as caught:
        await domain.shared.set_photo(made, Photo(b"1", "image/png"))

    assert "was stored" in str(caught.value.hint)
    assert [] == domain.naps
    assert domain.feed.live[made.key].photo is not None


async def test_a_photo_waits_for_the_contact_in_the_versioned_dialect() -> None:
    """What comes back after a photo is no older than what was given."""
    domain = Domain(versioned=True)
    made = await domain.add()
    domain.time += 60.0
    domain.feed.lag = 5.0
    edited = await domain.shared.update(made, marked(made, "mine"))
    domain.time += 1.0
    with_photo = await domain.shared.set_photo(edited, Photo(b"1", "image/png"))

    assert ["<mine>"] == with_photo.notes
    assert (await domain.shared.update(with_photo, marked(with_photo, "b"))).notes == ["<mine><b>"]
