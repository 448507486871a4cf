# SPDX-License-Identifier: Apache-2.0
"""Pure: bytes in, values out.  No async, no clock, no sockets."""

from ._entity_tag import UNTOLD, ETag, same_version
from ._http import Headers, Request, ResponseHead
from ._limits import LIMITS, Limits
from ._operation import Answer, Decoder, Operation, Waist
from ._redirects import MAX_REDIRECTS, redirected
from ._refusals import inner_refusal, refusal
from ._urls import Base, Href, Relation, canonical_path, is_loopback, origin, resolve
from ._xml import XMLReader, parse_xml, xml, xml_document, xml_text

__all__ = [
    "LIMITS",
    "MAX_REDIRECTS",
    "UNTOLD",
    "Answer",
    "Base",
    "Decoder",
    "ETag",
    "Headers",
    "Href",
    "Limits",
    "Operation",
    "Relation",
    "Request",
    "ResponseHead",
    "Waist",
    "XMLReader",
    "canonical_path",
    "inner_refusal",
    "is_loopback",
    "origin",
    "parse_xml",
    "redirected",
    "refusal",
    "resolve",
    "same_version",
    "xml",
    "xml_document",
    "xml_text",
]
