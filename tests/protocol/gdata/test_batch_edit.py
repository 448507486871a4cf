# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from aiocontacts.errors import CardError, UsageError
from aiocontacts.protocol import ETag
from aiocontacts.protocol.gdata import (
    ANY_VERSION,
    BatchEdit,
    DeleteEntry,
    GetEntry,
    InsertEntry,
    UpdateEntry,
)
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.gdata.pages import NAMESPACES, URL, alone
from tests.protocol.rows import tree

SELF = f"{URL}/1f0c"
VERSIONED = f"{SELF}/1204224422303000"
TAG = ETag('"N."')
ATOM = "{http://www.w3.org/2005/Atom}"
BATCH = "{http://schemas.google.com/gdata/batch}"
ETAG = "{http://schemas.google.com/g/2005}etag"
ID = "http://www.google.com/m8/feeds/contacts/example.com/base/1f0c"


def told(edit: BatchEdit) -> tuple[str | None, list[str], list[tuple[str | None, str | None]]]:
    """The version in an entry's tag, its ids, and its edit links, after checking what it is for."""
    entry = fromstring(edit.written())
    assert f"{ATOM}entry" == entry.tag
    assert edit.id == entry.findtext(f"{BATCH}id")
    operation = entry.find(f"{BATCH}operation")
    assert operation is not None
    assert {"type": edit.verb} == operation.attrib
    links = [one for one in entry.iterfind(f"{ATOM}link") if one.get("rel") == "edit"]
    return (
        entry.get(ETAG),
        [one.text or "" for one in entry.iterfind(f"{ATOM}id")],
        [(one.get("rel"), one.get("href")) for one in links],
    )


@pytest.mark.parametrize(
    "edit, etag, ids, links",
    [
        (BatchEdit("1", "insert", "<entry xmlns='http://www.w3.org/2005/Atom'/>"), None, [], []),
        (BatchEdit("1", "update", alone(), SELF, TAG), TAG, [ID], [SELF]),
        (BatchEdit("1", "update", alone(), SELF, ANY_VERSION), "*", [ID], [SELF]),
        (BatchEdit("1", "update", alone(), VERSIONED), None, [ID], [VERSIONED, SELF]),
        (BatchEdit('<&"1', "delete", "", SELF, TAG), TAG, [SELF], [SELF]),
        (BatchEdit("1", "delete", alone(), VERSIONED), None, [ID], [VERSIONED]),
        (BatchEdit("1", "delete", f"<entry {NAMESPACES}/>", SELF, TAG), TAG, [SELF], [SELF]),
        (BatchEdit("1", "query", url=SELF), None, [SELF], []),
        (BatchEdit("1", "query", alone(), SELF), None, [ID], []),
    ],
)
def test_an_edit_names_entry_and_version(
    edit: BatchEdit, etag: str | None, ids: list[str], links: list[str]
) -> None:
    """An edit says what it does, to which entry, and to which version of it in both ways."""
    assert (etag, ids, [("edit", href) for href in links]) == told(edit)


def test_nothing_of_an_entry_is_lost() -> None:
    """An entry goes out as it is, with its namespaces and all that nobody here knows."""
    text = (
        f"<?xml version='1.0'?><!-- me --><entry {NAMESPACES} gd:etag='\"E.\"' x='1'"
        " xmlns:m='urn:m'\n"
        f" m:y='&quot;'><id>{ID}</id>\n <m:z> 1 <m:a/> 2 </m:z><title>Zoë</title></entry><!-- -->"
    )
    written = BatchEdit("1", "update", text, SELF, TAG).written().decode()
    sent, kept = tree(written), tree(text.encode())

    assert {**kept[1], ETAG: str(TAG)} == sent[1]
    assert kept[3] == sent[3][3:]
    assert "<id>" + text.partition("<id>")[2].removesuffix("<!-- -->") in written


TAGS = [
    "xmlns='{atom}'",
    "xmlns:a='{atom}' xmlns:g='{gd}' g:etag='old'",
    "xmlns:a='{atom}' xmlns='{gd}' etag='none'",
    "xmlns='{atom}' xmlns:gd='urn:x' gd:etag='other'",
]


@pytest.mark.parametrize("attributes", TAGS)
@pytest.mark.parametrize("end", ["/>", " />", "></{}>", "\n>\n</{}\n>"])
def test_any_tag_takes_a_version(attributes: str, end: str) -> None:
    """Whatever an entry's tag looks like, it says this version and no other."""
    name = "a:entry" if "xmlns:a" in attributes else "entry"
    declared = attributes.format(atom=ATOM[1:-1], gd="http://schemas.google.com/g/2005")
    text = f"<{name} {declared}{end.format(name)}"

    assert told(BatchEdit("1", "update", text, SELF, TAG))[0] == TAG
    assert told(BatchEdit("1", "insert", text))[0] is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "BEGIN:VCARD", "<entry/>", "<entry", alone()[:-1], f"{alone()}{alone()}"),
        f"<!DOCTYPE entry>{alone()}",
        f"<feed {NAMESPACES}/>",
        f"<entry {NAMESPACES}>\ud800</entry>",
        f"<entry {NAMESPACES}>{CARD_LINE}</x>",
    ],
)
def test_what_is_no_entry_is_not_sent(text: str) -> None:
    """A text that would spoil the batch is refused, and not shown."""
    with pytest.raises(CardError, match="no Atom entry") as caught:
        BatchEdit("1", "insert", text).written()

    assert_no_canary(f"{caught.value!r} {vars(caught.value)}")
    assert caught.value.__suppress_context__


def test_an_id_is_a_text() -> None:
    """What no XML can hold is no id."""
    with pytest.raises(UsageError):
        BatchEdit("\x01", "query", url=SELF).written()


def test_an_edit_can_be_sent_alone() -> None:
    """Each edit is an operation of its own, with the same version."""
    assert InsertEntry(URL, "x") == BatchEdit("1", "insert", "x").alone(URL)
    assert UpdateEntry(SELF, "x", TAG) == BatchEdit("1", "update", "x", SELF, TAG).alone(URL)
    assert DeleteEntry(SELF, TAG) == BatchEdit("1", "delete", "x", SELF, TAG).alone(URL)
    assert GetEntry(SELF) == BatchEdit("1", "query", "x", SELF).alone(URL)
