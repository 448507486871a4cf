# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import GoogleEndpoints, UsageError


def test_all_of_google_can_be_at_one_place() -> None:
    """A server that stands in for Google has everything below its own URL."""
    there = GoogleEndpoints.at("http://127.0.0.1:8080")

    assert {"http://127.0.0.1:8080"} == {url[:21] for url in vars_of(there)}


def test_what_is_no_url_is_no_place() -> None:
    """A text that is no URL of a server is refused before anything is sent there."""
    with pytest.raises(UsageError, match="no URL of a server"):
        GoogleEndpoints.at("nowhere")


def vars_of(endpoints: GoogleEndpoints) -> tuple[str, ...]:
    return endpoints.carddav, endpoints.token, endpoints.authorize, endpoints.feeds
