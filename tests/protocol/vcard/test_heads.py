# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts import CardError
from aiocontacts.protocol import LIMITS
from aiocontacts.protocol.vcard import Parameter
from aiocontacts.protocol.vcard._heads import KNOWN, NO_HEAD, read, settings, word

WORDS = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[chr(n) for n in (*range(32), 127) if n not in {9, 10}],
    )
)


@pytest.mark.parametrize(
    "content, group, name, parameters, value",
    [
        ("FN:Ada", "", "FN", [], "Ada"),
        ("item1.email:a:b", "item1", "EMAIL", [], "a:b"),
        ("TEL;TYPE=HOME,work;X-A=:1", "", "TEL", [("TYPE", "HOME", "work"), ("X-A", "")], "1"),
        ('TEL;TYPE="HOME,work":1', "", "TEL", [("TYPE", "HOME,work")], "1"),
        ('A;X="a:b;c",d;Y="":1', "", "A", [("X", "a:b;c", "d"), ("Y", "")], "1"),
        ("A;X=a,:1", "", "A", [("X", "a", "")], "1"),
        ("A;X=^'^n^^:1", "", "A", [("X", '"\n^')], "1"),
        (
            "TEL;HOME;QUOTED-PRINTABLE:1",
            "",
            "TEL",
            [("TYPE", "HOME"), ("ENCODING", "QUOTED-PRINTABLE")],
            "1",
        ),
        ("TEL; type=HOME; :1", "", "TEL", [("type", "HOME")], "1"),
        ("\ufeffBEGIN:VCARD", "", "BEGIN", [], "VCARD"),
    ],
)
def test_a_head_is_read_once_and_twice(
    content: str, group: str, name: str, parameters: list[tuple[str, ...]], value: str
) -> None:
    """Group, name and parameters are read from what stands before the colon, cached or not."""
    expected = tuple(Parameter(name, tuple(values)) for name, *values in parameters)
    for _ in range(2):
        head, rest = read(content)

        assert (group, name, expected, value) == (head.group, head.name, head.parameters, rest)


@pytest.mark.parametrize(
    "content",
    ["", "FN", ":x", "F N:x", "ü:x", 'TEL;TYPE="a:b', 'TEL;TYPE="a:b"c"', "A;=:x", "a.b.c:x"],
)
def test_what_is_no_line_has_no_head(content: str) -> None:
    """Without a colon or a name there is neither head nor value."""
    head, value = read(content)

    assert "" == head.name
    assert NO_HEAD == head or ":" in value + content


@pytest.mark.parametrize("over, fine", [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("parameter", [";a=b", ';a="b:"', ";a"])
def test_a_line_has_so_many_parameters_and_no_more(
    over: int, parameter: str, *, fine: bool
) -> None:
    """A line with more parameters than the limit is malformed."""
    head, _ = read(f"TEL{parameter * (LIMITS.parameters + over)}:1")

    assert fine is bool(head.name)


def test_a_head_that_is_too_long_is_none() -> None:
    """Nobody needs sixty-four kibibytes before a colon."""
    assert NO_HEAD == read(f"TEL;X={'x' * 65_536}:1")[0]


@pytest.mark.parametrize(
    "settings, types, preference",
    [
        (";TYPE=HOME;TYPE=Work,home", ("home", "work"), None),
        (";TYPE=pref,HOME", ("home",), 1),
        (";PREF=7;TYPE=PREF", (), 7),
        (";PREF=0", (), None),
        (";PREF=101;TYPE=", (), None),
        (";PREF=x", (), None),
        (';TYPE="voice, cell"', ("voice", "cell"), None),
    ],
)
def test_types_and_preference_are_known(
    settings: str, types: tuple[str, ...], preference: int | None
) -> None:
    """Types are in lower case and without doubles; PREF=n decides before TYPE=PREF."""
    head, _ = read(f"TEL{settings}:1")

    assert (types, preference) == (head.types, head.preference)


def test_what_is_remembered_is_bounded() -> None:
    """However many heads there are, only some are kept, and all are read."""
    names = [read(f"X-{number}:1")[0].name for number in range(3000)]

    assert [f"X-{number}" for number in range(3000)] == names
    assert 1024 >= len(KNOWN)
    assert NO_HEAD == read("no colon")[0]


def test_parameters_are_written_so_that_they_are_read() -> None:
    """Quotes and carets stand where they must; a name that is none is refused."""
    parameters = (Parameter("TYPE", ("a", "b,c")), Parameter("X", ('"\n',)))

    assert ';TYPE=a,"b,c";X=^\'^n' == settings(parameters)
    assert parameters == read(f"A{settings(parameters)}:")[0].parameters
    with pytest.raises(CardError):
        settings([Parameter("A:B", ())])
    with pytest.raises(CardError):
        word("")


@given(st.lists(WORDS, max_size=3), st.lists(WORDS, min_size=1, max_size=3))
def test_what_is_written_is_read(some: list[str], others: list[str]) -> None:
    """Whatever the values of parameters are, spaces at their ends too, they are read again."""
    written = (Parameter("X-A", tuple(some)), Parameter("X-B", tuple(others)))
    head, value = read(f"TEL{settings(written)}:1")

    assert "1" == value
    assert [tuple(some) or ("",), tuple(others)] == [one.values for one in head.parameters]
