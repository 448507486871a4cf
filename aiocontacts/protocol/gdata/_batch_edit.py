# SPDX-License-Identifier: Apache-2.0
"""One edit of a batch: the entry as it is, with what to do about it put in front.

The version is told in both ways that Google's pages name, as gd:etag and as edit link.  Nothing of
an entry is written anew, so that nothing in it is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, final
from xml.sax.saxutils import quoteattr

from aiocontacts.errors import CardError, MalformedResponse

from .._entity_tag import ETag
from .._http import Headers, ResponseHead
from .._operation import Operation
from .._xml import xml, xml_text
from ._edits import DeleteEntry, EntryDecoder, GetEntry, InsertEntry, UpdateEntry
from ._found import FeedEntry, attributes_of, tag_name
from ._names import BATCH, EDIT_REL, ENTRY, GD, ID, LINK

Verb = Literal["insert", "update", "delete", "query"]
"""What a batch can do with an entry."""

_VERSION: Final = b"gd2005"
"""The prefix of gd:etag where the entry has none for its namespace."""


@final
@dataclass(frozen=True, slots=True)
class BatchEdit:
    """One edit of a batch."""

    id: str
    """What its answer is known by; yours to choose, unlike those of the others."""
    verb: Verb
    text: str = field(default="", repr=False)
    """The entry; for delete and query only its id is read, or it is left away."""
    url: str = ""
    """The entry's edit link, as it is; for a query, its self link."""
    etag: ETag | None = None
    """The version that is edited; None where the link names it, `ANY_VERSION` to force."""

    def alone(self, feed: str) -> Operation[Any, Any]:
        """The operation that does the same without a batch; an insert goes to the feed."""
        match self.verb:
            case "insert":
                return InsertEntry(feed, self.text)
            case "update":
                return UpdateEntry(self.url, self.text, self.etag)
            case "delete":
                return DeleteEntry(self.url, self.etag)
            case _:
                return GetEntry(self.url)

    def written(self) -> bytes:
        """The entry to send; raises CardError for a text that is none."""
        entry = _read(self.text) if self.text or self.verb in {"insert", "update"} else None
        if entry is not None and self.verb in {"insert", "update"}:
            return self._around(entry.raw, linked=entry.edit == self.url)
        name = self.url if entry is None else entry.id or self.url
        return self._around(xml(ENTRY, xml(ID, xml_text(name))).encode(), linked=False)

    def _around(self, raw: bytes, *, linked: bool) -> bytes:
        inner = xml(f"{{{BATCH}}}id", xml_text(self.id))
        inner += xml(f"{{{BATCH}}}operation", type=self.verb)
        if self.verb in {"update", "delete"} and not linked:
            inner += xml(LINK, rel=EDIT_REL, type="application/atom+xml", href=self.url)
        return _with(raw, self.etag, inner.encode())


def _read(text: str) -> FeedEntry:
    decoder = EntryDecoder(ResponseHead(200, Headers(), ""))
    try:
        decoder.feed(text.encode())
        return decoder.close()
    except (MalformedResponse, UnicodeEncodeError):
        raise CardError("this text is no Atom entry") from None


def _with(raw: bytes, etag: ETag | None, inner: bytes) -> bytes:
    """An entry with this version in its tag and no other, and more in front of its children."""
    name, attributes = tag_name(raw), list(attributes_of(raw))
    end = attributes[-1].end if attributes else 1 + len(name)
    prefixes = [
        one.name.removeprefix(b"xmlns:")
        for one in attributes
        if one.name.startswith(b"xmlns:") and one.value[1:-1] == GD.encode()
    ]
    outdated = {prefix + b":etag" for prefix in prefixes}
    kept = b"".join(raw[one.start : one.end] for one in attributes if one.name not in outdated)
    version = b"" if etag is None else _version(etag, prefixes)
    rest = raw[end:].lstrip().removeprefix(b"/>").removeprefix(b">")
    return b"<%s%s%s>%s%s" % (name, kept, version, inner, rest or b"</%s>" % name)


def _version(etag: ETag, prefixes: list[bytes]) -> bytes:
    value = quoteattr(etag).encode()
    if prefixes:
        return b" %s:etag=%s" % (prefixes[0], value)
    return b' xmlns:%s="%s" %s:etag=%s' % (_VERSION, GD.encode(), _VERSION, value)
