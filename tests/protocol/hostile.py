# SPDX-License-Identifier: Apache-2.0
"""Documents that are made to hurt whoever reads them.

The DTD family follows the vectors that defusedxml was built against; each is met in the encodings
in which a filter might not see it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiocontacts.errors import MalformedResponse

MIB = 1024 * 1024

_LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
_SUBSETS = {
    "doctype": "<!DOCTYPE r>",
    "doctype-html": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd">',
    "element": "<!DOCTYPE r [<!ELEMENT r ANY>]>",
    "attribute": "<!DOCTYPE r [<!ATTLIST r x CDATA 'y'>]>",
    "notation": "<!DOCTYPE r [<!NOTATION n SYSTEM 'n'><!ENTITY e SYSTEM '{file}' NDATA n>]>",
    "entity": "<!DOCTYPE r [<!ENTITY e 'x'>]>",
    "laughs": f"<!DOCTYPE r [<!ENTITY l0 'ha'>{_LAUGHS}<!ENTITY e '&l9;'>]>",
    "quadratic": f"<!DOCTYPE r [<!ENTITY q '{'a' * 50_000}'><!ENTITY e '{'&q;' * 1_000}'>]>",
    "cyclic": "<!DOCTYPE r [<!ENTITY e '&f;'><!ENTITY f '&e;'>]>",
    "external": "<!DOCTYPE r [<!ENTITY e SYSTEM 'http://127.0.0.1:9/e'>]>",
    "external-file": "<!DOCTYPE r [<!ENTITY e SYSTEM 'file://{file}'>]>",
    "external-dtd": "<!DOCTYPE r SYSTEM 'file://{file}'>",
    "parameter": "<!DOCTYPE r [<!ENTITY % p SYSTEM 'file://{file}'> %p;]>",
    "after-comment": f"<!--{'a' * 70_000}--><!DOCTYPE r [<!ENTITY e 'x'>]>",
}
_ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}


def dtds(file: str = "/etc/hostname") -> Iterator[tuple[str, bytes]]:
    """Documents with a DTD, with names for them; `file` is what some of them try to read."""
    for name, subset in _SUBSETS.items():
        for encoding, declared in _ENCODINGS.items():
            text = (
                f'<?xml version="1.0" encoding="{declared}"?>'
                f"{subset.replace('{file}', file)}<r>&e;</r>"
            )
            yield f"{name}-{encoding}", text.encode(encoding)


def disguised() -> Iterator[tuple[str, bytes]]:
    """DTDs in encodings in which they do not look like any."""
    dtd = "<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>"
    yield "utf-7", b'<?xml version="1.0" encoding="utf-7"?>' + dtd.encode("utf-7")
    yield "utf-7-encoded", b"+/v8-" + dtd.replace("<", "+ADw-").encode()
    yield "utf-32", f'<?xml version="1.0" encoding="utf-32"?>{dtd}'.encode("utf-32")
    yield "ebcdic", f'<?xml version="1.0" encoding="cp037"?>{dtd}'.encode("cp037")
    yield "ebcdic-declared", b'<?xml version="1.0" encoding="cp037"?>' + dtd.encode("cp037")
    yield "shift-jis", f'<?xml version="1.0" encoding="shift_jis"?>{dtd}'.encode()
    yield "escapes", b'<?xml version="1.0" encoding="unicode_escape"?>' + dtd.encode()
    yield "rot13", b'<?xml version="1.0" encoding="rot13"?>' + dtd.encode()
    yield "unknown", b'<?xml version="1.0" encoding="x-none"?>' + dtd.encode()
    yield "module", b'<?xml version="1.0" encoding="os.path"?>' + dtd.encode()


def endless() -> Iterator[tuple[str, bytes]]:
    """Documents with one tag, comment or instruction of 2 MiB, with names for them."""
    junk = b"a" * (2 * MIB)
    yield "attribute", b'<r x="' + junk + b'"/>'
    yield "attributes", b"<r " + b"".join(b'a%d="" ' % n for n in range(2 * 10**5)) + b"/>"
    yield "attribute-name", b"<r " + junk + b'="x"/>'
    yield "name", b"<" + junk + b"/>"
    yield "end", b"<r></r" + b" " * (2 * MIB) + b">"
    yield "comment", b"<r><!--" + junk + b"--></r>"
    yield "instruction", b"<r><?x " + junk + b"?></r>"


OPENING = frozenset(
    {
        *("open", "os.open", "os.listdir", "os.scandir", "subprocess.Popen", "urllib.Request"),
        *("socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname"),
    }
)


class _Watch:
    """An audit hook, of which there is no taking back: so there is one."""

    opened: list[str] | None = None

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.opened is not None and event in OPENING:
            self.opened.append(f"{event} {arguments!r}")


_watch = _Watch()
sys.addaudithook(_watch)


@contextmanager
def watching() -> Iterator[list[str]]:
    """The files and sockets that are opened meanwhile."""
    opened: list[str] = []
    _watch.opened = opened
    try:
        yield opened
    finally:
        _watch.opened = None


def refused(feed: Callable[[bytes], object], body: bytes, size: int) -> tuple[str, int]:
    """Why a body is refused, and how many of its bytes had been read by then."""
    for start in range(0, len(body), size):
        try:
            feed(body[start : start + size])
        except MalformedResponse as error:
            return str(error), start
    return "", len(body)
