# SPDX-License-Identifier: Apache-2.0
"""How each kind of value is read from an element and written into one.

Reading gives None for an element that holds no such value: it is left alone.  Writing changes what
differs, and keeps the rest of the element: what nobody knows stays in it.  What the server works
out of a value, and would now be wrong, goes: the URI of a number, an address as it is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, final

from aiocontacts.errors import CardError
from aiocontacts.protocol.vcard import (
    Address,
    CustomField,
    Email,
    Event,
    Im,
    Labelled,
    PartialDate,
    Phone,
    Relation,
    Url,
)

from ._names import REL, contact, gd
from ._nodes import Node
from ._parts import with_part
from ._rels import Keyed, Rels, Said, Saying, word_of
from ._values import ExternalId, Jot

V = TypeVar("V", bound=Labelled)

# A word is known as the types of a card, in lower case, or as a label.
_PLACES: Final = {"home": "home", "work": "work", "other": "other"}
_PHONES: Final = {
    **_PLACES,
    "mobile": "cell",
    "home_fax": "home fax",
    "work_fax": "work fax",
    "fax": "fax",
    "other_fax": "other fax",
    "pager": "pager",
    "work_pager": "work pager",
    "work_mobile": "work cell",
    "car": "car",
    "isdn": "isdn",
    "main": "main",
    "assistant": "Assistant",
    "callback": "Callback",
    "company_main": "CompanyMain",
    "radio": "Radio",
    "telex": "Telex",
    "tty_tdd": "TTY",
}
_PAGES: Final = {
    **_PLACES,
    "home-page": "HomePage",
    "blog": "Blog",
    "profile": "Profile",
    "ftp": "FTP",
    "reservations": "Reservations",
    "app-install-page": "AppInstallPage",
}
_PEOPLE: Final = {
    "assistant": "Assistant",
    "brother": "Brother",
    "child": "Child",
    "domestic-partner": "DomesticPartner",
    "father": "Father",
    "friend": "Friend",
    "manager": "Manager",
    "mother": "Mother",
    "parent": "Parent",
    "partner": "Partner",
    "referred-by": "ReferredBy",
    "relative": "Relative",
    "sister": "Sister",
    "spouse": "Spouse",
}
_SYSTEMS: Final = {word: word for word in ("account", "customer", "network", "organization")}
_CALENDARS: Final = {"home": "home", "work": "work", "free-busy": "free-busy"}
_JOTS: Final = {**_PLACES, "keywords": "keywords", "user": "user"}
_SERVICES: Final = {
    "AIM": "AIM",
    "GOOGLE_TALK": "GoogleTalk",
    "ICQ": "ICQ",
    "JABBER": "Jabber",
    "MSN": "MSN",
    "NETMEETING": "NetMeeting",
    "QQ": "QQ",
    "SKYPE": "Skype",
    "YAHOO": "Yahoo",
}
_PROTOCOLS: Final = {service.lower(): protocol for protocol, service in _SERVICES.items()}
_PARTS: Final = (
    "street", "city", "region", "postcode", "country", "pobox", "neighborhood",
)  # fmt: skip  # one to a line would fill a page
_FORMATTED: Final = gd("formattedAddress")
_WHEN: Final = gd("when")


@final
@dataclass(frozen=True, slots=True)
class Kind(Generic[V]):
    """One kind of value."""

    name: str
    """The element that holds it."""
    saying: Saying
    """How it says types, label and preference."""
    read: Callable[[Node, Said], V | None]
    """The value of an element."""
    write: Callable[[V, Node], Node]
    """The element with this value; what is said about it comes later."""

    def value(self, node: Node) -> V | None:
        """The value of an element; None if it holds none."""
        return self.read(node, self.saying.of(node))

    def node(self, value: V, node: Node) -> Node:
        """The element with this value; `CardError` if it cannot be written."""
        said = Said(value.types, value.label, value.preference)
        made = self.saying.put(self.write(value, node), said)
        if self.value(made) is None:
            raise CardError("an empty value cannot be written")
        return made


def _email(node: Node, said: Said) -> Email | None:
    address = node.get("address")
    return Email(address, *said, node) if address else None


def _write_email(value: Email, node: Node) -> Node:
    return node.with_attribute("address", value.address)


def _phone(node: Node, said: Said) -> Phone | None:
    number = node.text.strip()
    return Phone(number, *said, node) if number else None


def _write_phone(value: Phone, node: Node) -> Node:
    if node.text.strip() == value.number.strip():
        return node
    return node.with_text(value.number).with_attribute("uri", None)


def _address(node: Node, said: Said) -> Address | None:
    parts = _parts_of(node)
    if not any(parts):
        return None
    street, city, region, postcode, country, po_box, extended = parts
    return Address(street, city, region, postcode, country, po_box, extended, *said, node)


def _parts_of(node: Node) -> list[str]:
    parts = [node.said(gd(part)) for part in _PARTS]
    # Who wrote it as a whole only finds all of it in the street.
    return parts if any(parts) else [node.said(_FORMATTED), *parts[1:]]


def _write_address(value: Address, node: Node) -> Node:
    texts = (
        value.street,
        value.city,
        value.region,
        value.postcode,
        value.country,
        value.po_box,
        value.extended,
    )
    if _parts_of(node) == [text.strip() for text in texts]:
        return node
    node = with_part(node, _FORMATTED, "")
    for part, text in zip(_PARTS, texts, strict=True):
        node = with_part(node, gd(part), text)
    return node


def _url(node: Node, said: Said) -> Url | None:
    url = node.get("href")
    return Url(url, *said, node) if url else None


def _write_url(value: Url, node: Node) -> Node:
    return node.with_attribute("href", value.url)


def _im(node: Node, said: Said) -> Im | None:
    address, protocol = node.get("address"), node.get("protocol")
    service = _SERVICES.get(word_of(protocol), protocol)
    return Im(address, service, *said, node) if address else None


def _write_im(value: Im, node: Node) -> Node:
    node = node.with_attribute("address", value.address)
    protocol = node.get("protocol")
    if value.service == _SERVICES.get(word_of(protocol), protocol):
        return node
    known = _PROTOCOLS.get(value.service.lower())
    return node.with_attribute("protocol", REL + known if known else value.service or None)


def _relation(node: Node, said: Said) -> Relation | None:
    name = node.text.strip()
    return Relation(name, *said, node) if name else None


def _write_relation(value: Relation, node: Node) -> Node:
    return node if node.text.strip() == value.name.strip() else node.with_text(value.name)


def _event(node: Node, said: Said) -> Event | None:
    when = node.first(_WHEN)
    try:
        return Event(PartialDate.parse(when.get("startTime")), *said, node) if when else None
    except CardError:
        return None


def _write_event(value: Event, node: Node) -> Node:
    if value.date.date is None:
        raise CardError("an event of an entry has a year, a month and a day")
    when = node.first(_WHEN)
    now = _event(node, Said())
    if now and now.date == value.date:
        return node
    made = when or Node.make(_WHEN, node.scope)
    return node.put([when] if when else (), [made.with_attribute("startTime", str(value.date))])


def _external_id(node: Node, said: Said) -> ExternalId | None:
    value = node.get("value")
    return ExternalId(value, *said, node) if value else None


def _write_external_id(value: ExternalId, node: Node) -> Node:
    return node.with_attribute("value", value.value)


def _jot(node: Node, said: Said) -> Jot | None:
    text = node.text.strip()
    return Jot(text, *said, node) if text else None


def _write_jot(value: Jot, node: Node) -> Node:
    if value.label:
        raise CardError("a jot has a type, and no label")
    return node if node.text.strip() == value.text.strip() else node.with_text(value.text)


def _custom(node: Node, said: Said) -> CustomField | None:
    text = node.attributes.get("value", "")
    return CustomField(text, *said, node) if text or said.label else None


def _write_custom(value: CustomField, node: Node) -> Node:
    return node.with_attribute("value", value.text)


_DAYS: Final = Rels({"anniversary": "Anniversary", "other": "other"}, preferred=False)
_GD_PLACES: Final = Rels(_PLACES, prefix=REL)
EMAIL: Final = Kind(gd("email"), _GD_PLACES, _email, _write_email)
PHONE: Final = Kind(gd("phoneNumber"), Rels(_PHONES, prefix=REL), _phone, _write_phone)
ADDRESS: Final = Kind(gd("structuredPostalAddress"), _GD_PLACES, _address, _write_address)
IM: Final = Kind(gd("im"), _GD_PLACES, _im, _write_im)
URL: Final = Kind(contact("website"), Rels(_PAGES), _url, _write_url)
RELATION: Final = Kind(
    contact("relation"), Rels(_PEOPLE, preferred=False), _relation, _write_relation
)
EVENT: Final = Kind(contact("event"), _DAYS, _event, _write_event)
CALENDAR: Final = Kind(contact("calendarLink"), Rels(_CALENDARS), _url, _write_url)
EXTERNAL_ID: Final = Kind(
    contact("externalId"), Rels(_SYSTEMS, preferred=False), _external_id, _write_external_id
)
JOT: Final = Kind(contact("jot"), Rels(_JOTS, preferred=False), _jot, _write_jot)
CUSTOM: Final = Kind(contact("userDefinedField"), Keyed("key"), _custom, _write_custom)
ORGANIZATION_RELS: Final = Rels({"work": "work", "other": "other"}, prefix=REL)
