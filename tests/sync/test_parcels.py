# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from aiocontacts import Contact
from aiocontacts.sync import Removed
from aiocontacts.sync._ledger import Effect, Step
from aiocontacts.sync._outbox import Outbox
from aiocontacts.sync._parcels import Parcels

MIB = 1024 * 1024


def step(number: int) -> Step[Contact]:
    return Removed(str(number)), Effect(removed=str(number))


def packed(sizes: list[int]) -> tuple[list[int], Parcels[Contact], Outbox[list[Step[Contact]]]]:
    """How many steps are in each parcel that went off."""
    outbox: Outbox[list[Step[Contact]]] = Outbox()
    parcels = Parcels(outbox)
    for number, size in enumerate(sizes):
        parcels.add(step(number), size)
    sent: list[int] = []
    while (parcel := outbox.take()) is not None:
        sent.append(len(parcel))
    return sent, parcels, outbox


def test_a_full_parcel_goes_off() -> None:
    """So many steps, or so many bytes, and no more."""
    assert [250, 250] == packed([0] * 510)[0]
    assert [2] == packed([MIB // 2, MIB // 2, 5])[0]


def test_the_rest_goes_off_when_it_is_said() -> None:
    """What is packed is sent, in its order, and nothing is sent twice."""
    _, parcels, outbox = packed([0] * 3)
    parcels.send()
    parcels.send()

    assert [step(0), step(1), step(2)] == outbox.take()
    assert outbox.take() is None
