# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import subprocess
import sys
import time

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError, Contact, VCard
from aiocontacts.protocol.vcard._vobject import to_vobject
from aiocontacts.testing._samples import sample_cards
from tests.canaries import assert_no_canary
from tests.protocol.vcard.dialects import DIALECTS, card
from tests.test_readable import NAMES


def test_vobject_says_what_it_would_have_read() -> None:
    """The model has the same contents as one that its own parser makes, where that cuts nothing."""
    for text in (text for _, text in sample_cards(50) if "PHOTO:data:" not in text):
        mine, its = to_vobject(VCard.parse(text)), vobject.readOne(text)

        assert its.serialize() == mine.serialize()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_a_model(dialect: str) -> None:
    """A contact of each program can be handed to code that wants vobject, and back."""
    contact = Contact("key", "href", None, DIALECTS[dialect])
    model = contact.to_vobject()

    assert contact.name is not None
    assert contact.name.full == model.fn.value
    assert contact.name.family == model.n.value.family
    assert VCard.parse(model.serialize()).name is not None


@pytest.mark.parametrize(
    "lines, version",
    [
        (
            [
                "N:a;;;;",
                "FN:Hopper, Grace",
                "NOTE:Hello, world; again",
                "URL:https://x.example/a,b",
            ],
            "3.0",
        ),
        (["N:a;;;;", "FN:x", "ORG:Navy, US;Computing, Dept", "ADR:;;1 Main, Flat 2;Ulm;;;"], "3.0"),
        (
            [
                "N:a;;;;",
                "FN:x",
                r"NOTE:a\: b",
                r"URL:https\://x.example",
                "NICKNAME:a,b\\,c",
                "X-A:1,2;3",
            ],
            "3.0",
        ),
        (["FN:x", r"CATEGORIES:a,b\,c", "N:a;b,c;;;", "NOTE:vertical\x0btab"], "3.0"),
        (["N:a;;;;", "FN:x", "GEO:geo:1.5,2.5", "PHOTO:data:image/png;base64,iVBORw0KGgo="], "4.0"),
        (
            [
                "FN:Hopper, Grace",
                "N:Hopper, Jr;Grace",
                "NOTE;ENCODING=QUOTED-PRINTABLE:a=2C b=0D=0Ac",
            ],
            "2.1",
        ),
        (["N:a;;;;", "FN:x", "CATEGORIES;ENCODING=QUOTED-PRINTABLE:a,b=C3=A9"], "2.1"),
    ],
)
def test_what_it_writes_says_what_it_was_given(lines: list[str], version: str) -> None:
    """Commas that nobody escaped, and escapes that only Google writes, are no end of a text."""
    before = VCard.parse(card(*lines, version=version))
    after = VCard.parse(to_vobject(before).serialize(validate=False))

    for name in NAMES:
        assert getattr(before, name) == getattr(after, name)
    assert _others(before) == _others(after)


def _others(parsed: VCard) -> list[str]:
    return [parsed.text(line) for line in parsed.all("GEO", "X-A")]


def test_lines_that_stop_its_parser_do_not_stop_the_model() -> None:
    """A line for which vobject would think for ever is a line, or left out, at once."""
    started = time.process_time()
    text = card(
        "FN:x", f"TEL{';a' * 25}", f"TEL{';a=b' * 60}:1", "AGENT:", *card("FN:y").split("\r\n")[:-1]
    )

    assert 1 == len(to_vobject(VCard.parse(text)).contents["fn"])
    assert 5 > time.process_time() - started


@given(
    st.lists(
        st.sampled_from(
            [
                "N:a",
                "ADR:a",
                "ORG:",
                "BDAY:x",
                "PHOTO;ENCODING=b:!",
                "PHOTO;ENCODING=b:YQ==",
                "FN:",
                "REV:x",
                "N;CHARSET=punycode;ENCODING=QUOTED-PRINTABLE:=FF",
                "item1.X-A:1",
                "CATEGORIES:a,b",
                "LABEL:x",
                "KEY;ENCODING=b:ä",
                "NICKNAME:a",
                "X-A;B;C=:d",
                "FN;ENCODING=BASE64:C4RD-CANARY!",
            ]
        )
    )
)
def test_any_card_is_a_model_or_a_card_error(lines: list[str]) -> None:
    """What vobject cannot make anything of is a CardError that shows nothing of the card."""
    try:
        made: list[object] = [to_vobject(VCard.parse(card(*lines))).name]
    except CardError as error:
        made = [error]

    assert_no_canary(repr([(one, getattr(one, "__cause__", None)) for one in made]))


def test_what_vobject_cannot_have_is_told() -> None:
    """Base64 that is none is a CardError."""
    with pytest.raises(CardError, match="vobject"):
        to_vobject(VCard.parse(card("PHOTO;ENCODING=b:a")))


def test_vobject_is_imported_when_it_is_asked_for() -> None:
    """Who reads contacts as values does without vobject."""
    script = "import sys, aiocontacts; raise SystemExit('vobject' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode
