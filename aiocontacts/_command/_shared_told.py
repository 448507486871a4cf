# SPDX-License-Identifier: Apache-2.0
"""How ``aiocontacts shared`` shows a contact: in a line, in several, as JSON.

What a terminal would take for an order to itself is not passed on to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aiocontacts.protocol.vcard import Labelled

from .._shared._shared_contact import SharedContact


def told_shortly(contact: SharedContact) -> str:
    """Key, name and addresses, with tabs in between."""
    if contact.deleted:
        return f"{plain(contact.key)}\t(deleted)"
    addresses = ", ".join(email.address for email in contact.emails)
    return "\t".join(map(plain, (contact.key, _name(contact), addresses)))


def told(contact: SharedContact) -> Iterator[str]:
    """What people look for, a line for each."""
    for what, text in _facts(contact):
        if text:
            yield f"{what:<14} {plain(text)}"


def _facts(contact: SharedContact) -> Iterator[tuple[str, str]]:
    yield "key", contact.key
    yield "name", _name(contact)
    for email in contact.emails:
        yield "e-mail", _with_kind(email.address, email)
    for phone in contact.phones:
        yield "phone", _with_kind(phone.number, phone)
    firm = contact.organization
    if firm is not None:
        yield "organization", ", ".join(filter(None, (firm.name, *firm.units, firm.title)))
    for url in contact.urls:
        yield "web page", _with_kind(url.url, url)
    for note in contact.notes:
        yield "note", note
    yield "photo", "yes" if contact.photo else ""
    yield "updated", contact.found.updated


def told_in_json(contact: SharedContact) -> str:
    """Which contact, which version, and its card as JSContact (RFC 9553), in one line of JSON."""
    facts: dict[str, Any] = {"key": contact.key, "updated": contact.found.updated}
    if contact.etag is not None:
        facts["etag"] = contact.etag
    if contact.deleted:
        return json.dumps(facts | {"deleted": True})
    return json.dumps(facts | {"card": contact.to_jscontact()})


def plain(text: str) -> str:
    """The text without what is not to be printed."""
    return "".join(one if one.isprintable() else " " for one in text)


def _name(contact: SharedContact) -> str:
    return contact.name.shown if contact.name else ""


def _with_kind(text: str, value: Labelled) -> str:
    kind = value.label or " ".join(value.types)
    return f"{text} ({kind})" if kind else text
