# SPDX-License-Identifier: Apache-2.0
"""Gender: a letter and a text in vCard 4.0 (RFC 6350 section 6.2.7), a word everywhere else.

The words that have a letter are read in lower case wherever they stand; what somebody wrote in
words of their own says more than a letter beside it.
"""

from __future__ import annotations

from typing import Final

from ._editing import Editable, edited
from ._escapes import escaped
from ._lines import Line
from ._text import encoded, parts_of

_NAMES: Final = ("GENDER", "X-GENDER")
_WORDS: Final = {"M": "male", "F": "female", "O": "other", "N": "none", "U": "unknown"}
_LETTERS: Final = {word: letter for letter, word in _WORDS.items()}


def gender_of(card: Editable) -> str | None:
    """The gender, as a word or in words; None where nothing is said."""
    lines = card.all(*_NAMES)
    return _read(lines[0], card.version) if lines else None


def set_gender(card: Editable, gender: str | None) -> None:
    """Have this gender, in the form of the card's version; or none."""
    lines = card.all(*_NAMES)
    if gender == (_read(lines[0], card.version) if lines else None):
        return
    name = lines[0].name if lines else _NAMES[card.version != "4.0"]
    after = [_line(card, name, gender, lines[0] if lines else None)] if gender else []
    card.put(lines, after, name)


def _read(line: Line, version: str) -> str | None:
    parts = parts_of(line, version)
    # Radicale has the semicolon be one of the text; no sex has one.
    sex, *words = ";".join(parts).split(";", 1) if line.name == "GENDER" else parts
    said = words[0] if line.name == "GENDER" and any(words[:1]) else _WORDS.get(sex.upper(), sex)
    return (said.lower() if said.lower() in _LETTERS else said) or None


def _line(card: Editable, name: str, gender: str, line: Line | None) -> Line:
    texts = _in_four(gender) if name == "GENDER" else [_in_three(gender)]
    value = ";".join(escaped(text, card.version) for text in texts)
    value, parameters = encoded(value, line.parameters if line else (), card.version)
    if line:
        return edited(line, value, parameters, card.style)
    return Line.make(name, value, parameters, style=card.style)


def _in_four(gender: str) -> list[str]:
    letter = _LETTERS.get(gender.lower())
    return [letter] if letter else ["", gender]


def _in_three(gender: str) -> str:
    return gender.capitalize() if gender.lower() in _LETTERS else gender
