# SPDX-License-Identifier: Apache-2.0
"""How each kind of value is read from a line and written into one.

A kind has the names of the properties that hold it; a new one is written under the name that the
card's version has for it.  Reading gives None for a line that holds no such value: it is left
alone.  Types, preference and label are the same for all kinds, and are no business of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar, final

from ._dates import date_of, date_written
from ._escapes import OLD, escaped
from ._heads import NO_HEAD, Head, Parameter
from ._lines import Line
from ._text import encoded, parts_of, parts_value, text_of, text_value
from ._twins import twin
from ._values import Address, CustomField, Email, Event, Im, Labelled, Phone, Relation, Url

V = TypeVar("V", bound=Labelled)
Written = tuple[str, list[Parameter]]

_TEL: Final = re.compile(r"[0-9+().A-Za-z;=*#-]+")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_SERVICES: Final = {
    "X-AIM": "AIM",
    "X-GADUGADU": "GaduGadu",
    "X-GOOGLE-TALK": "GoogleTalk",
    "X-GROUPWISE": "GroupWise",
    "X-ICQ": "ICQ",
    "X-JABBER": "Jabber",
    "X-MSN": "MSN",
    "X-QQ": "QQ",
    "X-SKYPE": "Skype",
    "X-SKYPE-USERNAME": "Skype",
    "X-YAHOO": "Yahoo",
}
SCHEMES: Final[Mapping[str, str]] = {
    "aim": "aim",
    "googletalk": "xmpp",
    "icq": "icq",
    "jabber": "xmpp",
    "msn": "msnim",
    "qq": "qq",
    "skype": "skype",
    "yahoo": "ymsgr",
}
"""Service, in lower case -> the scheme of its addresses as URIs."""
_EMAIL: Final = twin(Email)
_PHONE: Final = twin(Phone)
_SERVICE_TYPE: Final = ("X-SERVICE-TYPE", "SERVICE-TYPE")


@final
@dataclass(frozen=True, slots=True)
class Kind(Generic[V]):
    """One kind of value."""

    names: tuple[str, ...]
    """The properties that hold it; the first is the one for a new value."""
    read: Callable[[Line, Head, str, str | None], V | None]
    """The value of a line: the line, its head, the version of the card, the label."""
    write: Callable[[V, Line | None, str], Written]
    """What stands behind the colon, and the parameters; types and preference come later."""
    names_4: tuple[str, ...] = ()
    """The same in vCard 4.0, where it differs."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """The labels that the name of a property implies."""
    once_4: Mapping[str, str] = field(default_factory=dict[str, str])
    """The properties of vCard 4.0, one in each card, for values with some labels."""

    def name(self, version: str) -> str:
        """The property for a new value."""
        return (self.names_4 or self.names)[0] if version == "4.0" else self.names[0]

    def name_of(self, label: str | None, version: str, taken: Container[str]) -> str:
        """The property for a new value with a label, beside those that are there."""
        once = self.once_4.get((label or "").lower(), "") if version == "4.0" else ""
        return once if once and once not in taken else self.name(version)


def _email(line: Line, head: Head, version: str, label: str | None) -> Email | None:
    address = text_of(line, version)
    return _EMAIL(address, head.types, label, head.preference, line) if address else None


def _write_email(value: Email, line: Line | None, version: str) -> Written:
    return text_value(value.address, line.parameters if line else (), version)


def _phone(line: Line, head: Head, version: str, label: str | None) -> Phone | None:
    number = text_of(line, version)
    if number[:4].lower() == "tel:":
        number = number[4:]
    return _PHONE(number, head.types, label, head.preference, line) if number else None


def _write_phone(value: Phone, line: Line | None, version: str) -> Written:
    parameters = line.parameters if line else ()
    if line and line.value[:4].lower() == "tel:":
        if _TEL.fullmatch(value.number):
            return line.value[:4] + value.number, list(parameters)
        parameters = tuple(one for one in parameters if one.name.upper() != "VALUE")
    return text_value(value.number, parameters, version)


def _address(line: Line, head: Head, version: str, label: str | None) -> Address | None:
    parts = parts_of(line, version)
    if not any(parts):
        return None
    po_box, extended, street, city, region, postcode, country = (*parts, *[""] * 7)[:7]
    return Address(
        street,
        city,
        region,
        postcode,
        country,
        po_box,
        extended,
        head.types,
        label,
        head.preference,
        line,
    )


def _write_address(value: Address, line: Line | None, version: str) -> Written:
    texts = (
        value.po_box,
        value.extended,
        value.street,
        value.city,
        value.region,
        value.postcode,
        value.country,
    )
    return parts_value(texts, line, version)


def _url(line: Line, head: Head, version: str, label: str | None) -> Url | None:
    url = text_of(line, version)
    return Url(url, head.types, label, head.preference, line) if url else None


def _write_url(value: Url, line: Line | None, version: str) -> Written:
    return _uri(value.url, line.parameters if line else (), version)


def _uri(text: str, parameters: Iterable[Parameter], version: str) -> Written:
    # In a URI commas and semicolons stand as they are; a backslash belongs in none.
    value = escaped(text, version).replace("\\;", ";")
    # In vCard 2.1 commas have no backslash: one before them is its own.
    return encoded(value if version == OLD else value.replace("\\,", ","), parameters, version)


def _im(line: Line, head: Head, version: str, label: str | None) -> Im | None:
    address = text_of(line, version)
    named = (*head.all("X-SERVICE-TYPE"), *head.all("SERVICE-TYPE"))
    service = named[0] if named else _SERVICES.get(head.name, "")
    return Im(address, service, head.types, label, head.preference, line) if address else None


def _write_im(value: Im, line: Line | None, version: str) -> Written:
    parameters = list(line.parameters) if line else []
    before = _im(line, line.head, version, None) if line else None
    if not before or before.service != value.service:
        name = _SERVICE_TYPE[version == "4.0"]
        parameters = [one for one in parameters if one.name.upper() not in _SERVICE_TYPE]
        if value.service or (line and line.name in _SERVICES):
            parameters.append(Parameter(name, (value.service,)))
    if line and line.name in _SERVICES:
        return text_value(value.address, parameters, version)
    return _uri(value.address, parameters, version)


def _relation(line: Line, head: Head, version: str, label: str | None) -> Relation | None:
    name = text_of(line, version)
    return Relation(name, head.types, label, head.preference, line) if name else None


def _write_relation(value: Relation, line: Line | None, version: str) -> Written:
    name = line.name if line else RELATION.name(version)
    parameters = line.parameters if line else ()
    if name != "RELATED":
        return text_value(value.name, parameters, version)
    kept = [one for one in parameters if one.name.upper() != "VALUE"]
    if _URI.fullmatch(value.name):
        return _uri(value.name, [*kept, Parameter("VALUE", ("uri",))], version)
    return text_value(value.name, [*kept, Parameter("VALUE", ("text",))], version)


def _event(line: Line, head: Head, version: str, label: str | None) -> Event | None:
    found = date_of(head, text_of(line, version))
    return Event(found, head.types, label, head.preference, line) if found else None


def _write_event(value: Event, line: Line | None, version: str) -> Written:
    return date_written(value.date, line.head if line else NO_HEAD, version)


def _custom(line: Line, head: Head, version: str, label: str | None) -> CustomField | None:
    text = text_of(line, version)
    return CustomField(text, head.types, label, head.preference, line) if text else None


def _write_custom(value: CustomField, line: Line | None, version: str) -> Written:
    return text_value(value.text, line.parameters if line else (), version)


CUSTOM: Final = Kind(("X-USER-DEFINED",), _custom, _write_custom)
EMAIL: Final = Kind(("EMAIL",), _email, _write_email)
PHONE: Final = Kind(("TEL",), _phone, _write_phone)
ADDRESS: Final = Kind(("ADR",), _address, _write_address)
URL: Final = Kind(("URL",), _url, _write_url)
IM: Final = Kind(("IMPP", *_SERVICES), _im, _write_im)
RELATION: Final = Kind(
    ("X-ABRELATEDNAMES", "RELATED", "X-SPOUSE", "X-MANAGER", "X-ASSISTANT"),
    _relation,
    _write_relation,
    names_4=("RELATED",),
    labels={"X-SPOUSE": "Spouse", "X-MANAGER": "Manager", "X-ASSISTANT": "Assistant"},
)
EVENT: Final = Kind(
    ("X-ABDATE", "ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY"),
    _event,
    _write_event,
    labels=dict.fromkeys(
        ("ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY"), "Anniversary"
    ),
    once_4={"anniversary": "ANNIVERSARY"},
)
