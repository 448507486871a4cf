# SPDX-License-Identifier: Apache-2.0
"""The door to XML: hardened reading, escaped writing.

Reading is done by the expat parser inside defusedxml's, with defusedxml's refusing handlers for
every kind of DTD, and our own limits on top.  A body is fed in pieces and never held whole; that a
document has ended is for `XMLReader.close` to say, never for HTTP.

Names are in Clark notation, ``{namespace}local``, as in `xml.etree`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import Final, Protocol, final
from xml.parsers.expat import ExpatError, XMLParserType
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from aiocontacts.errors import MalformedResponse, UsageError

from ._limits import LIMITS

_ENCODING: Final = re.compile(
    r"utf-?8|utf-?16(le|be)?|(us-)?ascii|iso-8859-\d+|(windows-|cp)125\d", re.IGNORECASE
).fullmatch
_UTF_8: Final = re.compile(r"utf-?8|(us-)?ascii", re.IGNORECASE).fullmatch
_SPECIAL: Final = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]").search
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]").search
_PIECE: Final = 16 * 1024  # bytes to be parsed before a look at how the parser stands
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r")

Receiver = Callable[[str], object]


class Refused(Exception):  # noqa: N818 - never leaves this package's decoders
    """Raised by a handler to stop reading; becomes a MalformedResponse."""


class XMLHandler(Protocol):
    """What a reader calls; names come from expat, as ``namespace}local``."""

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""

    def end(self, name: str, /) -> None:
        """An element ends."""


@final
class XMLReader:
    """Feeds a handler and a receiver of character data from bytes, within the limits.

    `keep` is given the bytes as they are parsed, for who cuts them; then only UTF-8 is read.
    """

    def __init__(
        self,
        handler: XMLHandler,
        receive: Receiver | None,
        *,
        url: str,
        keep: Callable[[bytes], object] | None = None,
    ) -> None:
        parser: XMLParserType = DefusedXMLParser(forbid_dtd=True).parser
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = receive
        parser.XmlDeclHandler = _check_declaration if keep is None else _check_utf_8
        parser.CommentHandler = None
        parser.ProcessingInstructionHandler = None
        parser.DefaultHandlerExpand = None
        parser.ordered_attributes = False
        parser.buffer_text = True
        parser.buffer_size = 65_536
        # Newer expat holds a short token back until more comes, and gives the last ones only at the
        # end, too late for `feed`; against what that saves from, there is the limit on tokens.
        getattr(parser, "SetReparseDeferralEnabled", bool)(0)
        self._parser = parser
        self._keep = keep
        self._url = url
        self._fed = self._names = 0
        self._start: bytes | None = b""
        self._wide = False

    @property
    def position(self) -> int:
        """Where what the handler is called for begins, in bytes given to `keep`."""
        return self._parser.CurrentByteIndex

    def listen(self, receive: Receiver | None) -> None:
        """Give character data to another receiver from now on, or to none."""
        self._parser.CharacterDataHandler = receive

    @property
    def idle(self) -> bool:
        """Whether nothing that it was given waits for what belongs to it."""
        return self._fed == self._parser.CurrentByteIndex

    def feed(self, data: bytes) -> None:
        """Read some more; raises MalformedResponse."""
        self.read(self.clean(data))

    def clean(self, data: bytes) -> bytes:
        """What there is to `read` of these bytes, and of what was held back before them."""
        if self._start is not None:
            # Four bytes tell an encoding of two bytes a character from the others.
            data = self._start + data
            self._start = data if len(data) < 4 else None
            if self._start is not None:
                return b""
            self._wide = data[:2] in {b"\xfe\xff", b"\xff\xfe"} or b"\0" in data[:4]
            if self._wide and self._keep is not None:
                self._refuse(Refused("XML that is not in UTF-8"))
        # Cards hold control characters that XML forbids; one must not cost the whole page.
        return data if self._wide else data.translate(None, _CONTROLS)

    def read(self, data: bytes) -> None:
        """Read some more that was cleaned."""
        for start in range(0, len(data), _PIECE):
            self._feed_piece(data[start : start + _PIECE])

    def skim(self, data: bytes) -> None:
        """Read some more whole elements only to see that they are well-formed, calling nobody."""
        parser = self._parser
        start, end = parser.StartElementHandler, parser.EndElementHandler
        parser.StartElementHandler = parser.EndElementHandler = None
        self._fed += len(data)
        self._parse(data, last=False)
        parser.StartElementHandler, parser.EndElementHandler = start, end

    def _feed_piece(self, piece: bytes) -> None:
        if self._fed - self._parser.CurrentByteIndex > LIMITS.name:
            # Only a long tag has a long namespace, and a second piece of it is still to come.
            self._parser.StartNamespaceDeclHandler = _check_namespace
        self._fed += len(piece)
        self._parse(piece, last=False)
        # The parser remembers every name, each with its whole namespace.
        names = self._parser.intern
        if len(names) > self._names:
            self._check_names(islice(reversed(names), len(names) - self._names))
            self._names = len(names)
        # A huge tag or comment makes older expat read it again for each piece.
        if self._fed - self._parser.CurrentByteIndex > LIMITS.token:
            self._refuse(Refused("a tag or comment without end"))

    def _check_names(self, new: Iterable[str]) -> None:
        # Among them is None, for the prefix of a namespace that has none.
        if max(map(len, filter(None, new)), default=0) > LIMITS.name:
            self._refuse(Refused(f"a name of more than {LIMITS.name} characters"))
        if len(self._parser.intern) > LIMITS.names:
            self._refuse(Refused(f"more than {LIMITS.names} different names"))

    def close(self) -> None:
        """The body is over; raises MalformedResponse if the document is not."""
        try:
            self._parse(self._start or b"", last=True)
        finally:
            self._let_go()

    def _parse(self, data: bytes, *, last: bool) -> None:
        try:
            if self._keep is not None:
                self._keep(data)
            self._parser.Parse(data, last)
        except (ExpatError, DefusedXmlException, Refused, LookupError, ValueError) as error:
            self._refuse(error, incomplete=last)

    def _refuse(self, error: Exception, *, incomplete: bool = False) -> None:
        self._let_go()
        match error:
            case DefusedXmlException():
                why = "a DTD, which is refused"
            case Refused():
                why = str(error)
            case ExpatError() if incomplete:
                why = "XML that breaks off before its end"
            case ExpatError():
                why = f"no well-formed XML, at line {error.lineno}, column {error.offset}"
            case _:
                why = "XML in an unknown encoding"
        said = f"the answer holds {why}"
        raise MalformedResponse(said, url=self._url, incomplete=incomplete) from None

    def _let_go(self) -> None:
        # Parser and handlers hold each other: without this, memory waits for the collector.
        self._parser.StartElementHandler = None
        self._parser.EndElementHandler = None
        self._parser.CharacterDataHandler = None
        self._keep = None


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    # All others would be decoded by whatever codec Python has under that name.
    if encoding is not None and not _ENCODING(encoding):
        raise Refused("XML in an unknown encoding")


def _check_namespace(_prefix: str | None, namespace: str | None) -> None:
    # Each name below has it in itself: a long one makes much of a short answer.
    if namespace and len(namespace) > LIMITS.name:
        raise Refused(f"a namespace of more than {LIMITS.name} characters")


def _check_utf_8(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and not _UTF_8(encoding):
        raise Refused("XML that is not in UTF-8")


def check_element(name: str, attributes: dict[str, str], *, depth: int) -> None:
    """Raise Refused for an element that is nested too deep, or has too much of something."""
    if depth > LIMITS.depth:
        raise Refused(f"elements more than {LIMITS.depth} deep")
    if len(attributes) > LIMITS.attributes:
        raise Refused(f"an element with more than {LIMITS.attributes} attributes")
    if len(name) > LIMITS.name:
        raise Refused(f"a name of more than {LIMITS.name} characters")


@lru_cache(maxsize=1024)
def clark(name: str) -> str:
    """Expat's ``namespace}local`` in Clark notation."""
    return f"{{{name}" if "}" in name else name


_PREFIXES: Final = {
    "DAV:": "D",
    "urn:ietf:params:xml:ns:carddav": "C",
    "http://calendarserver.org/ns/": "CS",
}
_DECLARED: Final = "".join(f" xmlns:{p}={quoteattr(ns)}" for ns, p in _PREFIXES.items())


def xml(name: str, /, *content: str, **attributes: str) -> str:
    """One element as text, around content that is XML already.

    Keyword names stand for attributes, with ``_`` for ``-``.
    """
    return _written(name, content, attributes, declared="")


def xml_document(name: str, *content: str) -> bytes:
    """A whole document, its root declaring the namespaces that `xml` uses."""
    root = _written(name, content, {}, declared=_DECLARED)
    return f'<?xml version="1.0" encoding="utf-8"?>{root}'.encode()


def xml_text(text: str) -> str:
    """Text, escaped to stand in an element; raises UsageError for what no XML can hold.

    A CR survives as a reference (XML 1.0 section 2.11).
    """
    if not _SPECIAL(text):
        return text
    if _UNSENDABLE(text):
        raise UsageError("XML cannot hold control characters and half surrogates (XML 1.0 2.2)")
    return escape(text, {"\r": "&#13;"})


def _written(
    name: str, content: tuple[str, ...], attributes: dict[str, str], *, declared: str
) -> str:
    namespace, _, local = name[1:].rpartition("}")
    prefix = _PREFIXES.get(namespace)
    tag = f"{prefix}:{local}" if prefix else local
    own = "" if prefix else f" xmlns={quoteattr(namespace)}"
    given = "".join(f" {k.replace('_', '-')}={quoteattr(v)}" for k, v in attributes.items())
    inner = "".join(content)
    head = f"{tag}{declared}{own}{given}"
    return f"<{head}>{inner}</{tag}>" if inner else f"<{head}/>"
