# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import Any

import pytest

from aiocontacts import GoogleEndpoints, UsageError


def test_all_of_google_can_be_at_one_place() -> None:
    """A server that stands in for Google has everything below its own URL."""
    there = GoogleEndpoints.at("http://127.0.0.1:8080")

    assert {"http://127.0.0.1:8080"} == {url[:21] for url in vars_of(there)}


@pytest.mark.parametrize("wrong", ["nowhere", "", None, 8080, b"https://example.org"])
def test_what_is_no_url_is_no_place(wrong: Any) -> None:
    """What is no URL of a server is refused before anything is sent there."""
    for make in (GoogleEndpoints.at, lambda url: GoogleEndpoints(token=url)):
        with pytest.raises(UsageError, match="no URL of a server"):
            make(wrong)


def test_a_url_is_no_endpoints() -> None:
    """One URL, given for all of them, is refused with how to make them of it."""
    google = GoogleEndpoints()
    assert google is GoogleEndpoints.given(google)
    with pytest.raises(UsageError, match="GoogleEndpoints") as caught:
        GoogleEndpoints.given("https://example.org")
    assert "GoogleEndpoints.at(url)" in str(caught.value.hint)


def vars_of(endpoints: GoogleEndpoints) -> tuple[str, ...]:
    return endpoints.carddav, endpoints.token, endpoints.authorize, endpoints.feeds
