# SPDX-License-Identifier: Apache-2.0
"""What the two hand-written peers share: two request bodies, and trees read in the usual way."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from benchmarks.measure import Sink

LIST = (
    '<d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/><d:getcontenttype/><d:getetag/></d:prop>'
    "</d:propfind>"
)

_BATCH = 100
_NAMES = {"d": "DAV:", "card": "urn:ietf:params:xml:ns:carddav"}
_PROP = "d:propstat/d:prop/"


def multiget(hrefs: list[str]) -> str:
    """The body that asks for these cards."""
    asked = "".join(f"<d:href>{href}</d:href>" for href in hrefs)
    return (
        '<card:addressbook-multiget xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav">'
        f"<d:prop><d:getetag/><card:address-data/></d:prop>{asked}</card:addressbook-multiget>"
    )


def batches(hrefs: list[str]) -> Iterator[list[str]]:
    """A hundred hrefs at a time."""
    return (hrefs[place : place + _BATCH] for place in range(0, len(hrefs), _BATCH))


def members_of(listing: Element) -> dict[str, str]:
    """The entity tag of each member, by href."""
    return {
        response.findtext("d:href", "", _NAMES): response.findtext(f"{_PROP}d:getetag", "", _NAMES)
        for response in listing.iterfind("d:response", _NAMES)
        if response.find(f"{_PROP}d:resourcetype/d:collection", _NAMES) is None
    }


def changes(known: dict[str, str], listed: dict[str, str]) -> tuple[list[str], list[str]]:
    """The hrefs to fetch, and those that are gone."""
    changed = [href for href, etag in listed.items() if known.get(href) != etag]
    return changed, [href for href in known if href not in listed]


def take(answer: Element, mirror: Sink) -> None:
    """Hand each card of a multiget to the mirror."""
    for response in answer.iterfind("d:response", _NAMES):
        text = response.findtext(f"{_PROP}card:address-data", None, _NAMES)
        if text is not None:
            mirror.put(response.findtext("d:href", "", _NAMES), text)
