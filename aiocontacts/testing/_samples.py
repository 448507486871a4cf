# SPDX-License-Identifier: Apache-2.0
"""Contacts as varied as those in real books: scripts, groups, photos, folds and half dates.

The same seed gives the same cards, and a larger count begins with those of a smaller one.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Final
from uuid import UUID

_GIVEN: Final = (
    "Ada", "Grace", "Zoë", "José", "Łukasz", "Ümit", "Søren", "Nguyễn", "Дмитрий", "Ελένη",
    "さくら", "小明", "محمد", "שרה", "Anne-Marie", "O'Neil", "Björk", "Priya",
)  # fmt: skip  # one to a line would fill a page
_FAMILY: Final = (
    "Lovelace", "Hopper", "Ångström", "García Márquez", "Wałęsa", "Şahin", "Kierkegaard", "Trãi",
    "Менделеев", "Παπαδοπούλου", "山田", "王", "الخوارزمي", "כהן", "van der Berg", "MacLeòid", "Ng",
)  # fmt: skip  # one to a line would fill a page
_CITIES: Final = ("London", "Zürich", "Kraków", "東京", "São Paulo", "القاهرة", "Malmö", "Αθήνα")
_FIRMS: Final = ("Analytical Engines, Ltd.", "Rüdiger & Söhne", "山田商店", "Nuts; Bolts", "Acme")
_LABELS: Final = ("_$!<HomePage>!$_", "School", "Büro Süd", "_$!<Other>!$_")
_CATEGORIES: Final = ("friends", "work", "Família", "book club", "VIP")
_PHONES: Final = ("CELL", "HOME,VOICE", "WORK", '"WORK,FAX"')
_EMOJI: Final = ("🌍", "👩‍💻", "🎻", "☕")

_Lines = list[str]
_Trait = Callable[[Random, str], _Lines]


def sample_cards(count: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """So many pairs of a name and the text of a valid vCard, of version 3.0 or 4.0."""
    random = Random(seed)  # noqa: S311 - the same cards each time is the point
    for number in range(count):
        yield _sample(random, number)


def _sample(random: Random, number: int) -> tuple[str, str]:
    uid = UUID(int=random.getrandbits(128), version=4)
    version = random.choice(("3.0", "3.0", "4.0"))
    given, family = random.choice(_GIVEN), random.choice(_FAMILY)
    lines = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        "PRODID:-//aiocontacts//sample//EN",
        f"UID:{'urn:uuid:' if version == '4.0' else ''}{uid}",
        f"FN:{_escaped(f'{given} {family}')}",
        f"N:{_escaped(family)};{_escaped(given)};;;",
    ]
    for odds, trait in _TRAITS:
        if random.random() < odds:
            lines += trait(random, version)
    lines.append("END:VCARD")
    return _name(uid, given, number), "".join(f"{_folded(line)}\r\n" for line in lines)


def _name(uid: UUID, given: str, number: int) -> str:
    # Most clients name a card after its UID; some do not, and their users are not English.
    return f"{given} & {number} 100%.vcf" if number % 25 == 24 else f"{uid}.vcf"


def _mail(random: Random, version: str) -> _Lines:
    count = random.randint(1, 4)
    mark = (";PREF=1" if version == "4.0" else ";TYPE=PREF", *[""] * (count - 1))
    return [
        f"EMAIL;TYPE={random.choice(('HOME', 'WORK', 'INTERNET'))}{mark[index]}:"
        f"user{random.randrange(10**6)}@{random.choice(('example.com', 'example.org'))}"
        for index in range(count)
    ]


def _phones(random: Random, version: str) -> _Lines:
    start = ";VALUE=uri:tel:" if version == "4.0" else ":"
    return [
        f"TEL;TYPE={random.choice(_PHONES)}{start}+44-20-{random.randrange(10**7):07}"
        for _ in range(random.randint(1, 3))
    ]


def _address(random: Random, _: str) -> _Lines:
    street = _escaped(f"{random.randint(1, 300)} High Street, Flat {random.randint(1, 9)}")
    city = random.choice(_CITIES)
    kind = random.choice(("HOME", "WORK"))
    return [f"ADR;TYPE={kind}:;;{street};{city};;{random.randint(10_000, 99_999)};Earth"]


def _work(random: Random, _: str) -> _Lines:
    firm = _escaped(random.choice(_FIRMS))
    return [f"ORG:{firm};Dept. {random.randint(1, 20)}", "TITLE:Chief of Difference"]


def _note(random: Random, _: str) -> _Lines:
    text = f"Met in {random.choice(_CITIES)}; likes tea, music\nand {random.choice(_EMOJI)} "
    return [f"NOTE:{_escaped(text * random.randint(1, 6))}"]


def _birthday(random: Random, version: str) -> _Lines:
    month, day = random.randint(1, 12), random.randint(1, 28)
    year = random.randint(1900, 2010)
    yearless = random.random() < 0.25
    if version == "4.0":
        return [f"BDAY:{'--' if yearless else year}{month:02}{day:02}"]
    if yearless:
        return [f"BDAY;X-APPLE-OMIT-YEAR=1604:1604-{month:02}-{day:02}"]
    return [f"BDAY;VALUE=date:{year}-{month:02}-{day:02}"]


def _labelled(random: Random, _: str) -> _Lines:
    return [
        f"item1.URL:https://example.org/~{random.randrange(1000)}?a=1&b=<2>",
        f"item1.X-ABLabel:{random.choice(_LABELS)}",
        "item2.X-ABDATE:2001-02-03",
        "item2.X-ABLabel:_$!<Anniversary>!$_",
    ]


def _tagged(random: Random, _: str) -> _Lines:
    return [f"CATEGORIES:{','.join(random.sample(_CATEGORIES, random.randint(1, 3)))}"]


def _extended(random: Random, _: str) -> _Lines:
    handle = f"user{random.randrange(1000)}"
    return [
        f"X-SOCIALPROFILE;TYPE=mastodon;X-USER={handle}:https://social.example/@{handle}",
        "X-PHONETIC-FIRST-NAME:ay-da",
        "RELATED;X-NOTE=\"said: ^'hi^', twice\":urn:uuid:00000000-0000-4000-8000-000000000000",
    ]


def _photo(random: Random, version: str) -> _Lines:
    data = base64.b64encode(_png(random, random.choice((8, 16, 32)))).decode()
    start = "PHOTO:data:image/png;base64," if version == "4.0" else "PHOTO;ENCODING=b;TYPE=PNG:"
    return [start + data]


_TRAITS: Final[tuple[tuple[float, _Trait], ...]] = (
    (0.9, _mail),
    (0.7, _phones),
    (0.4, _address),
    (0.5, _work),
    (0.3, _note),
    (0.3, _birthday),
    (0.2, _labelled),
    (0.2, _tagged),
    (0.1, _extended),
    (0.05, _photo),
)


def _png(random: Random, side: int) -> bytes:
    """A square of coloured noise; not compressed, so that it is the same everywhere."""
    rows = b"".join(b"\0" + random.randbytes(3 * side) for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _escaped(text: str) -> str:
    """A text value (RFC 6350 section 3.4)."""
    for plain, written in (("\\", "\\\\"), ("\n", "\\n"), (",", "\\,"), (";", "\\;")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> str:
    """At most 75 octets to a line, and no character split (RFC 6350 section 3.2)."""
    pieces: list[str] = []
    start = size = 0
    for index, character in enumerate(line):
        octets = len(character.encode())
        if size + octets > 75:
            pieces.append(line[start:index])
            # The space that marks a continuation is one of its octets.
            start, size = index, 1
        size += octets
    return "\r\n ".join([*pieces, line[start:]])
