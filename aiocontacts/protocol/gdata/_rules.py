# SPDX-License-Identifier: Apache-2.0
"""What the feed does not take, known before it is sent: each complaint says what to do about it.

These are the rules of the element reference of the domain shared contacts, and the limits of its
troubleshooting page: ten extended properties, and 2 KB of data in an entry.  How the server counts
these is not said; here they are the UTF-8 bytes of all texts and attribute values but those that
only say of what kind something is, without title, links, ids and dates of the entry.

What the server sent breaks rules now and then; it is looked at only together with what is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from aiocontacts.errors import CardError
from aiocontacts.protocol.vcard import PartialDate

from ._extended import PROPERTY
from ._kinds import (
    ADDRESS,
    CALENDAR,
    EMAIL,
    EVENT,
    EXTERNAL_ID,
    IM,
    JOT,
    ORGANIZATION_RELS,
    PHONE,
    RELATION,
    URL,
)
from ._markup import text_in
from ._names import CATEGORY, CONTENT, EDITED, ID, LINK, REL, TITLE, UPDATED, contact, gd, spelt
from ._nodes import Node, pieces
from ._rels import Rels, word_of
from ._singles import ORGANIZATION
from ._words import GENDERS, PRIORITIES, SENSITIVITIES

Complaint = tuple[str, str]
"""What is wrong, and what to do."""

MOST_PROPERTIES: Final = 10
MOST_BYTES: Final = 2048

_TYPED: Final = (EMAIL, PHONE, ADDRESS, IM, URL, RELATION, EVENT, CALENDAR, EXTERNAL_ID, JOT)
_RELS: Final = {
    **{kind.name: kind.saying for kind in _TYPED if isinstance(kind.saying, Rels)},
    ORGANIZATION: ORGANIZATION_RELS,
}
# Legacy words, which the server still knows.
_ALSO: Final = {
    PHONE.name: {"general", "internal-extension", "satellite", "voip"},
    IM.name: {"netmeeting"},
}
# Element -> the attributes that it cannot be without.
_NEEDED: Final = {
    EMAIL.name: ("address",),
    IM.name: ("address",),
    URL.name: ("href",),
    CALENDAR.name: ("href",),
    EXTERNAL_ID.name: ("value",),
    JOT.name: ("rel",),
    PROPERTY: ("name",),
    contact("groupMembershipInfo"): ("href",),
}
_PRESENT: Final = {contact("userDefinedField"): ("key", "value")}
# (Element, attribute) -> what it may say.
_WORDS: Final = {
    (contact("gender"), "value"): GENDERS,
    (contact("priority"), "rel"): PRIORITIES,
    (contact("sensitivity"), "rel"): SENSITIVITIES,
}
_ADDRESS_WORDS: Final = {
    "mailClass": {"both", "letters", "parcels", "neither"},
    "usage": {"general", "local"},
}
_TEXTS: Final = {PHONE.name, RELATION.name, JOT.name, contact("hobby")}
SINGLE: Final = {
    TITLE,
    CONTENT,
    gd("name"),
    gd("where"),
    *map(
        contact,
        (
            "nickname", "initials", "shortName", "maidenName", "gender", "birthday", "occupation",
            "billingInformation", "mileage", "directoryServer", "subject", "fileAs", "priority",
            "sensitivity", "yomiName",
        ),
    ),
}  # fmt: skip  # one to a line would fill a page
"""What there is at most one of."""
_NO_DATA: Final = {ID, UPDATED, EDITED, CATEGORY, TITLE, LINK}
_NO_VALUE: Final = {"rel", "protocol", "primary", "mailClass", "usage", "type"}


def complaints(nodes: Sequence[Node], received: AbstractSet[int]) -> Iterator[Complaint]:
    """What is wrong with the elements of an entry; received ones are known by their identity."""
    new = [node for node in nodes if id(node) not in received]
    for node in new:
        for check in _CHECKS:
            yield from check(node)
    names = {node.name for node in new}
    yield from _too_many([node for node in nodes if node.name in names])
    if new and sum(map(_size, nodes)) > MOST_BYTES:
        yield f"the entry has more than {MOST_BYTES} bytes of data", "Shorten a note or a property."


def _typed(node: Node) -> Iterator[Complaint]:
    """Either a rel that is known, or a label."""
    rels = _RELS.get(node.name)
    if rels is None:
        return
    name, rel, label = spelt(node.name), node.get("rel"), node.get("label")
    if rel and label:
        yield f"{name} has a rel and a label", "Leave one of them away."
    elif not rel and not label:
        yield f"{name} has neither a rel nor a label", "Say of what type it is, or label it."
    elif rel and not _known(node, rels, rel):
        yield f"{name} has an unknown rel", "What is no type may be a label."


def _known(node: Node, rels: Rels, rel: str) -> bool:
    words = rels.known | _ALSO.get(node.name, set())
    return rel.startswith(rels.prefix) and rel.removeprefix(rels.prefix) in words


def _filled(node: Node) -> Iterator[Complaint]:
    """What an element cannot be without."""
    lacking = [name for name in _NEEDED.get(node.name, ()) if not node.get(name)]
    lacking += [name for name in _PRESENT.get(node.name, ()) if name not in node.attributes]
    for name in lacking:
        yield f"{spelt(node.name)} has no {name}", "Give it one, or remove the element."
    if node.name in _TEXTS and not node.text.strip():
        yield f"{spelt(node.name)} has no text", "Give it one, or remove the element."


def _worded(node: Node) -> Iterator[Complaint]:
    """Attributes that say one of a few words."""
    for (name, attribute), words in _WORDS.items():
        if node.name == name and node.get(attribute) not in words:
            yield (
                f"{spelt(name)} has another {attribute}",
                f"It is one of {', '.join(sorted(words))}.",
            )
    for attribute, known in _ADDRESS_WORDS.items() if node.name == ADDRESS.name else ():
        said = node.get(attribute)
        if said and (not said.startswith(REL) or word_of(said) not in known):
            yield (
                f"{spelt(node.name)} has another {attribute}",
                (f"It is {REL} and one of {', '.join(sorted(known))}."),
            )


def _dated(node: Node) -> Iterator[Complaint]:
    """Dates of the form that the feed has."""
    if node.name == contact("birthday") and not _is_date(node.get("when"), year=False):
        yield "gContact:birthday is on no day", "It is YYYY-MM-DD, or --MM-DD without its year."
    if node.name == EVENT.name:
        when = node.first(gd("when"))
        if when is None or not _is_date(when.get("startTime"), year=True):
            yield "gContact:event is on no day", "It has a gd:when with a startTime, YYYY-MM-DD."


def _is_date(text: str, *, year: bool) -> bool:
    try:
        day = PartialDate.parse(text)
    except CardError:
        return False
    return day.month is not None and day.day is not None and (day.year is not None or not year)


def _told_apart(node: Node) -> Iterator[Complaint]:
    """Either this or that."""
    if node.name == contact("language") and bool(node.get("code")) == bool(node.get("label")):
        yield "gContact:language has not one of code and label", "Give it one of them."
    if node.name == PROPERTY:
        content = bool(node.children) or bool(node.text.strip())
        if content == ("value" in node.attributes):
            yield "gd:extendedProperty has not one of value and content", "Give it one of them."


_CHECKS: Final[tuple[Callable[[Node], Iterator[Complaint]], ...]] = (
    _typed,
    _filled,
    _worded,
    _dated,
    _told_apart,
)


def _too_many(nodes: Sequence[Node]) -> Iterator[Complaint]:
    """What there may be one of, or ten."""
    count = Counter(node.name for node in nodes)
    primary = Counter(node.name for node in nodes if node.get("primary") in {"true", "1"})
    for name in sorted(primary):
        if primary[name] > 1:
            yield f"more than one {spelt(name)} is primary", "Prefer one of them."
    for name in sorted(SINGLE & count.keys()):
        if count[name] > 1:
            yield f"there is more than one {spelt(name)}", "Remove one of them."
    names = Counter(node.get("name") for node in nodes if node.name == PROPERTY)
    if count[PROPERTY] > MOST_PROPERTIES:
        yield f"there are more than {MOST_PROPERTIES} gd:extendedProperty", "Remove some."
    if any(number > 1 for number in names.values()):
        yield "two gd:extendedProperty have the same name", "Give one of them another."


def _size(node: Node) -> int:
    if node.name in _NO_DATA:
        return 0
    texts = [text_in(one) for part in pieces(node) for one in part.content if isinstance(one, str)]
    values = (
        value
        for part in pieces(node)
        for name, value in part.attributes.items()
        if name not in _NO_VALUE
    )
    return sum(len(text.strip().encode()) for text in (*texts, *values))
