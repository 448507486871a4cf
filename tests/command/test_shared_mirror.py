# SPDX-License-Identifier: Apache-2.0
"""A copy of a domain that the command line keeps."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import final

import pytest

from aiocontacts import CardError, Changed, MalformedResponse, Removed, SyncState, Unreadable
from aiocontacts._command._shared_mirror import in_json, in_lines, into, mirror
from aiocontacts._shared._shared_contact import SharedContact
from aiocontacts.sync import Bookmark, Finding, Source
from tests.domain import Domain


@pytest.fixture
def domain() -> Domain:
    return Domain()


async def test_a_folder_follows_the_domain(
    domain: Domain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is a file for each contact, and none for one that was deleted."""
    one, two, three = [await domain.add(name) for name in ("One", "Two", "Three")]
    folder, state = tmp_path / "cards", tmp_path / "state"
    assert 0 == await mirror(domain.shared, state, into(folder), 0.25)
    assert {f"{contact.key}.vcf" for contact in (one, two, three)} == {
        path.name for path in folder.iterdir()
    }

    capsys.readouterr()
    domain.feed.edit(one.key, name="Uno")
    domain.feed.delete(two.key)
    assert 0 == await mirror(domain.shared, state, into(folder), 1.0)

    assert [f"changed\t{one.key}\tUno\t", f"removed\t{two.key}"] == sorted(
        capsys.readouterr().out.splitlines()
    )
    assert "FN:Uno" in (folder / f"{one.key}.vcf").read_text("utf-8")
    assert {f"{contact.key}.vcf" for contact in (one, three)} == {
        path.name for path in folder.iterdir()
    }


async def test_what_was_not_written_comes_again(domain: Domain, tmp_path: Path) -> None:
    """A change whose taker failed is told again by the next run, and those before it are not."""
    keys = {(await domain.add(name)).key for name in ("One", "Two", "Three")}
    took: list[str] = []

    def take(change: Changed[SharedContact] | Removed) -> None:
        if len(took) == 2:
            raise OSError("the disk is full")
        took.append(change.key)

    with pytest.raises(OSError, match="full"):
        await mirror(domain.shared, tmp_path / "state", take, 0.25)
    again: list[str] = []
    await mirror(domain.shared, tmp_path / "state", lambda change: again.append(change.key), 0.25)

    assert keys == {*took, *again}
    assert not keys.isdisjoint(again)


async def test_lines_of_json(
    domain: Domain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each change is an object; one with ``deleted`` is gone."""
    one = await domain.add("One")
    await mirror(domain.shared, tmp_path / "state", in_json, 1.0)
    domain.feed.delete(one.key)
    await mirror(domain.shared, tmp_path / "state", in_json, 1.0)

    changed, removed = map(json.loads, capsys.readouterr().out.splitlines())
    assert ("One", one.key) == (changed["card"]["name"]["full"], changed["key"])
    assert {"key": one.key, "deleted": True} == removed


async def test_what_cannot_be_read_is_left(
    domain: Domain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A contact that cannot be read is told in a line, and the others go on."""
    odd, one = await domain.add("Odd"), await domain.add("One")

    def take(change: Changed[SharedContact] | Removed) -> None:
        if change.key == odd.key:
            raise CardError("it is odd")
        in_lines(change)

    assert 1 == await mirror(domain.shared, tmp_path / "state", take, 0.25)
    said = capsys.readouterr()
    assert f"aiocontacts: left {odd.key} as it was: it is odd\n" == said.err
    assert [f"changed\t{one.key}\tOne\t"] == said.out.splitlines()


@final
class Broken:
    """A strategy that finds what it cannot read."""

    name = "broken"

    async def findings(
        self, source: Source[SharedContact], state: SyncState, /
    ) -> AsyncGenerator[Finding[SharedContact], None]:
        del source, state
        yield Unreadable("odd", MalformedResponse("no entry", url="https://www.example.com"))
        yield Bookmark({})


async def test_what_the_run_cannot_read_is_left(
    domain: Domain,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is handed on of what the server sent and nobody can read."""
    monkeypatch.setattr(domain.shared, "_strategies", (Broken(),))
    took: list[str] = []

    assert 1 == await mirror(domain.shared, tmp_path / "state", lambda one: took.append(one.key), 1)
    assert [] == took
    assert "left odd as it was: no entry" in capsys.readouterr().err


def test_a_key_is_no_path(tmp_path: Path) -> None:
    """A server that calls a contact ``../../x`` writes nowhere else."""
    into(tmp_path / "cards")(Removed("../../x"))

    assert ["cards"] == [path.name for path in tmp_path.iterdir()]
