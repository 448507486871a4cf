# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.gdata import Entry, merge_entries

_DECLARED = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:gd="http://schemas.google.com/g/2005"'
    ' xmlns:gContact="http://schemas.google.com/contact/2008" xmlns:x="urn:x"'
)
_REL = 'rel="http://schemas.google.com/g/2005#'
NAME = "<gd:name><gd:fullName>Ada</gd:fullName></gd:name>"
OTHER_NAME = "<gd:name><gd:fullName>Countess</gd:fullName></gd:name>"
MAIL = f'<gd:email {_REL}home" address="ada@example.net"/>'
WORK_MAIL = f'<gd:email {_REL}work" address="ada@example.net"/>'
PHONE = f'<gd:phoneNumber {_REL}work">+44 1</gd:phoneNumber>'
STORED_PHONE = f'<gd:phoneNumber {_REL}work" uri="tel:+44-1">+44 1</gd:phoneNumber>'
PROPERTY = '<gd:extendedProperty name="k" value="1"/>'
OTHER_PROPERTY = '<gd:extendedProperty name="k"><x:a>b<x:c/>d</x:a></gd:extendedProperty>'
FOREIGN = '<x:odd x:a="1">mi<x:b/>xed</x:odd>'
SERVERS = "<id>http://example.com/base/1</id><updated>2026-03-02T09:15:07.412Z</updated>"


def entry(*inner: str, etag: str = "1", declared: str = _DECLARED) -> Entry:
    return Entry.parse(f"<entry {declared} gd:etag='&quot;{etag}&quot;'>{''.join(inner)}</entry>")


def test_nothing_of_ours_is_their_text() -> None:
    """Where we changed nothing, theirs comes back as it stood."""
    base, theirs = entry(SERVERS, NAME), entry(SERVERS, OTHER_NAME, FOREIGN, etag="2")

    merged = merge_entries(base, base, theirs)

    assert (theirs.serialize(), ()) == (merged.entry.serialize(), merged.conflicts)


@pytest.mark.parametrize(
    "base, mine, theirs, both",
    [
        ((NAME,), (OTHER_NAME,), (NAME, MAIL), (OTHER_NAME, MAIL)),
        ((NAME, MAIL), (NAME,), (OTHER_NAME, MAIL), (OTHER_NAME,)),
        ((NAME,), (NAME, PHONE), (NAME, MAIL), (NAME, MAIL, PHONE)),
        ((NAME,), (NAME, PHONE), (NAME, STORED_PHONE), (NAME, STORED_PHONE)),
        ((NAME, MAIL), (NAME, WORK_MAIL), (NAME, MAIL, PHONE), (NAME, WORK_MAIL, PHONE)),
        ((NAME, MAIL, MAIL), (NAME, MAIL), (NAME, MAIL, MAIL, PHONE), (NAME, MAIL, PHONE)),
        ((PROPERTY,), (OTHER_PROPERTY,), (NAME, PROPERTY), (NAME, OTHER_PROPERTY)),
        ((FOREIGN,), (), (NAME, FOREIGN), (NAME,)),
        ((), (FOREIGN,), (NAME,), (NAME, FOREIGN)),
        ((NAME, MAIL), (NAME,), (NAME,), (NAME,)),
        (
            ("<content>a</content>",),
            ("<content>b</content>",),
            ("<content> a </content>", NAME),
            ("<content>b</content>", NAME),
        ),
    ],
)
def test_edits_of_two_things_are_both_done(
    base: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...], both: tuple[str, ...]
) -> None:
    """What we changed, made and removed is so in theirs, and the rest of it is as it was."""
    merged = merge_entries(entry(*base), entry(*mine), entry(SERVERS, *theirs, etag="2"))

    assert () == merged.conflicts
    assert sorted(node.raw for node in entry(SERVERS, *both).nodes) == sorted(
        node.raw.replace(' xmlns:x="urn:x"', "") for node in merged.entry.nodes
    )
    assert '"2"' == merged.entry.etag


@pytest.mark.parametrize(
    "base, mine, theirs, named",
    [
        (NAME, OTHER_NAME, NAME.replace("Ada", "Grace"), "gd:name"),
        (MAIL, WORK_MAIL, "", "gd:email"),
        (PROPERTY, "", OTHER_PROPERTY, "gd:extendedProperty"),
        ("", "<content>b</content>", "<content>a</content>", "atom:content"),
    ],
)
def test_two_edits_of_one_thing_are_named(base: str, mine: str, theirs: str, named: str) -> None:
    """Theirs stays, and it is said of what."""
    merged = merge_entries(entry(base), entry(mine), entry(theirs))

    assert (entry(theirs).serialize(), (named,)) == (merged.entry.serialize(), merged.conflicts)


def test_an_attribute_of_the_entry_itself_is_never_merged() -> None:
    """Who edits the tag of the entry is told that this was not brought together."""
    mine = Entry.parse(entry(NAME).serialize().replace("<entry ", "<entry x:a='1' "))

    assert ("entry",) == merge_entries(entry(NAME), mine, entry(NAME)).conflicts


def test_prefixes_are_those_of_their_text() -> None:
    """An element that needs namespaces is itself in a text that spells them otherwise."""
    spelt = _DECLARED.replace("xmlns:x=", "xmlns:y=").replace("xmlns=", "xmlns:atom=")
    text = f"<atom:entry {spelt}><gd:name/></atom:entry>"

    merged = merge_entries(entry(), entry(FOREIGN, "<content>b</content>"), Entry.parse(text))

    again = Entry.parse(merged.entry.serialize())
    assert {"{urn:x}odd", "{http://www.w3.org/2005/Atom}content"} < {n.name for n in again.nodes}
