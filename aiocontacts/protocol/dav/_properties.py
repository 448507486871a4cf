# SPDX-License-Identifier: Apache-2.0
"""Property values: from an element to something typed."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .._entity_tag import UNMODIFIED, UNTOLD, ETag
from .._http import http_date
from .._limits import LIMITS
from ._multistatus import Properties
from ._names import (
    ADDRESS_DATA,
    ADDRESS_DATA_TYPE,
    CURRENT_USER_PRIVILEGE_SET,
    GETETAG,
    GETLASTMODIFIED,
    HREF,
    PRIVILEGE,
    REPORT,
    RESOURCETYPE,
    SUPPORTED_ADDRESS_DATA,
    SUPPORTED_REPORT_SET,
)


def _text(properties: Properties, name: str) -> str | None:
    value = properties.get(name)
    return value.text if isinstance(value, Element) else value


def _element(properties: Properties, name: str) -> Element | None:
    """What holds other elements; None where there is nothing but a text."""
    value = properties.get(name)
    return value if isinstance(value, Element) else None


def text_of(properties: Properties, name: str) -> str | None:
    """The text of a property, trimmed; None where it is missing or empty."""
    return (_text(properties, name) or "").strip() or None


def etag_of(properties: Properties) -> ETag | None:
    """The entity tag (RFC 4918 section 15.6)."""
    return ETag.read(_text(properties, GETETAG))


def listed_etag(status: int | None, properties: Properties) -> str | None:
    """The entity tag of a member, as it came; UNTOLD where the server failed over this one."""
    return text_of(properties, GETETAG) if status is None or status < 400 else UNTOLD


def modified_tag(properties: Properties, since: float) -> str | None:
    """UNMODIFIED for a member last modified before `since` (section 15.7), in Unix time."""
    at = http_date(_text(properties, GETLASTMODIFIED) or "")
    return UNMODIFIED if at is not None and at.timestamp() < since else None


def card_of(properties: Properties) -> str | None:
    """The card, as it came; None where the server left it out (RFC 6352 section 10.4)."""
    return _text(properties, ADDRESS_DATA)


def cursor_of(properties: Properties, name: str) -> str | None:
    """A CTag or a sync-token: opaque, not empty, not endless."""
    text = text_of(properties, name)
    return text if text and len(text) <= LIMITS.sync_token else None


def hrefs_of(properties: Properties, name: str) -> tuple[str, ...]:
    """The hrefs that a property holds, as the server wrote them."""
    element = _element(properties, name)
    if element is None:
        return ()
    texts = ((href.text or "").strip() for href in element.iter(HREF))
    return tuple(text for text in texts if text)


def types_of(properties: Properties) -> frozenset[str]:
    """The names inside DAV:resourcetype (RFC 4918 section 15.9)."""
    element = _element(properties, RESOURCETYPE)
    return frozenset(child.tag for child in element) if element is not None else frozenset()


def reports_of(properties: Properties) -> frozenset[str] | None:
    """The reports a collection supports (RFC 3253 section 3.1.5); None where it does not say."""
    if SUPPORTED_REPORT_SET not in properties:
        return None
    element = _element(properties, SUPPORTED_REPORT_SET)
    if element is None:
        return frozenset()
    return frozenset(child.tag for report in element.iter(REPORT) for child in report)


def privileges_of(properties: Properties) -> frozenset[str] | None:
    """What we may do (RFC 3744 section 5.4); None where the server does not say."""
    if CURRENT_USER_PRIVILEGE_SET not in properties:
        return None
    element = _element(properties, CURRENT_USER_PRIVILEGE_SET)
    if element is None:
        return frozenset()
    return frozenset(child.tag for one in element.iter(PRIVILEGE) for child in one)


def address_data_of(properties: Properties) -> tuple[tuple[str, str], ...]:
    """Media types and versions of cards; RFC 6352 section 6.2.2 has the default."""
    element = _element(properties, SUPPORTED_ADDRESS_DATA)
    inner = list(element) if element is not None else []
    # Xandikos has another name for the elements, and the right attributes.
    kinds = [k for k in inner if k.tag == ADDRESS_DATA_TYPE or k.get("version")]
    found = tuple((k.get("content-type", "text/vcard"), k.get("version", "3.0")) for k in kinds)
    return found or (("text/vcard", "3.0"),)
