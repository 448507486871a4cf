# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts.testing._feed_entry import entry_of, key_of
from tests.testing.feeding import NAMES, entry


@pytest.mark.parametrize(
    "xml",
    [
        "<entry><id> https://x.example/base/8411573 </id><gd:email address='a@b.example'/></entry>",
        "<?xml version='1.0'?>\n<entry><id>8411573</id><gd:email address='a@b.example'/></entry>",
        entry("<id>http://x.example/base/8411573</id>", "<gd:email address='a@b.example'/>"),
    ],
)
def test_an_entry_need_not_declare_its_prefixes(xml: str) -> None:
    """The samples of Google's pages can be used as they are printed."""
    key, element = entry_of(xml, {})

    assert "8411573" == key
    assert "a@b.example" == element.find("gd:email", NAMES).get("address")  # type: ignore[union-attr]  # it is there


def test_an_entry_can_be_made_of_keywords() -> None:
    """A name, an address, a number and a note, whatever they hold."""
    _, element = entry_of("", {"name": "A & B", "email": 'a"@b', "phone": "1", "note": "<n>"})

    assert "A & B" == element.findtext("gd:name/gd:fullName", None, NAMES)
    assert ['a"@b'] == [one.get("address") for one in element.findall("gd:email", NAMES)]
    assert "1" == element.findtext("gd:phoneNumber", None, NAMES)
    assert "<n>" == element.findtext("content", None, NAMES)


def test_an_entry_without_an_id_has_no_key() -> None:
    """The key is empty."""
    assert "" == key_of(entry_of("", {"name": "Ada"})[1])
