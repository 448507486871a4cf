# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing import FakeFeed
from aiocontacts.testing._feed_query import Query, query_of, strict
from aiocontacts.testing._feed_refusals import FeedRefused
from tests.testing.feeding import DOMAIN, NOW

MS = 1_772_442_907_412
DAY = 86_400_000


def feed_of(*times: int) -> FakeFeed:
    """A feed of entries that were updated then, in seconds after some time."""
    clock = iter([NOW + time for time in times])
    feed = FakeFeed(DOMAIN, clock=lambda: next(clock, NOW))
    for time in times:
        feed.add(key=f"k{time}")
    return feed


def query(text: str) -> Query:
    return query_of(text, now=MS)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", Query({})),
        ("max-results=1000&start-index=1001", Query({}, size=1000, start=1001)),
        ("max-results=0", Query({}, size=0)),
        ("updated-min=2026-03-02T09:15:07.412Z", Query({}, updated_min=MS)),
        ("updated-min=2026-03-02T09:15:07.412", Query({}, updated_min=MS)),
        ("updated-min=2026-03-02t01:15:07.412-08:00", Query({}, updated_min=MS)),
        ("updated-min=2026-03-02T10:15:07.4111%2B01:00", Query({}, updated_min=MS)),
        ("updated-min=2022-03-16T00:00:00", Query({}, updated_min=1_647_388_800_000)),
        ("updated-max=2022-03-16", Query({}, updated_max=1_647_388_800_000)),
        ("showdeleted=true", Query({}, deleted=True)),
        ("showdeleted=false", Query({})),
        ("orderby=lastmodified", Query({}, ordered=True)),
        ("orderby=edited", Query({}, ordered=True)),
        (
            "orderby=lastmodified&sortorder=descending",
            Query({}, ordered=True, descending=True),
        ),
        ("access_token=x&group=y&prettyprint=true&v=3.0&alt=atom", Query({})),
        ("v=3.0&strict=true&max-results=3", Query({}, size=3)),
    ],
)
def test_a_query_is_read(text: str, expected: Query) -> None:
    """Every parameter that the pages name has a meaning, and a stranger has none."""
    got = query(text)

    fields = ("size", "start", "updated_min", "updated_max", "deleted", "ordered", "descending")
    assert [getattr(expected, name) for name in fields] == [getattr(got, name) for name in fields]


@pytest.mark.parametrize(
    "text, status, told",
    [
        ("max-results=-1", 400, "invalidParameterValue"),
        ("max-results=many", 400, "invalidParameterValue"),
        ("start-index=0", 400, "invalidParameterValue"),
        ("start-index=", 400, "invalidParameterValue"),
        ("updated-min=yesterday", 400, "invalidDatetime"),
        ("updated-min=2022-02-30", 400, "invalidDatetime"),
        ("updated-min=2022-03-16T00:00:00+01:00", 400, "invalidDatetime"),
        ("updated-max=20220316", 400, "invalidDatetime"),
        ("orderby=name", 400, "invalidParameterValue"),
        ("sortorder=up", 400, "invalidParameterValue"),
        ("showdeleted=yes", 400, "invalidParameterValue"),
        ("requirealldeleted=1", 400, "invalidParameterValue"),
        ("alt=json", 400, "invalidParameterValue"),
        ("start-index=1&start-token=x", 400, "incompatiblePaginationParameters"),
        ("q=ada", 403, "not supported"),
        ("author=ada", 403, "unsupportedQueryParam"),
        ("strict=true&group=x", 400, "unsupportedQueryParam"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(text: str, status: int, told: str) -> None:
    """By the status and the code of the rule."""
    with pytest.raises(FeedRefused) as no:
        query(text)

    assert status == no.value.answer.status
    assert told in no.value.message


def test_a_search_may_be_ignored() -> None:
    """A server that does not refuse a search answers with everything."""
    assert Query({"q": "ada"}) == query_of("q=ada", now=MS, search_ignored=True)


@pytest.mark.parametrize("text, gone", [("true", True), ("false", False)])
def test_lost_tombstones_are_admitted_on_request(text: str, *, gone: bool) -> None:
    """Who wants all of them, from more than thirty days ago, is told that they are gone."""
    asked = f"requirealldeleted={text}&showdeleted=true&updated-min=2026-03-02T09:15:07.412Z"
    query_of(asked, now=MS + 30 * DAY)

    try:
        query_of(asked, now=MS + 30 * DAY + 1)
        status = 200
    except FeedRefused as no:
        status = no.answer.status
    assert (410 if gone else 200) == status


def test_strictness_is_asked_for() -> None:
    """It is off without the parameter."""
    assert (False, True) == (strict("v=3.0"), strict("strict=true"))


def test_bounds_are_inclusive_and_exclusive() -> None:
    """What was updated at the lower bound is told, and at the upper bound not."""
    entries = feed_of(0, 1, 2, 3).view().entries.values()
    asked = Query({}, updated_min=MS + 1000, updated_max=MS + 3000, ordered=True)

    assert ["k1", "k2"] == [entry.key for entry in asked.select(entries)]


def test_the_last_modified_come_last() -> None:
    """Or first, on request; without an order, there is one that has nothing to do with time."""
    entries = feed_of(0, 1, 2, 3, 4, 5).view().entries.values()
    up = Query({}, ordered=True).select(entries)

    assert ["k0", "k1", "k2", "k3", "k4", "k5"] == [entry.key for entry in up]
    assert up[::-1] == Query({}, ordered=True, descending=True).select(entries)
    assert Query({}).select(entries) == Query({}).select(up[::-1])
    assert up != Query({}).select(entries) != up[::-1]


def test_tombstones_are_told_on_request() -> None:
    """Otherwise they are left out."""
    feed = feed_of(0, 1)
    feed.delete("k0")
    entries = feed.view().entries.values()

    assert ["k1"] == [entry.key for entry in Query({}).select(entries)]
    assert 2 == len(Query({}, deleted=True).select(entries))


def test_the_url_of_another_page_asks_the_same() -> None:
    """Only the start is another; the size is told even if nobody asked for one."""
    asked = query("updated-min=2026-03-02T10:15:07%2B01:00&start-index=26")

    assert (
        "https://x/full?updated-min=2026-03-02T10:15:07%2B01:00&start-index=51&max-results=25"
        == asked.url("https://x/full", 51)
    )
    assert "start-index=26" in asked.url("https://x/full")
