# SPDX-License-Identifier: Apache-2.0
"""An entry as a card and a card as an entry: the view is the same, so values are carried over.

Nothing is lost in silence.  Each value is tried by itself on an empty document of the other kind
and read again: what comes back is what can be held, and what does not is told by name.  What only
one of the two knows is told too; it is not put away in extended properties or X- lines, where other
programs would not find it.

Ids and versions are no data: the server gives an entry its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC
from typing import Any, Final

from aiocontacts.errors import CardError
from aiocontacts.protocol.vcard import SCHEMES, Im, Line, Organization, VCard, complete_name

from ._names import CATEGORY, CONTENT, EDITED, ID, LINK, TITLE, UPDATED, contact, gd, spelt
from ._nodes import Node

# Attribute -> the properties that it is about.
_ONE: Final = {
    "name": """
        FN N X-PHONETIC-FIRST-NAME X-PHONETIC-MIDDLE-NAME X-PHONETIC-LAST-NAME
        X-MAIDENNAME X-INITIALS X-SHORT-NAME
    """,
    "organization": "ORG TITLE ROLE",
    "birthday": "BDAY",
    "gender": "GENDER X-GENDER",
    "file_as": "SORT-STRING X-FILE-AS",
}
_MANY: Final = {
    "nicknames": "NICKNAME",
    "emails": "EMAIL",
    "phones": "TEL",
    "addresses": "ADR",
    "urls": "URL",
    "ims": """
        IMPP X-AIM X-GADUGADU X-GOOGLE-TALK X-GROUPWISE X-ICQ X-JABBER X-MSN X-QQ X-SKYPE
        X-SKYPE-USERNAME X-YAHOO
    """,
    "relations": "X-ABRELATEDNAMES RELATED X-SPOUSE X-MANAGER X-ASSISTANT",
    "events": "X-ABDATE ANNIVERSARY X-ANNIVERSARY X-EVOLUTION-ANNIVERSARY",
    "custom_fields": "X-USER-DEFINED",
    "notes": "NOTE",
    "categories": "CATEGORIES",
}
_PROPERTIES: Final = {key: names.split() for key, names in (_ONE | _MANY).items()}
# The same, with the element.
_ELEMENTS: Final = {
    "name": gd("name"),
    "organization": gd("organization"),
    "birthday": contact("birthday"),
    "gender": contact("gender"),
    "file_as": contact("fileAs"),
    "nicknames": contact("nickname"),
    "emails": gd("email"),
    "phones": gd("phoneNumber"),
    "addresses": gd("structuredPostalAddress"),
    "urls": contact("website"),
    "ims": gd("im"),
    "relations": contact("relation"),
    "events": contact("event"),
    "custom_fields": contact("userDefinedField"),
    "notes": CONTENT,
    "categories": contact("jot"),
}

# Parts of an organisation, some of which may arrive without the others.
_ORGANIZATION: Final = {"name": "ORG", "units": "ORG", "title": "TITLE", "role": "ROLE"}

# What is about the document, or about a line beside it.
_ABOUT_CARD: Final = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "X-ABLABEL", ""})
_ABOUT_ENTRY: Final = frozenset({ID, UPDATED, EDITED, CATEGORY, TITLE, LINK})
_SAID: Final = frozenset({"rel", "label", "primary"})
# Element -> its attributes of which a card says all; a part that is not here, a card does not say.
_KNOWN: Final = {
    gd("name"): frozenset[str](),
    gd("email"): _SAID | {"address"},
    gd("phoneNumber"): _SAID | {"uri"},
    gd("im"): _SAID | {"address", "protocol"},
    gd("structuredPostalAddress"): _SAID,
    gd("organization"): frozenset({"rel", "primary"}),
    contact("website"): _SAID | {"href"},
    contact("relation"): _SAID,
    contact("event"): _SAID,
    gd("when"): frozenset({"startTime"}),
    contact("userDefinedField"): frozenset({"key", "value"}),
    contact("birthday"): frozenset({"when"}),
    contact("gender"): frozenset({"value"}),
    contact("jot"): frozenset({"rel"}),
    CONTENT: frozenset({"type"}),
    **dict.fromkeys(map(gd, ("givenName", "additionalName", "familyName")), frozenset({"yomi"})),
    **dict.fromkeys(
        (
            *map(contact, ("nickname", "initials", "shortName", "maidenName", "fileAs")),
            *map(gd, ("fullName", "namePrefix", "nameSuffix")),
            *map(gd, ("orgName", "orgTitle", "orgDepartment", "orgJobDescription")),
            *map(gd, ("street", "pobox", "neighborhood", "city", "region", "postcode", "country")),
            # The server prints it from the parts.
            gd("formattedAddress"),
        ),
        frozenset[str](),
    ),
}

_SERVICES: Final = {
    "aim": "AIM",
    "icq": "ICQ",
    "xmpp": "Jabber",
    "msnim": "MSN",
    "qq": "QQ",
    "skype": "Skype",
    "ymsgr": "Yahoo",
}
_EMPTY: Final = "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"
_SAY_NOTHING: Final = {"other", "voice"}


def put_card(card: VCard, entry: Any, trial: Any) -> list[str]:
    """Have an entry say what a card says; the properties of which it does not say all.

    Values are tried on an entry of which nothing else is wanted.
    """
    lost = {key for key in _ONE if not _one(card, entry, key)}
    lost |= {key for key in _MANY if not _many(card, entry, trial, key)}
    if len(card.names) > 1:
        lost.add("name")
    gone = {name for key in lost - {"organization"} for name in _PROPERTIES[key]}
    gone |= {_ORGANIZATION[one] for one in _differing(card.organization, entry.organization)}
    gone |= {name for name in {*_ORGANIZATION.values()} if len(card.all(name)) > 1}
    known = {name for names in _PROPERTIES.values() for name in names} - gone | _ABOUT_CARD
    known |= {"KIND", "X-ADDRESSBOOKSERVER-KIND"} if card.kind == entry.kind else set()
    known |= {"PHOTO"} if card.photo == entry.photo else set()
    return sorted({line.name for line in card.lines} - known)


def card_of(entry: Any) -> VCard:
    """A card that says what an entry says, as far as it can."""
    card, _ = _carded(entry)
    complete_name(card)
    return card


def lost_in_card(entry: Any, nodes: Sequence[Node]) -> list[str]:
    """The elements and attributes of an entry of which its card does not say all."""
    _, lost = _carded(entry)
    data = [node for node in nodes if node.name not in _ABOUT_ENTRY]
    found = {spelt(_ELEMENTS[key]) for key in lost} | {one for node in data for one in _odd(node)}
    if len(entry.organizations) > 1:
        found.add(spelt(_ELEMENTS["organization"]))
    return sorted(found)


def _carded(entry: Any) -> tuple[VCard, set[str]]:
    card, trial = VCard.parse(_EMPTY), VCard.parse(_EMPTY)
    if entry.uid:
        card.uid = entry.uid
    if entry.updated:
        said = entry.updated.astimezone(UTC).isoformat(timespec="seconds")
        card.add(Line.make("REV", said.replace("+00:00", "Z")))
    lost = {key for key in _ONE if not _one(entry, card, key)}
    lost |= {key for key in _MANY if not _many(entry, card, trial, key)}
    card.photo = entry.photo
    return card, lost


def _odd(node: Node) -> Iterator[str]:
    """What is in an element that a card does not know."""
    known = _KNOWN.get(node.name)
    if known is None or (node.name == contact("jot") and node.get("rel") != "keywords"):
        yield spelt(node.name)
        return
    yield from (f"{spelt(node.name)}@{spelt(name)}" for name in {*node.attributes} - known)
    for child in node.children:
        yield from _odd(child)


def _one(source: Any, target: Any, key: str) -> bool:
    """Carry what there is one of; whether all of it has arrived."""
    value = getattr(source, key)
    if value is None and key == "name":
        return True
    try:
        setattr(target, key, value)
    except CardError:
        if key != "name":
            setattr(target, key, None)
        return False
    return bool(_plain(value) == _plain(getattr(target, key)))


def _differing(one: Organization | None, other: Organization | None) -> list[str]:
    mine, theirs = _plain(one or Organization()), _plain(other or Organization())
    return [key for key in mine if mine[key] != theirs[key]]


def _many(source: Any, target: Any, trial: Any, key: str) -> bool:
    """Carry what there are several of; whether all of them have arrived."""
    convert = _to_card if isinstance(target, VCard) else _from_card
    values = [convert(value) for value in getattr(source, key)]
    kept: list[Any] = []
    whole, primary = True, False
    for value in values:
        made = _tried(trial, key, value)
        if primary and made and getattr(made[0], "preference", None) == 1:
            # There may be one.
            made = [replace(made[0], preference=None)]
        primary |= bool(made) and getattr(made[0], "preference", None) == 1
        kept += made
        whole &= bool(made) and _holds(made[0], value)
    try:
        setattr(target, key, kept)
    except CardError:
        setattr(target, key, kept[:1])
    return whole and len(getattr(target, key)) == len(values)


def _tried(trial: Any, key: str, value: Any) -> list[Any]:
    """A value as it is read again; nothing, if it cannot be written."""
    try:
        setattr(trial, key, [value])
    except CardError:
        return []
    return list(getattr(trial, key))


def _holds(made: Any, value: Any) -> bool:
    """Whether a value says all that another says; words may be types or a label."""
    if isinstance(value, str):
        return str(made).strip() == value.strip()
    said = ("types", "label", "preference", "line")
    one, other = _plain(made), _plain(value)
    same = all(one[key] == other[key] for key in one if key not in said)
    if made.preference != value.preference:
        return False
    return same and _words(value) <= _words(made)


def _words(value: Any) -> set[str]:
    label = (value.label or "").lower()
    return ({*value.types} | {label, *label.split()} - {""}) - _SAY_NOTHING


def _plain(value: Any) -> Any:
    """The fields of a value, without spaces around their texts."""
    if not hasattr(value, "__dataclass_fields__"):
        return value.strip() if isinstance(value, str) else value
    parts = {one.name: getattr(value, one.name) for one in fields(value) if one.compare}
    return {key: part.strip() if isinstance(part, str) else part for key, part in parts.items()}


def _from_card(value: Any) -> Any:
    if not isinstance(value, Im):
        return value
    scheme, colon, rest = value.address.partition(":")
    known = SCHEMES.get(value.service.lower()) if value.service else scheme.lower()
    if not colon or not rest or scheme.lower() not in {known, "x-apple"}:
        return value
    service = value.service or _SERVICES.get(scheme.lower(), "")
    return replace(value, address=rest, service=service) if service else value


def _to_card(value: Any) -> Any:
    if not isinstance(value, Im):
        return value
    scheme = SCHEMES.get(value.service.lower())
    if scheme is None or value.address.lower().startswith(f"{scheme}:"):
        return value
    return replace(value, address=f"{scheme}:{value.address}")
