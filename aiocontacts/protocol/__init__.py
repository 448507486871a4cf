# SPDX-License-Identifier: Apache-2.0
"""Pure: bytes in, values out.  No async, no clock, no sockets."""

from typing import TYPE_CHECKING

from ._endpoints import GoogleEndpoints
from ._entity_tag import UNMODIFIED, UNTOLD, ETag, same_version
from ._google_rules import CARDDAV_SCOPE, FEEDS_SCOPE
from ._http import Headers, Request, ResponseHead
from ._limits import LIMITS, Limits
from ._operation import Answer, Decoder, Operation, Waist
from ._photo import Photo
from ._profiles import (
    CYRUS,
    DAVICAL,
    DAVMAIL,
    GOOGLE,
    HORDE,
    ICLOUD,
    KOPANO,
    NEXTCLOUD,
    OPEN_XCHANGE,
    PROFILES,
    RADICALE,
    RUSTICAL,
    SABREDAV,
    SOGO,
    STANDARD,
    SYNOLOGY,
    TINE,
    TOKEN_LIFETIME,
    XANDIKOS,
    YAHOO,
    YANDEX,
    ZIMBRA,
    ZOHO,
    ServerProfile,
    profile_of,
)
from ._quirk import Quirk
from ._quirks import QUIRKS
from ._redirects import MAX_REDIRECTS, redirected
from ._refusals import inner_refusal, refusal
from ._urls import Base, Href, Relation, canonical_path, is_loopback, origin, resolve
from ._xml import XMLReader, xml, xml_document, xml_text
from ._xml_tree import parse_xml

if TYPE_CHECKING:
    from ._oauth import TOKEN_HOSTS, Consent, Grant, OAuthClient, TokenRequest
else:

    def __getattr__(name: str) -> object:
        """What signs in to Google, with the first use of it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _oauth  # noqa: PLC0415 - slow, and many accounts are not Google's

        return getattr(_oauth, name)


__all__ = [
    "CARDDAV_SCOPE",
    "CYRUS",
    "DAVICAL",
    "DAVMAIL",
    "FEEDS_SCOPE",
    "GOOGLE",
    "HORDE",
    "ICLOUD",
    "KOPANO",
    "LIMITS",
    "MAX_REDIRECTS",
    "NEXTCLOUD",
    "OPEN_XCHANGE",
    "PROFILES",
    "QUIRKS",
    "RADICALE",
    "RUSTICAL",
    "SABREDAV",
    "SOGO",
    "STANDARD",
    "SYNOLOGY",
    "TINE",
    "TOKEN_HOSTS",
    "TOKEN_LIFETIME",
    "UNMODIFIED",
    "UNTOLD",
    "XANDIKOS",
    "YAHOO",
    "YANDEX",
    "ZIMBRA",
    "ZOHO",
    "Answer",
    "Base",
    "Consent",
    "Decoder",
    "ETag",
    "GoogleEndpoints",
    "Grant",
    "Headers",
    "Href",
    "Limits",
    "OAuthClient",
    "Operation",
    "Photo",
    "Quirk",
    "Relation",
    "Request",
    "ResponseHead",
    "ServerProfile",
    "TokenRequest",
    "Waist",
    "XMLReader",
    "canonical_path",
    "inner_refusal",
    "is_loopback",
    "origin",
    "parse_xml",
    "profile_of",
    "redirected",
    "refusal",
    "resolve",
    "same_version",
    "xml",
    "xml_document",
    "xml_text",
]
