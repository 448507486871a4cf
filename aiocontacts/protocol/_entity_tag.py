# SPDX-License-Identifier: Apache-2.0
"""Entity tags: opaque, strong or weak, sent back as they came (RFC 9110 section 8.8.3)."""

from __future__ import annotations

from typing import Final, Self, final

from ._limits import LIMITS

_NONE: Final = frozenset({"", '""', 'W/""', 'w/""', "None", '"None"', 'W/"None"'})


@final
class ETag(str):
    """An entity tag, as the server wrote it: a string that knows how to be compared.

    Servers leave the quotes away, add a ``W/`` when a proxy compresses, or send nothing at all.
    `same_as` compares what they meant; the string itself goes back in ``If-Match`` unchanged.
    """

    __slots__ = ()

    @classmethod
    def read(cls, value: str | None) -> Self | None:
        """The tag in a header field or a property; None where there is none to speak of."""
        text = value.strip() if value else ""
        if text in _NONE or len(text) > LIMITS.etag or not text.isprintable():
            return None
        return cls(text)

    @property
    def weak(self) -> bool:
        """Whether it only promises an equivalent body, and so cannot stand in ``If-Match``."""
        return self.startswith(("W/", "w/"))

    @property
    def opaque(self) -> str:
        """The tag without its quotes and its weakness."""
        text = self[2:] if self.weak else self
        if len(text) > 1 and text[0] == '"' == text[-1]:
            return text[1:-1]
        return str(text)

    def same_as(self, other: ETag | None, /) -> bool:
        """Whether both name the same version (weak comparison, RFC 9110 section 8.8.3.2)."""
        return same_version(self, other)


UNTOLD: Final = ETag('"untold"')
"""The version of a record that the server names and fails to describe: it has one, which may be
any but this."""

UNMODIFIED: Final = ETag('"not modified since"')
"""The version of a record that the server says was not modified: the one that is known, if any is.
No server has a tag with blanks in it."""


def same_version(one: ETag | None, other: ETag | None) -> bool:
    """Whether two tags are known and name the same version; an unknown one never does."""
    if one is None or other is None:
        return False
    return one == other or one.opaque == other.opaque
