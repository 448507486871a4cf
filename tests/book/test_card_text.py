# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import traceback
from typing import Any

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError, Draft, UsageError
from aiocontacts._book._card_text import (
    fingerprint,
    flaw_of,
    gist,
    names_for,
    sendable,
    text_of,
    uid_of,
    version_of,
    with_line_ends,
)
from aiocontacts.protocol import LIMITS
from tests.canaries import CARD_LINE, assert_no_canary
from tests.protocol.texts import TEXTS


def card(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""))


ADA = card("UID:1", "FN:Ada", "N:Lovelace;Ada;;;", "EMAIL;TYPE=HOME,PREF:a@example.org", CARD_LINE)


@pytest.mark.parametrize("nothing", [None, b"BEGIN:VCARD", {"@type": "Card"}])
def test_what_cannot_be_a_card_is_told(nothing: object) -> None:
    """A function that forgot to return its card, say, is told what is wanted."""
    with pytest.raises(UsageError, match="serialize"):
        text_of(nothing)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_what_others_cannot_write_is_a_card_error() -> None:
    """What vobject raises over its own model is told by its name; what is in the card is not."""
    model: Any = vobject.vCard()
    model.add("note").value = CARD_LINE
    with pytest.raises(CardError, match="ValidateError") as told:
        text_of(model)

    assert_no_canary("".join(traceback.format_exception(told.value)))
    with pytest.raises(CardError, match="control character"):
        text_of(Draft(full_name="\0"))
    model.add("fn").value = "Ada"
    assert "FN:Ada" in text_of(model)
    assert text_of(model) == text_of(text_of(model))


# Two texts, whether they are one card in full, and whether at least in what Google keeps of it.
PAIRS = [
    ("", "", True, True),
    (ADA, ADA, True, True),
    (ADA, ADA.replace("\r\n", "\n"), True, True),
    (ADA, f"\ufeff{ADA}\r\n\r\n", True, True),
    (ADA, ADA.replace("UID:1", "UID:2"), True, True),
    (ADA, ADA.replace("UID:1", "PRODID:x\r\nREV:1\r\nVERSION:4.0"), True, True),
    (ADA, ADA.replace("Lovelace;Ada;;;", "Love\r\n lace;A\n\tda"), True, True),
    (ADA, ADA.replace("N:Lovelace;Ada;;;", "NICKNAME:\r\nn:Lovelace;Ada;"), True, True),
    (ADA, ADA.replace("TYPE=HOME,PREF", 'type="pref";TYPE=home'), True, True),
    (ADA, ADA.replace("TYPE=HOME,PREF", "HOME;PREF"), True, True),
    (ADA, card(*reversed(ADA.split("\r\n")[2:-2])), True, True),
    (card("NOTE:a\\, b\\; c\\nx\\:"), card("NOTE:a, b; c\\Nx:"), True, True),
    (card('URL;X="a:b":c'), card('URL;X="a:b":c'), True, True),
    (ADA, ADA.replace("FN:Ada", "FN:Grace"), False, False),
    (ADA, ADA.replace("FN:Ada", "FN:Ada\r\nFN:Ada"), False, False),
    (ADA, ADA.replace("HOME", "WORK"), False, True),
    (ADA, ADA.replace(CARD_LINE, "X-OTHER:1\r\nCATEGORIES:a"), False, True),
    (ADA, ADA.replace("EMAIL", "item1.EMAIL"), False, True),
    (card('URL;X="a:b":c'), card('URL;X="a:d":c'), False, True),
]


@pytest.mark.parametrize("one, other, whole, core", PAIRS)
def test_a_card_is_known_again(one: str, other: str, *, whole: bool, core: bool) -> None:
    """Folding, order, escaping and what a server sets make no other card; anything else does."""
    assert whole is (fingerprint(one) == fingerprint(other))
    assert core is (gist(one) == gist(other))


@given(st.lists(TEXTS, max_size=5))
def test_any_text_has_a_fingerprint(lines: list[str]) -> None:
    """Whatever stands in a card, it is the same card each time."""
    text = card(*lines)

    assert fingerprint(text) == fingerprint(text)
    assert 16 == len(gist(text))
    assert flaw_of(text) is None


@pytest.mark.parametrize("line", ['X;"' * 100_000, "\\" * 200_000, "a;" * 100_000, " " * 200_000])
def test_hostile_lines_take_no_longer(line: str) -> None:
    """A line that is all quotes, escapes, parameters or blanks is read in one go."""
    assert 16 == len(fingerprint(card(line, f"{line}:x", f"NOTE:{line}")))


@pytest.mark.parametrize(
    "text, uid",
    [
        (ADA, "1"),
        (ADA.replace("UID:1", "uid;VALUE=TEXT: a b\r\n  c "), "a b c"),
        (ADA.replace("UID:1", "item1.UID:2"), "2"),
        (ADA.replace("UID:1", "UID:\r\nUID:2"), None),
        (card("FN:x", "NOTE:\\nUID:3", "no line"), None),
        ("", None),
    ],
)
def test_a_card_has_a_uid_or_none(text: str, uid: str | None) -> None:
    """The first UID of a card counts, unfolded and trimmed; an empty one is none."""
    assert uid == uid_of(text)


@pytest.mark.parametrize(
    "stem, first, second",
    [
        ("simple", "simple.vcf", "simple-2.vcf"),
        ("A_b-9", "A_b-9.vcf", "A_b-9-2.vcf"),
        ("x" * 64, f"{'x' * 64}.vcf", f"{'x' * 64}-2.vcf"),
    ],
)
def test_case_101_a_name_is_made_from_a_uid(stem: str, first: str, second: str) -> None:
    """101. A UID that is safe in a path is the name, with a number from the second try on."""
    names = list(names_for(stem))

    assert [first, second] == names[:2]
    assert 5 == len(set(names))


@pytest.mark.parametrize(
    "uid",
    ["a/b", "a\nb", "../../etc", "urn:uuid:1", "Zoë", "☃", "", ".", "x" * 65, "a b", "%2F", "a\0b"],
)
def test_case_151_a_uid_that_is_no_name_is_hashed(uid: str) -> None:
    """151. Slashes, line ends, other scripts: the name is 32 hexadecimal digits, and stays so."""
    [first, *_] = names_for(uid)

    assert first == next(names_for(uid))
    assert 36 == len(first)
    assert set(first.removesuffix(".vcf")) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "text, sent",
    [
        (ADA, ADA),
        (ADA.replace("\r\n", "\n"), ADA),
        (f"\ufeff\n {ADA}", ADA),
    ],
)
def test_a_text_is_made_ready(text: str, sent: str) -> None:
    """Lines end in CR LF, and nothing stands in front."""
    assert sent == sendable(text)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "not a vCard"),
        (CARD_LINE, "not a vCard"),
        (ADA[:-12], "breaks off"),
        (ADA.replace("Ada", "\ud800"), "half surrogates"),
        (ADA.replace("Ada", "\0"), "control characters"),
        (ADA.replace("Ada", "\x0b"), "control characters"),
        (card("NOTE:" + "x" * LIMITS.card), "more than"),
    ],
)
def test_a_text_that_is_no_card_is_not_sent(text: str, reason: str) -> None:
    """What has not the two ends of a card, or cannot be bytes, is refused; nothing is shown."""
    with pytest.raises(CardError, match=reason) as caught:
        sendable(text)

    assert_no_canary(f"{caught.value} {caught.value!r}")


@pytest.mark.parametrize("card", [None, b"BEGIN:VCARD", 1])
def test_what_has_no_text_is_no_card(card: Any) -> None:
    """What a function gives that forgets to return its card is told by its type, not shown."""
    with pytest.raises(UsageError, match=type(card).__name__) as caught:
        text_of(card)

    assert "return" in str(caught.value.hint)
    assert "VCARD" not in str(caught.value)


@pytest.mark.parametrize(
    "text, version",
    [
        ("BEGIN:VCARD\r\nVERSION:4.0\r\nEND:VCARD", "4.0"),
        ("BEGIN:VCARD\nversion;X-A=b: 2.1\nEND:VCARD", "2.1"),
        ("BEGIN:VCARD\r\nNOTE:x\r\n VERSION:4.0\r\nEND:VCARD", "3.0"),
        ("BEGIN:VCARD\r\nX-VERSION:4.0\r\nVERSION:\r\nEND:VCARD", "3.0"),
    ],
)
def test_a_text_says_its_version(text: str, version: str) -> None:
    """The line VERSION does, in any case; without one it is 3.0, as servers have it."""
    assert version == version_of(text)


def test_line_ends_that_are_right_stay() -> None:
    """A text whose lines end as they should is the same text."""
    assert with_line_ends(ADA) is ADA
    assert "a\r\nb\r\n" == with_line_ends("a\nb\r\n")
