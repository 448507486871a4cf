# SPDX-License-Identifier: Apache-2.0
"""The name of a domain: what is one, and what would be asked for in vain or of somebody else."""

from __future__ import annotations

import gc

import pytest

from aiocontacts import BearerAuth, ContactsSession, UsageError
from tests.canaries import TOKEN

GOOGLE = "https://www.google.com"


def session(*trust: str) -> ContactsSession:
    return ContactsSession("https://dav.example.org", auth=BearerAuth(TOKEN), trust=trust)


@pytest.mark.parametrize(
    "given, name",
    [
        ("example.com", "example.com"),
        ("Example.COM.", "example.com"),
        ("mail.example.co.uk", "mail.example.co.uk"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_has_one_name(given: str, name: str) -> None:
    """However it is spelt, a domain is the one that the feed knows."""
    shared = session(GOOGLE).shared_contacts(given)

    assert name == shared.domain
    assert f"{GOOGLE}/m8/feeds/contacts/{name}/full" == shared.url


@pytest.mark.parametrize(
    "given",
    ["", "default", "ada@example.com", "https://example.com/", "a b.example", "-a.example", "a..b"],
)
def test_what_is_no_domain_is_not_asked_for(given: str) -> None:
    """Google's word for oneself, an address and a URL are refused before anything is sent."""
    with pytest.raises(UsageError, match=r"by its name: example\.com"):
        session(GOOGLE).shared_contacts(given)


def test_the_feeds_have_to_be_trusted() -> None:
    """Credentials of another server are not sent to Google, unless somebody says so."""
    with pytest.raises(UsageError, match="not trusted") as caught:
        session().shared_contacts("example.com")

    assert "trust=('https://www.google.com',)" in str(caught.value.hint)


def test_a_domain_is_one_object() -> None:
    """Those who write to a domain share an object, as long as anybody has it."""
    one = session(GOOGLE)
    first = one.shared_contacts("example.com")
    assert first is one.shared_contacts("EXAMPLE.com")

    before = id(first), first.domain
    del first
    gc.collect()
    assert before[1] == one.shared_contacts("example.com").domain
