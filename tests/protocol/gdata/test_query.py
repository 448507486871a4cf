# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from aiocontacts.errors import UsageError
from aiocontacts.protocol.gdata import FeedQuery, feed_url

URL = "https://www.google.com/m8/feeds/contacts/example.com/full"
SPRING = datetime(2022, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "query, asked",
    [
        (FeedQuery(), ""),
        (FeedQuery(updated_min=SPRING), "?updated-min=2022-03-16T00:00:00.000Z"),
        (
            FeedQuery(updated_min=SPRING.replace(tzinfo=None)),
            "?updated-min=2022-03-16T00:00:00.000Z",
        ),
        (
            FeedQuery(updated_min=SPRING.replace(microsecond=412_999)),
            "?updated-min=2022-03-16T00:00:00.412Z",
        ),
        (
            FeedQuery(
                updated_min=datetime(2022, 3, 16, 5, 30, tzinfo=timezone(timedelta(hours=5.5)))
            ),
            "?updated-min=2022-03-16T00:00:00.000Z",
        ),
        (FeedQuery(show_deleted=True), "?showdeleted=true"),
        (
            FeedQuery(updated_min=SPRING, show_deleted=True, require_all_deleted=True),
            "?updated-min=2022-03-16T00:00:00.000Z&showdeleted=true&requirealldeleted=true",
        ),
        (
            FeedQuery(order_by="lastmodified", sort_order="ascending"),
            "?orderby=lastmodified&sortorder=ascending",
        ),
        (
            FeedQuery(order_by="edited", sort_order="descending"),
            "?orderby=edited&sortorder=descending",
        ),
        (FeedQuery(max_results=0), "?max-results=0"),
        (FeedQuery(max_results=1000, start_index=1001), "?max-results=1000&start-index=1001"),
    ],
)
def test_a_question_is_written(query: FeedQuery, asked: str) -> None:
    """A question is the parameters that Google's pages name, times in UTC to the millisecond."""
    assert URL + asked == query.on(URL)


def test_a_question_takes_the_place_of_another() -> None:
    """What the URL asked before is forgotten; what it says besides stays as it was."""
    asked = FeedQuery(start_index=3).on(f"{URL}?v=3.0&start-index=1&max-results=2&x=%26+1")

    assert f"{URL}?v=3.0&x=%26%201&start-index=3" == asked


@pytest.mark.parametrize(
    "parameters, why",
    [
        ({"updated_min": "2022-03-16"}, "updated_min"),
        ({"updated_min": date(2022, 3, 16)}, "updated_min"),
        ({"require_all_deleted": True}, "goes with"),
        ({"require_all_deleted": True, "show_deleted": True}, "goes with"),
        ({"require_all_deleted": True, "updated_min": SPRING}, "goes with"),
        ({"order_by": "name"}, "order_by"),
        ({"sort_order": "up"}, "sort_order"),
        ({"max_results": -1}, "max_results is a number from 0"),
        ({"max_results": True}, "max_results"),
        ({"max_results": "5"}, "max_results"),
        ({"start_index": 0}, "start_index is a number from 1"),
    ],
)
def test_what_no_feed_understands_is_not_asked(parameters: dict[str, Any], why: str) -> None:
    """A question that would be refused, or misunderstood, is refused before it is sent."""
    with pytest.raises(UsageError, match=why):
        FeedQuery(**parameters)


@pytest.mark.parametrize(
    "projection, segment",
    [
        ("full", "full"),
        ("thin", "thin"),
        ("property-crm-id", "property-crm-id"),
        ("property-a/b c", "property-a%2Fb%20c"),
    ],
)
def test_a_feed_has_a_url(projection: str, segment: str) -> None:
    """A feed's URL names the domain and the projection."""
    for root in ("https://www.google.com/", "https://www.google.com"):
        for domain in ("example.com", " Example.COM. "):
            assert f"{URL.removesuffix('full')}{segment}" == feed_url(root, domain, projection)


def test_a_domain_may_be_written_in_any_script() -> None:
    """The name of a domain is sent as DNS has it."""
    assert "/xn--bcher-kva.example/full" in feed_url("https://x/", "bücher.example")


@pytest.mark.parametrize(
    "domain",
    ["", "default", "ada@example.com", "https://example.com", "example.com/full", "-a.com", "a..b"],
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    """An address, a URL and a word are no domain; default would be somebody's own contacts."""
    with pytest.raises(UsageError, match=r"example\.com"):
        feed_url("https://www.google.com/", domain)


@pytest.mark.parametrize("projection", ["", "base", "property-", "Full", "full/x", None])
def test_other_projections_are_refused(projection: Any) -> None:
    """Only the projections that Google's pages name are asked for."""
    with pytest.raises(UsageError, match="property-KEY"):
        feed_url("https://www.google.com/", "example.com", projection)
