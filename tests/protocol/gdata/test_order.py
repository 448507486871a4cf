# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from aiocontacts.protocol.gdata import Entry
from aiocontacts.protocol.gdata._nodes import Node
from aiocontacts.protocol.gdata._order import rank
from tests.protocol.gdata.entries import FULL


def test_the_server_writes_in_this_order() -> None:
    """The elements of an entry, and the parts of each, stand in the order of their ranks."""
    document = Entry.parse(FULL)
    rows = [document.nodes, *([*node.children] for node in document.nodes)]
    ranked = [[rank(node.name) for node in row if known(node)] for row in rows]

    assert [sorted(row) for row in ranked] == ranked
    assert 60 < sum(map(len, ranked))


def test_what_nobody_knows_has_no_rank() -> None:
    """An unknown element stands where it stands."""
    assert -1 == rank("{urn:x}y")


def known(node: Node) -> bool:
    # Where an organisation is found stands in it, where its contact is found behind all else.
    return rank(node.name) >= 0 and not node.name.endswith("}where")
