# SPDX-License-Identifier: Apache-2.0
"""A process is killed in the middle, a dozen times; the copy is right in the end."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from aiocontacts.testing import FakeBook, FakeServer
from tests.canaries import PASSWORD
from tests.sync.world import card

TOP = Path(__file__).parents[2]


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with FakeServer(password=PASSWORD) as server:
        yield server


def edit(book: FakeBook, random: Random, revision: int) -> None:
    """Change some cards, delete some, make some anew, and undo what was done before."""
    for _ in range(60):
        name = f"{random.randrange(400)}.vcf"
        if name in book.cards and random.random() < 0.3:
            book.delete(name)
        else:
            book.put(name, card(name, random.choice((0, revision))))


@pytest.mark.timeout(120)
async def test_a_copy_survives_a_dozen_kills(server: FakeServer, tmp_path: Path) -> None:
    """Nothing is lost, and no ghost stays, however often SIGKILL ends a run half way."""
    random, book = Random(12), server.book()
    for number in range(400):
        book.put(f"{number}.vcf", card(f"{number}.vcf"))

    for revision in range(1, 13):
        await run(server, tmp_path, kill_after=random.choice((0, 1, 5, 30, 80, 249, 255, 300)))
        edit(book, random, revision)
        if revision % 4 == 0:
            book.forget_tokens()
    assert 0 == await run(server, tmp_path)

    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        copy = dict(db.execute("SELECT key, card FROM contact"))
    with closing(sqlite3.connect(tmp_path / "state.db")) as db:
        [[left]] = db.execute("SELECT count(*) FROM owed")
        known = {key for (key,) in db.execute("SELECT key FROM known")}
    assert {one.href: one.text for one in book.cards.values()} == copy
    assert 0 == left
    assert set(copy) == known


async def run(server: FakeServer, files: Path, kill_after: int | None = None) -> int:
    """The exit code of a process that is killed when it said so many lines."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.sync.killed",
        f"{server.url.rstrip('/')}{server.book().href}",
        server.user,
        str(files / "state.db"),
        str(files / "copy.db"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=TOP,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{server.password}\n".encode())
    await process.stdin.drain()
    lines = 0
    while lines != kill_after and await process.stdout.readline():
        lines += 1
    if lines == kill_after and process.returncode is None:
        process.send_signal(signal.SIGKILL)
    await process.communicate()
    assert process.returncode is not None
    return process.returncode
