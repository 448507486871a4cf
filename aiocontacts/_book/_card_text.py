# SPDX-License-Identifier: Apache-2.0
"""A card as text: may it be stored, which one is it, and are two of them the same?

Servers rewrite cards: they fold lines anew, sort them, escape more or less, drop PRODID, set REV,
give a new UID.  `fingerprint` sees through that and through nothing else, so that a card whose
answer was lost is known again, and somebody else's edit is not taken for ours.  Some make values
of their own of a card, and write another from those: `gist` is what survives even there.  All of
it takes time in proportion to the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Final, Protocol

from aiocontacts.errors import CardError, ContactsError, UsageError
from aiocontacts.protocol import LIMITS

_FOLD: Final = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_END: Final = re.compile(r"[\r\n]+")
_LINE: Final = re.compile(r'((?:[^":]|"[^"]*+")*+):(.*)', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)")
_PLAIN_UID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}").fullmatch
_VERSION: Final = re.compile(
    r"^VERSION(?:;[^:\r\n]*)?:[ \t]*([0-9.]+)", re.IGNORECASE | re.MULTILINE
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML document can hold, so that a card with it spoils the answers it stands in."""
_SERVERS_OWN: Final = frozenset({"BEGIN", "END", "PRODID", "REV", "UID", "VERSION"})
_SELDOM_KEPT: Final = frozenset({"CATEGORIES", "IMPP", "KIND", "LABEL", "MEMBER", "PHOTO"})
_NAMES: Final = 5
_BEGINNING: Final = "BEGIN:VCARD"
_ENDINGS: Final = ("END:VCARD\r\n", "END:VCARD\n", "END:VCARD")
"""The usual ones, told without a copy of the card."""


def flaw_of(text: str) -> str | None:
    """Why a text is no card; None if it is one, as far as its two ends tell."""
    if len(text) > LIMITS.card:
        return f"the card has more than {LIMITS.card} characters"
    if text.startswith(_BEGINNING) and text.endswith(_ENDINGS):
        return None
    bare = text.strip("\ufeff \t\r\n")
    if bare[:11].upper() != "BEGIN:VCARD":
        return "the record is not a vCard"
    if bare[-9:].upper() != "END:VCARD":
        return "the card breaks off before its end"
    return None


def with_line_ends(text: str) -> str:
    """With CR LF at the end of each line (RFC 6350 section 3.2), which XML takes away."""
    if text.count("\r\n") == text.count("\n"):
        return text
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


class Serializable(Protocol):
    """What can say what its card is: a `VCard`, a `Draft`, a card of vobject's."""

    def serialize(self) -> str:
        """The text of the card."""
        ...


Card = str | Serializable
"""A card to be written: its text, or what gives it."""


def text_of(card: Card) -> str:
    """The text of a card; UsageError for what is none, CardError for what cannot be written."""
    if isinstance(card, str):
        return card
    if not hasattr(card, "serialize"):
        raise UsageError(
            f"a card is a text, or has it in its serialize(), and no {type(card).__name__}",
            hint="Does the function that makes the card return it?",
        )
    try:
        return card.serialize()
    except ContactsError:
        raise
    except Exception as error:  # noqa: BLE001 - what a model of somebody else's raises is its own
        # Its message may hold parts of the card.
        raise CardError(
            f"serialize() of this card failed with {type(error).__name__}",
            hint="Call it yourself to see why: vobject, for one, writes no card without FN.",
        ) from None


def sendable(text: str) -> str:
    """A caller's card as it goes to any server; raises CardError where it is none."""
    flaw = flaw_of(text)
    if flaw:
        raise CardError(flaw)
    if _CONTROL.search(text):
        raise CardError("the card has control characters in it, which no answer in XML can hold")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CardError("the card has half surrogates in it, which no server can store") from None
    return with_line_ends(text.lstrip("\ufeff \t\r\n"))


def uid_of(text: str) -> str | None:
    """The UID of a card; None where it has none."""
    for head, value in _lines(text):
        if head.partition(";")[0].rpartition(".")[2].upper() == "UID":
            return value.strip() or None
    return None


def version_of(text: str) -> str:
    """The version of vCard that a text is in; 3.0 where it does not say."""
    found = _VERSION.search(text)
    return found[1] if found else "3.0"


def fingerprint(text: str) -> bytes:
    """A short hash of what a card says; the same after a server has written it anew."""
    return _hash(f"{name};{parameters}:{value!r}" for name, parameters, value in _plain(text))


def gist(text: str) -> bytes:
    """The same, without what servers drop or add that only know some properties (Google)."""
    bare = ((name.rpartition(".")[2], value) for name, _, value in _plain(text))
    return _hash(
        f"{name}:{value!r}"
        for name, value in bare
        if not name.startswith("X-") and name not in _SELDOM_KEPT
    )


def _hash(lines: Iterable[str]) -> bytes:
    whole = "\n".join(sorted(lines)).encode("utf-8", "surrogatepass")
    return blake2b(whole, digest_size=16).digest()


def names_for(stem: str) -> Iterator[str]:
    """Names to try for a card, made from its UID: safe in any path, on any disk, on any server."""
    if not _PLAIN_UID(stem):
        stem = blake2b(stem.encode(), digest_size=16).hexdigest()
    yield f"{stem}.vcf"
    for number in range(2, _NAMES + 1):
        yield f"{stem}-{number}.vcf"


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line in two parts: name and parameters, and the value."""
    for line in _END.split(_FOLD.sub("", text)):
        found = _LINE.fullmatch(line)
        if found:
            yield found[1], found[2]


def _plain(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, parameters and value of each line that says something, in one spelling."""
    for head, value in _lines(text.removeprefix("\ufeff")):
        name, *parameters = head.upper().replace('"', "").split(";")
        plain = _ESCAPE.sub(_unescaped, value).strip().rstrip(";")
        # A line without a value says nothing: some servers drop it, some add it.
        if plain and name not in _SERVERS_OWN:
            yield name, ";".join(sorted(_each(parameters))), plain


def _each(parameters: list[str]) -> Iterator[str]:
    """TYPE=HOME,WORK is TYPE=HOME;TYPE=WORK, and in vCard 2.1 HOME;WORK."""
    for parameter in parameters:
        name, equals, values = parameter.partition("=")
        if not equals:
            name, values = "TYPE", parameter
        for value in values.split(","):
            yield f"{name}={value}"


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]
