# SPDX-License-Identifier: Apache-2.0
"""Answers that a client must refuse: the DTD family, tokens without end, depth, a bomb.

Each stands where a multistatus was expected.  Those that name a file or an URL name ones that the
benchmark watches.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator

_SIZE = 16 * 1024 * 1024
_DEPTH = 1_000_000
_BOMB = 256 * 1024 * 1024
_OPEN = b'<d:multistatus xmlns:d="DAV:">'
_BODY = (
    _OPEN + b"<d:response><d:href>&x;</d:href><d:status>HTTP/1.1 200 OK</d:status></d:response>"
    b"</d:multistatus>"
)


def hostile_answers(secret: str, leak: str) -> Iterator[tuple[str, bytes]]:
    """Each answer with its name, given a file and an URL that must stay untouched."""
    yield from _dtds(secret, leak)
    yield "huge-attribute", _OPEN + b'<d:response x="' + b"a" * _SIZE + b'"/></d:multistatus>'
    yield "huge-comment", _OPEN + b"<!--" + b"a" * _SIZE + b"--></d:multistatus>"
    yield "huge-instruction", _OPEN + b"<?x " + b"a" * _SIZE + b"?></d:multistatus>"
    yield "huge-name", _OPEN + b"<" + b"a" * _SIZE + b"/></d:multistatus>"
    names = b"".join(b"<x%d/>" % number for number in range(_DEPTH // 10))
    yield "names", _OPEN + b'<x xmlns="' + b"n" * 1000 + b'">' + names + b"</x></d:multistatus>"
    yield "deep", _OPEN + b"<x>" * _DEPTH + b"</x>" * _DEPTH + b"</d:multistatus>"
    bomb = _OPEN + b"<!-- -->" * (_BOMB // 8) + b"</d:multistatus>"
    yield "bomb.gz", gzip.compress(bomb, compresslevel=1)


def _dtds(secret: str, leak: str) -> Iterator[tuple[str, bytes]]:
    for name, declared in _declarations(secret, leak):
        yield name, b'<?xml version="1.0"?>' + declared.encode() + _BODY
    late = b"<!--" + b"a" * 70_000 + b"-->" + b"<!DOCTYPE d [<!ENTITY x 'y'>]>"
    yield "dtd-after-comment", b'<?xml version="1.0"?>' + late + _BODY
    wide = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d [<!ENTITY x "y">]>'
    yield "dtd-utf16", (wide + _BODY.decode()).encode("utf-16")


def _declarations(secret: str, leak: str) -> Iterator[tuple[str, str]]:
    yield "doctype", "<!DOCTYPE d>"
    yield "entity", "<!DOCTYPE d [<!ENTITY x 'y'>]>"
    yield "external-file", f"<!DOCTYPE d [<!ENTITY x SYSTEM 'file://{secret}'>]>"
    yield "external-http", f"<!DOCTYPE d [<!ENTITY x SYSTEM '{leak}'>]>"
    yield "external-dtd", f"<!DOCTYPE d SYSTEM '{leak}'>"
    yield "parameter-entity", f"<!DOCTYPE d [<!ENTITY % p SYSTEM '{leak}'> %p;]>"
    laughs = "".join(f"<!ENTITY x{n} '{f'&x{n - 1};' * 10}'>" for n in range(1, 10))
    yield "billion-laughs", f"<!DOCTYPE d [<!ENTITY x0 'ha'>{laughs}<!ENTITY x '&x9;'>]>"
    many = "&y;" * 50_000
    yield "quadratic-blow-up", f"<!DOCTYPE d [<!ENTITY y '{'a' * 50_000}'><!ENTITY x '{many}'>]>"
