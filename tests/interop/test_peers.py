# SPDX-License-Identifier: Apache-2.0
"""The embedded server satisfies clients that we did not write: vdirsyncer and tsdav.

Each is installed as its users install it, newest first, into a directory of the test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from aiocontacts import VCard
from aiocontacts.testing import FakeBook, FakeServer, sample_cards
from tests.canaries import PASSWORD

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]

ODD = "a b:c@ü%&.vcf"
TSDAV = Path(__file__).with_name("peer_tsdav.mjs")


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    async with FakeServer(password=PASSWORD) as server:
        yield server


@pytest.fixture
def book(server: FakeServer) -> FakeBook:
    book = server.book("contacts", display_name="Contacts")
    for name, text in sample_cards(50):
        book.put(name, text)
    book.put(ODD, card("odd", "Ä <b>&"))
    return book


def card(uid: str, full_name: str) -> str:
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{full_name}", "N:;;;;", "END:VCARD")
    return "".join(f"{line}\r\n" for line in lines)


async def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a program writes; the test fails with all of it if the program does."""
    words = [str(word) for word in command]
    done = await anyio.run_process(
        words, cwd=cwd, env={**os.environ, **environment}, input=b"y\n" * 9, check=False
    )
    output = done.stdout.decode() + done.stderr.decode()
    assert 0 == done.returncode, output
    return output


def contents(texts: list[str]) -> list[str]:
    """Texts without line ends, which no peer promises to keep."""
    return sorted(re.sub(r"[\r\n]", "", text) for text in texts)


CONFIG = """
[general]
status_path = "{folder}/status/"
[pair both]
a = "local"
b = "remote"
collections = ["from a", "from b"]
metadata = ["displayname"]
[storage local]
type = "filesystem"
path = "{folder}/vdir/"
fileext = ".vcf"
[storage remote]
type = "carddav"
url = "{url}"
username = "{user}"
password = "{password}"
"""


async def test_vdirsyncer_synchronises_both_ways(
    server: FakeServer, book: FakeBook, tmp_path: Path
) -> None:
    """It discovers a book, copies it, and carries edits and deletions in both directions."""
    await run(sys.executable, "-m", "venv", tmp_path / "peer", cwd=tmp_path)
    programs = tmp_path / "peer" / "bin"
    await run(programs / "pip", "install", "--quiet", "vdirsyncer", cwd=tmp_path)
    (tmp_path / "config").write_text(
        CONFIG.format(folder=tmp_path, url=server.url, user=server.user, password=server.password)
    )
    (tmp_path / "cache").mkdir()

    async def vdirsyncer(*words: str) -> str:
        return await run(
            programs / "vdirsyncer",
            *words,
            cwd=tmp_path,
            VDIRSYNCER_CONFIG=str(tmp_path / "config"),
            XDG_CACHE_HOME=str(tmp_path / "cache"),
        )

    local = tmp_path / "vdir" / "contacts"

    def copies() -> list[str]:
        return contents([path.read_text("utf-8") for path in local.glob("*.vcf")])

    def stored() -> list[str]:
        return contents([one.text for one in book.cards.values()])

    assert "contacts" in await vdirsyncer("discover")
    await vdirsyncer("sync")
    await vdirsyncer("metasync")
    assert stored() == copies()
    assert 51 == len(copies())
    assert "Contacts" == (local / "displayname").read_text("utf-8")

    # Each side makes one, changes one and deletes one, and not the same: files have random names.
    *_, name, other = sorted(book.cards)
    theirs = {VCard.parse(book.cards[one].text).uid for one in (name, other)}
    files = {path: VCard.parse(path.read_text("utf-8")).uid for path in local.glob("*.vcf")}
    changed, deleted, *_ = (path for path, uid in files.items() if uid not in theirs)
    changed.write_bytes(changed.read_bytes().replace(b"END:VCARD", b"NOTE:here\r\nEND:VCARD"))
    deleted.unlink()
    (local / "made.vcf").write_bytes(card("made-here", "Made here").encode())
    book.put(other, book.cards[other].text.replace("END:VCARD", "NOTE:there\r\nEND:VCARD"))
    book.delete(name)
    book.put("made.vcf", card("made-there", "Made there"))
    (local / "displayname").write_text("Renamed")
    (tmp_path / "vdir" / "another").mkdir()
    (tmp_path / "vdir" / "another" / "1.vcf").write_bytes(card("another", "Another").encode())

    await vdirsyncer("discover")
    await vdirsyncer("sync")
    await vdirsyncer("metasync")
    assert stored() == copies()
    assert 51 == len(copies())
    marks = ("UID:made-here", "UID:made-there", "NOTE:here", "NOTE:there")
    assert [1, 1, 1, 1] == [sum(mark in text for text in stored()) for mark in marks]
    assert "Renamed" == book.display_name
    assert 1 == len(server.book("another").cards)

    server.log.clear()
    await vdirsyncer("sync")
    assert {"PROPFIND", "REPORT"} >= {one.method for one in server.log}
    assert {207} == {one.status for one in server.log}


async def test_tsdav_does_all_it_can(server: FakeServer, book: FakeBook, tmp_path: Path) -> None:
    """It discovers a book, reads, makes, changes and deletes a card, and sees what changed."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on this machine")
    before = contents([one.text for one in book.cards.values()])
    await run("npm", "install", "--no-save", "--no-fund", "--no-audit", "tsdav", cwd=tmp_path)
    output = await run("node", TSDAV, server.url, server.user, server.password, cwd=tmp_path)

    saw = json.loads(output.strip().splitlines()[-1])
    made = f"{book.href}by-tsdav.vcf"
    assert ["Contacts"] == saw["books"]
    assert ["addressbookMultiget", "addressbookQuery", "syncCollection"] == saw["reports"]
    assert before == contents([text for _, text in saw["before"]])
    # Made; made again; changed; changed with the entity tag from before; deleted.
    assert [201, 412, 204, 412, 204] == saw["statuses"]
    assert "FN:Changed" in saw["found"]
    assert [[made, 207]] == saw["since"]
    assert [[made, 404]] == saw["gone"]
    assert 403 == saw["refused"]
    assert before == contents([one.text for one in book.cards.values()])
