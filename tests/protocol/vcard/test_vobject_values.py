# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.protocol.vcard._lines import Line
from aiocontacts.protocol.vcard._vobject_values import vobject_values


@pytest.mark.parametrize(
    "line, values",
    [
        ("NOTE:a, b", [r"a\, b"]),
        (r"NOTE:a\:b\Nc\\\, \o/", [r"a:b\nc\\\, \\o/"]),
        ("ORG:Firma, Inc.;Research", [r"Firma\, Inc.;Research"]),
        ("N:Hopper;Grace;Brewster,Ann;;", ["Hopper;Grace;Brewster,Ann;;"]),
        (r"CATEGORIES:a,b\,c", [r"a,b\,c"]),
        (r"NICKNAME:Ann,Annie\, too", ["Ann", r"Annie\, too"]),
        ("NICKNAME:", [""]),
        ("GEO:1.5,2.5", ["1.5,2.5"]),
        ("PHOTO;ENCODING=b:a,b", ["a,b"]),
        ("NOTE;ENCODING=QUOTED-PRINTABLE:a=2Cb", [r"a\,b"]),
    ],
)
def test_every_comma_of_a_text_has_a_backslash(line: str, values: list[str]) -> None:
    """What parts has none, what is a text has one; nicknames, of which it knows one, are apart."""
    assert values == list(vobject_values(Line(line), "3.0"))


def test_in_the_old_version_a_comma_in_a_name_is_one_of_the_text() -> None:
    """VCard 2.1 has no lists in N."""
    assert [r"a\, b;c"] == list(vobject_values(Line("N:a, b;c"), "2.1"))
