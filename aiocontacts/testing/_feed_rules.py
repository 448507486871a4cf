# SPDX-License-Identifier: Apache-2.0
"""What the server does not take in an entry, and why: the element rules of the reference pages.

A type is either a ``rel`` or a ``label``; one of a kind is primary; an extended property holds a
value or content; a contact is small.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from ._feed_contents import EXTENDED, KNOWN, OWN, SINGLES
from ._feed_refusals import invalid
from ._feed_xml import atom, batch, each, gcontact, gd, split

MOST_PROPERTIES: Final = 10
MOST_BYTES: Final = 2048

_TYPED: Final = frozenset(each(gd, "email im organization phoneNumber structuredPostalAddress"))
"""What has exactly one of rel and label."""

_RELS: Final[Mapping[str, frozenset[str]]] = {
    gcontact(name): frozenset(values.split())
    for name, values in {
        "calendarLink": "work home free-busy",
        "event": "anniversary other",
        "externalId": "account customer network organization",
        "jot": "home work other keywords user",
        "priority": "low normal high",
        "relation": "assistant brother child domestic-partner father friend manager mother parent"
        " partner referred-by relative sister spouse",
        "sensitivity": "confidential normal personal private",
        "website": "home-page blog profile home work other ftp reservations app-install-page",
    }.items()
}
"""The values of rel where it is a plain word."""

_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    gd("email"): ("address",),
    gd("im"): ("address",),
    EXTENDED: ("name",),
    gcontact("birthday"): ("when",),
    gcontact("gender"): ("value",),
    gcontact("calendarLink"): ("href",),
    gcontact("externalId"): ("value",),
    gcontact("groupMembershipInfo"): ("href",),
    gcontact("jot"): ("rel",),
    gcontact("priority"): ("rel",),
    gcontact("sensitivity"): ("rel",),
    gcontact("website"): ("href",),
}

_SINGLE: Final = (*each(atom, "title content"), *each(gd, "name where"), *SINGLES)
_NAMES: Final = KNOWN | OWN | {batch("id"), batch("operation")}
_UNCOUNTED: Final = frozenset({"rel", "protocol", "primary", "mailClass", "usage"})
_YEARLESS: Final = re.compile(r"--(\d\d-\d\d)").fullmatch


def check(entry: Element, *, strict: bool = False) -> None:
    """Refuse an entry that breaks a rule; strict, also one that holds what nobody knows."""
    for element in entry:
        if strict and element.tag not in _NAMES:
            raise invalid("unrecognizedElement", f"Unrecognized element '{_named(element)}'.")
        _check_attributes(element)
        _check_type(element)
        if special := _SPECIAL.get(element.tag):
            special(element)
    _check_counts(entry)


def check_size(entry: Element) -> None:
    """Refuse a contact that holds too much."""
    if sum(map(len, _data(entry))) > MOST_BYTES:
        raise invalid("uploadTooLarge", "A contact holds at most 2 KB.")


def check_properties(count: int) -> None:
    """Refuse too many extended properties."""
    if count > MOST_PROPERTIES:
        raise invalid("elementNotRepeatable", "At most 10 extended properties are allowed.")


def _named(element: Element) -> str:
    return split(element.tag)[1]


def _check_attributes(element: Element) -> None:
    for name in _REQUIRED.get(element.tag, ()):
        if not element.get(name):
            raise invalid(
                "nameRequired" if element.tag == EXTENDED else f"missing{name.title()}Attribute",
                f"Attribute '{name}' of {_named(element)} is required.",
            )
    if element.get("primary", "true") not in {"true", "false"}:
        raise invalid("invalidAttributeValue", "Attribute 'primary' is either true or false.")


def _check_type(element: Element) -> None:
    given = [name for name in ("rel", "label") if name in element.attrib]
    words = _RELS.get(element.tag)
    if element.tag in _TYPED and len(given) != 1:
        reason = f"{_named(element)} must have exactly one of the attributes rel and label."
        raise invalid("invalidAttributeValue" if given else "missingAttribute", reason)
    if words is not None and len(given) == 2:
        raise invalid("invalidAttributeValue", f"{_named(element)} has both rel and label.")
    if words is not None and "rel" in given and element.get("rel") not in words:
        raise invalid(
            "invalidAttributeValue",
            f"Invalid value for attribute rel of {_named(element)}: {element.get('rel')}",
        )


def _check_counts(entry: Element) -> None:
    names = Counter(element.tag for element in entry)
    primaries = Counter(element.tag for element in entry if element.get("primary") == "true")
    for name in _SINGLE:
        if names[name] > 1:
            raise invalid("elementNotRepeatable", f"{split(name)[1]} stands at most once.")
    for name, number in primaries.items():
        if number > 1:
            raise invalid("duplicateAttribute", f"More than one {split(name)[1]} is primary.")


def _check_phone(phone: Element) -> None:
    if not (phone.text or "").strip():
        raise invalid("invalidAttributeValue", "phoneNumber must not be empty.")


def _check_extended(extended: Element) -> None:
    content = len(extended) > 0 or bool((extended.text or "").strip())
    if content and "value" in extended.attrib:
        raise invalid("valueXmlMutuallyExclusive", "value and content exclude each other.")
    if not content and "value" not in extended.attrib:
        raise invalid("valueOrXmlRequired", "Either value or content is required.")


def _check_birthday(birthday: Element) -> None:
    _check_date(birthday.get("when", ""))


def _check_event(event: Element) -> None:
    when = event.find(gd("when"))
    if when is None:
        raise invalid("missingElement", "event has to say when.")
    _check_date(when.get("startTime", ""))


def _check_date(value: str) -> None:
    """A date, of any year if it begins with two dashes."""
    yearless = _YEARLESS(value)
    try:
        date.fromisoformat(f"2000-{yearless[1]}" if yearless else value)
    except ValueError:
        raise invalid("invalidDatetime", f"Badly formatted datetime in: {value}") from None


def _check_gender(gender: Element) -> None:
    if gender.get("value") not in {"male", "female"}:
        raise invalid("invalidAttributeValue", "Attribute 'value' is either male or female.")


def _check_language(language: Element) -> None:
    if ("code" in language.attrib) == ("label" in language.attrib):
        raise invalid("missingAttribute", "language has exactly one of code and label.")


def _check_user_defined(field: Element) -> None:
    """Both may be empty, but not missing."""
    if not {"key", "value"} <= set(field.attrib):
        raise invalid("missingAttribute", "userDefinedField has a key and a value.")


_SPECIAL: Final = {
    gd("phoneNumber"): _check_phone,
    EXTENDED: _check_extended,
    gcontact("birthday"): _check_birthday,
    gcontact("event"): _check_event,
    gcontact("gender"): _check_gender,
    gcontact("language"): _check_language,
    gcontact("userDefinedField"): _check_user_defined,
}


def _data(entry: Element) -> Iterator[bytes]:
    """What of an entry is data: neither names, nor types, nor what the server says itself."""
    yield (entry.findtext(atom("content")) or "").encode()
    for child in entry:
        if child.tag not in OWN:
            for element in child.iter():
                yield (element.text or "").strip().encode()
                yield (element.tail or "").strip().encode()
                yield from (v.encode() for k, v in element.items() if k not in _UNCOUNTED)
