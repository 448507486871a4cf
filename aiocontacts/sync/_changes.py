# SPDX-License-Identifier: Apache-2.0
"""What a run tells you, and what a strategy tells a run.

`Changed`, `Removed` and `Unreadable` are the three outcomes for a record; `Given`, `Pending`,
`Listed` and `Bookmark` are said by strategies, and stay inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, final

from aiocontacts.errors import ContactsError
from aiocontacts.protocol import ETag
from aiocontacts.protocol.dav import Member


class Record(Protocol):
    """Anything that can be kept in step: a contact, an entry of a feed."""

    @property
    def key(self) -> str:
        """By what it is known, here and in the caller's own store."""
        ...

    @property
    def href(self) -> str:
        """Where it is, in the server's own spelling."""
        ...

    @property
    def etag(self) -> ETag | None:
        """Its version; None where the server keeps none."""
        ...

    @property
    def size(self) -> int:
        """About how much memory it takes, in bytes."""
        ...

    def digest(self) -> bytes:
        """A short hash of its content, the same for the same content."""
        ...


R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)


@final
@dataclass(frozen=True, slots=True)
class Changed(Generic[R_co]):
    """This record is new, or its content is."""

    contact: R_co

    @property
    def key(self) -> str:
        """The record's key; each kind of change has one."""
        return self.contact.key


@final
@dataclass(frozen=True, slots=True)
class Removed:
    """The record with this key is gone."""

    key: str


@final
@dataclass(frozen=True, slots=True)
class Unreadable:
    """The record with this key is there, and cannot be read; what you have of it stands.

    It is asked for again in later runs.
    """

    key: str
    error: ContactsError


class Members(Sized, Iterable[Member], Protocol):
    """Members that can be counted, and gone through more than once."""


@final
@dataclass(frozen=True, slots=True)
class Given(Generic[R_co]):
    """These records may have changed, and here they are: tell of those that we do not have."""

    records: Sequence[R_co] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Pending:
    """These records changed: fetch those whose version we do not have."""

    members: Members


@final
@dataclass(frozen=True, slots=True)
class Listed:
    """These are all the records there are: fetch what we do not have, miss what is not here."""

    members: Members


@final
@dataclass(frozen=True, slots=True)
class Bookmark:
    """Everything found before this is covered by these cursors, and by no others."""

    cursors: Mapping[str, str]


class Declined(Exception):  # noqa: N818 - no error: the next strategy is asked
    """This strategy cannot serve this collection now.

    Said before its first finding, or right after a bookmark: nothing may have been found since.
    """


Change = Changed[R] | Removed | Unreadable
"""What a run hands to its caller."""

Finding = Changed[R] | Given[R] | Removed | Unreadable | Pending | Listed | Bookmark
"""What a strategy may say; `Given` is `Changed` for many at once, which costs less."""
