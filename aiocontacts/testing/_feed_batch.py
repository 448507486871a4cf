# SPDX-License-Identifier: Apache-2.0
"""Many edits in one request, each with an outcome of its own, in the order in which they came.

A batch is no transaction: what fails does not undo what went before.  One that breaks off says so
in a last entry, and what it does not list was not done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import responses as phrases
from typing import Final, final
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from ._answers import Answer
from ._feed import FakeEntry
from ._feed_asks import Ask, Verb, headers
from ._feed_dialect import KIND, pair, stamp
from ._feed_refusals import FeedRefused, invalid, refused
from ._feed_verbs import deleted, found, inserted, updated
from ._feed_xml import (
    DECLARED,
    XML_DECLARATION,
    atom,
    attribute,
    batch,
    gd,
    written,
)
from ._xml import text

MOST_EDITS: Final = 100


@final
@dataclass(frozen=True, slots=True)
class _Edit:
    """One edit of a batch."""

    ask: Ask
    entry: Element
    verb: str

    @property
    def id(self) -> str:
        """The entry's id as it was sent."""
        return (self.entry.findtext(atom("id")) or "").strip()

    @property
    def key(self) -> str:
        """The key in the id; refused if that is none of this feed."""
        match unquote(urlsplit(self.id).path).split("/"):
            case ["", "m8", "feeds", "contacts", self.ask.feed.domain, _, key]:
                return key
            case _:
                raise refused(400, "Invalid entry Id/Uri")

    @property
    def version(self) -> str:
        """What a versioned edit link ends in; empty if it is none, or an entity tag is told."""
        if gd("etag") in self.entry.attrib:
            return ""
        links = self.entry.iterfind(atom("link"))
        href = next((one.get("href", "") for one in links if one.get("rel") == "edit"), "")
        match urlsplit(href).path.split("/"):
            case ["", "m8", "feeds", "contacts", _, _, _, version]:
                return version
            case _:
                return ""

    def outcome(self) -> str:
        """What came of it, as an entry."""
        try:
            act = _ACTS.get(self.verb)
            if act is None:
                raise invalid("invalidBatchOperationType", f"No operation: {self.verb}")
            return act(self)
        except FeedRefused as no:
            return self._failed(no)

    def first(self, status: str, told: str = "") -> str:
        """What each outcome begins with."""
        given = self.entry.findtext(batch("id"))
        return (
            ("" if given is None else pair("batch:id", given))
            + f"<batch:operation type={attribute(self.verb)}/>"
            + (
                f"<batch:status {status}>{told}</batch:status>"
                if told
                else f"<batch:status {status}/>"
            )
        )

    def told(self, entry: FakeEntry, status: str) -> str:
        """An outcome that is an entry."""
        return self.ask.dialect.entry(entry, first=self.first(status))

    def _failed(self, no: FeedRefused) -> str:
        code = no.answer.status
        media_type = no.answer.headers["Content-Type"].partition(";")[0]
        # A short sentence is the reason itself; the others come with the status.
        if media_type == "text/plain" and code in {400, 404}:
            told, reason, typed = "", no.message, ""
        else:
            told, reason = text(no.message), phrases[code]
            typed = f" content-type={attribute(media_type)}"
        status = f'code="{code}" reason={attribute(reason)}{typed}'
        own = pair("id", self.id) if self.id else ""
        return f"<entry>{self.first(status, told)}{own}{KIND}</entry>"


def _insert(edit: _Edit) -> str:
    return edit.told(inserted(edit.ask, edit.entry), 'code="201" reason="Created."')


def _update(edit: _Edit) -> str:
    etag = edit.entry.get(gd("etag"))
    entry = updated(edit.ask, edit.entry, edit.key, edit.version, etag)
    return edit.told(entry, _SUCCESS)


def _delete(edit: _Edit) -> str:
    deleted(edit.ask, edit.key, edit.version, edit.entry.get(gd("etag")))
    sent = (one for one in edit.entry if one.tag != atom("link") and not _is_batchs(one))
    inner = "".join(map(written, sent))
    etag = edit.entry.get(gd("etag"))
    tagged = "" if etag is None else f" gd:etag={attribute(etag)}"
    return f"<entry{tagged}>{edit.first(_SUCCESS)}{inner}</entry>"


def _is_batchs(element: Element) -> bool:
    return element.tag.startswith(batch(""))


def _query(edit: _Edit) -> str:
    return edit.told(found(edit.ask.feed.seen(edit.key)), _SUCCESS)


_SUCCESS: Final = 'code="200" reason="Success"'
_ACTS: Final[Mapping[str, Callable[[_Edit], str]]] = {
    "insert": _insert,
    "update": _update,
    "delete": _delete,
    "query": _query,
}


def _batch(ask: Ask) -> Answer:
    feed = ask.sent(atom("feed"))
    edits = [
        _Edit(ask, entry, _verb(entry) or _verb(feed)) for entry in feed.iterfind(atom("entry"))
    ]
    if len(edits) > MOST_EDITS:
        raise refused(400, f"A batch has at most {MOST_EDITS} operations")
    done = ask.feed.interruptions.pop(0) if ask.feed.interruptions else len(edits)
    outcomes = [edit.outcome() for edit in edits[:done]]
    if done < len(edits):
        outcomes.append(_interrupted(ask, outcomes))
    title = feed.findtext(atom("title")) or "Batch Feed"
    return Answer(200, headers("feed"), [_document(ask, title, outcomes).encode()])


def _verb(element: Element) -> str:
    operation = element.find(batch("operation"))
    return "" if operation is None else operation.get("type", "")


def _interrupted(ask: Ask, outcomes: list[str]) -> str:
    good = sum('<batch:status code="20' in outcome for outcome in outcomes)
    parsed, bad = len(outcomes) + 1, len(outcomes) - good
    return (
        f"<entry>{pair('id', f'{ask.dialect.feed}/batch/error')}<title>Error</title>"
        f'<batch:interrupted reason="Unexpected error" parsed="{parsed}" success="{good}"'
        f' error="{bad}" unprocessed="1"/></entry>'
    )


def _document(ask: Ask, title: str, outcomes: list[str]) -> str:
    now = ask.feed.now()
    return (
        f"{XML_DECLARATION}<feed{DECLARED}>{pair('id', f'{ask.dialect.feed}/batch/{now}')}"
        f"{pair('updated', stamp(now // 1000))}"
        f'<title type="text">{text(title)}</title>{"".join(outcomes)}</feed>'
    )


BATCH: Final[dict[str, Verb]] = {"POST": _batch}
