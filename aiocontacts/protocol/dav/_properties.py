# SPDX-License-Identifier: Apache-2.0
"""Property values: from an element to something typed."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from .._entity_tag import ETag
from .._limits import LIMITS
from ._names import (
    ADDRESS_DATA_TYPE,
    CURRENT_USER_PRIVILEGE_SET,
    GETETAG,
    HREF,
    PRIVILEGE,
    REPORT,
    RESOURCETYPE,
    SUPPORTED_ADDRESS_DATA,
    SUPPORTED_REPORT_SET,
)

Properties = Mapping[str, Element]


def text_of(properties: Properties, name: str) -> str | None:
    """The text of a property, trimmed; None where it is missing or empty."""
    element = properties.get(name)
    return (element.text or "").strip() or None if element is not None else None


def etag_of(properties: Properties) -> ETag | None:
    """The entity tag (RFC 4918 section 15.6)."""
    element = properties.get(GETETAG)
    return ETag.read(element.text) if element is not None else None


def cursor_of(properties: Properties, name: str) -> str | None:
    """A CTag or a sync-token: opaque, not empty, not endless."""
    text = text_of(properties, name)
    return text if text and len(text) <= LIMITS.sync_token else None


def hrefs_of(properties: Properties, name: str) -> tuple[str, ...]:
    """The hrefs that a property holds, as the server wrote them."""
    element = properties.get(name)
    if element is None:
        return ()
    texts = ((href.text or "").strip() for href in element.iter(HREF))
    return tuple(text for text in texts if text)


def types_of(properties: Properties) -> frozenset[str]:
    """The names inside DAV:resourcetype (RFC 4918 section 15.9)."""
    element = properties.get(RESOURCETYPE)
    return frozenset(child.tag for child in element) if element is not None else frozenset()


def reports_of(properties: Properties) -> frozenset[str] | None:
    """The reports a collection supports (RFC 3253 section 3.1.5); None where it does not say."""
    element = properties.get(SUPPORTED_REPORT_SET)
    if element is None:
        return None
    return frozenset(child.tag for report in element.iter(REPORT) for child in report)


def privileges_of(properties: Properties) -> frozenset[str] | None:
    """What we may do (RFC 3744 section 5.4); None where the server does not say."""
    element = properties.get(CURRENT_USER_PRIVILEGE_SET)
    if element is None:
        return None
    return frozenset(child.tag for one in element.iter(PRIVILEGE) for child in one)


def address_data_of(properties: Properties) -> tuple[tuple[str, str], ...]:
    """Media types and versions of cards; RFC 6352 section 6.2.2 has the default."""
    element = properties.get(SUPPORTED_ADDRESS_DATA)
    kinds = element.iter(ADDRESS_DATA_TYPE) if element is not None else ()
    found = tuple((k.get("content-type", "text/vcard"), k.get("version", "3.0")) for k in kinds)
    return found or (("text/vcard", "3.0"),)
