# SPDX-License-Identifier: Apache-2.0
"""What a contact has several of: e-mail addresses, phones, postal addresses, links, dates.

Each is a frozen value that says of what types it is, how its owner labels it, whether it is
preferred, and from which `Line` it comes; in an entry of the feed, from which element.  Take one,
``dataclasses.replace`` a part of it, and set it: the line is changed in that part alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, final

from ._dates import PartialDate


class Place(Protocol):
    """Where a value stands in its document: a line of a card, an element of an entry."""

    @property
    def origin(self) -> Place:
        """The place that it was when the document was read."""
        ...


class Labelled(Protocol):
    """What all of them have."""

    @property
    def types(self) -> tuple[str, ...]:
        """Words such as ``home`` and ``work``, in lower case."""
        ...

    @property
    def label(self) -> str | None:
        """What its owner calls it; None without a name of its own."""
        ...

    @property
    def preference(self) -> int | None:
        """From 1, the most preferred, to 100; None where nothing is said."""
        ...

    @property
    def line(self) -> Place | None:
        """Where it stands; None for a new one."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address."""

    address: str
    types: tuple[str, ...] = ()
    """Words such as ``home`` and ``work``, in lower case."""
    label: str | None = None
    """What its owner calls it."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number, as somebody typed it."""

    number: str
    types: tuple[str, ...] = ()
    """Words such as ``cell``, ``home``, ``work`` and ``fax``, in lower case."""
    label: str | None = None
    """What its owner calls it."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; a street of several lines has line feeds."""

    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    po_box: str = ""
    extended: str = ""
    """Apartment or suite; Google puts the neighbourhood here."""
    types: tuple[str, ...] = ()
    """Words such as ``home`` and ``work``, in lower case."""
    label: str | None = None
    """What its owner calls it."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Url:
    """A web page."""

    url: str
    types: tuple[str, ...] = ()
    """Words such as ``home`` and ``work``, in lower case."""
    label: str | None = None
    """What its owner calls it; Apple and Google say ``HomePage``."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Im:
    """An address in a messaging service."""

    address: str
    """A URI such as ``xmpp:ada@example.org`` in IMPP, a bare name in what was there before it."""
    service: str = ""
    """The service, as it is spelt there; empty where the URI says it all."""
    types: tuple[str, ...] = ()
    """Words such as ``home`` and ``work``, in lower case."""
    label: str | None = None
    """What its owner calls it."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Relation:
    """Another person: by name, or by a URI such as ``urn:uuid:...``."""

    name: str
    types: tuple[str, ...] = ()
    """How they are related (RFC 6350 section 6.6.6): ``spouse``, ``child``, ``friend``."""
    label: str | None = None
    """The same in the words of Apple and Google: ``Spouse``, ``Manager``, or anything."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class Event:
    """A day to remember, other than the birthday."""

    date: PartialDate
    types: tuple[str, ...] = ()
    """Words such as ``home`` and ``work``, in lower case."""
    label: str | None = None
    """What happened: ``Anniversary``, or anything."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)


@final
@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that its owner made up."""

    text: str
    types: tuple[str, ...] = ()
    """Words such as ``home`` and ``work``, in lower case."""
    label: str | None = None
    """What its owner calls it."""
    preference: int | None = None
    """From 1, the most preferred, to 100."""
    line: Place | None = field(default=None, compare=False, repr=False)
