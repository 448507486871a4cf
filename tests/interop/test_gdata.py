# SPDX-License-Identifier: Apache-2.0
"""The embedded server satisfies gdata, the client that Google wrote for its feeds.

It runs on Python 2.7 alone, is installed as its users install it into a directory of the test, and
speaks both dialects, each with a client of its own.  That it reads and writes the same feed as ours
is what makes the server, on which all our tests of feeds stand, worth believing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from aiocontacts.protocol import GOOGLE
from aiocontacts.testing import FakeFeed, FakeServer

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]

HERE = Path(__file__).parent
NAMES = sorted(f"Ada N {number}" for number in range(30))


def pythons() -> Iterator[str]:
    """Where a Python 2.7 may be: in pyenv's folders, on the way to programs."""
    pyenv = shutil.which("pyenv")
    if pyenv is not None:
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=True)
        versions = Path(root.stdout.strip(), "versions")
        yield from map(str, sorted(versions.glob("2.7*/bin/python"), reverse=True))
    yield from filter(None, map(shutil.which, ("python2.7", "python2")))


def works(python: str) -> bool:
    command = [python, "-c", "import sys, pip; assert sys.version_info[:2] == (2, 7)"]
    return 0 == subprocess.run(command, capture_output=True, check=False).returncode


@pytest.fixture(scope="module")
def python() -> str:
    found = next(filter(works, pythons()), None)
    if found is None:
        pytest.skip("there is no Python 2.7 with pip on this machine, and gdata needs one")
    return found


@pytest.fixture(scope="module")
def gdata(python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with gdata in it."""
    folder = tmp_path_factory.mktemp("gdata")
    command = [python, "-m", "pip", "install", "--quiet", "--target", str(folder), "gdata"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return folder


async def seen(
    server: FakeServer, script: str, python: str, gdata: Path, folder: Path
) -> dict[str, Any]:
    """What a script tells of a server."""
    photo = folder / "photo.jpg"
    photo.write_bytes(b"JPEG")
    done = await anyio.run_process(
        [python, str(HERE / script), server.url, server.issue_token(), str(photo)],
        env={"PYTHONPATH": str(gdata), "PATH": os.defpath},
        check=False,
    )
    assert 0 == done.returncode, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def filled(server: FakeServer) -> FakeFeed:
    feed = server.domain("example.com")
    for name in NAMES:
        feed.add(name=name, email="ada@x.example", phone="+46 8 555 0110")
    return feed


async def test_the_client_of_version_3(python: str, gdata: Path, tmp_path: Path) -> None:
    """It pages, queries, edits by entity tag, batches, and handles photos and tombstones."""
    async with FakeServer(profile=GOOGLE) as server:
        feed = filled(server)
        saw = await seen(server, "peer_gdata_3.py2", python, gdata, tmp_path)

    assert {
        "page": [25, 30, 25],
        "names": NAMES,
        "query": 5,
        "changed": ["Changed", True],
        "stale": [412, 412],
        "no version": 403,
        "made": ["Made", "made@x.example", "hamster"],
        "same": True,
        "batch": [["i", 201], ["q", 200], ["d", 200], ["d2", 404]],
        "photo": "JPEG",
        "no photo": 404,
        "gone": 404,
        "tombstones": 2,
    } == saw
    assert (30, 2) == (len(feed.live), len(feed.tombstones))


async def test_the_client_of_version_1(python: str, gdata: Path, tmp_path: Path) -> None:
    """It pages, edits by versioned links, is told what is there by a 409, and batches."""
    async with FakeServer(profile=GOOGLE) as server:
        feed = filled(server)
        saw = await seen(server, "peer_gdata_1.py2", python, gdata, tmp_path)

    assert {
        "page": [25, 30, 25],
        "names": NAMES,
        "changed": ["hamster", True],
        "stale": [409, True],
        "made": ["Made", "made@x.example"],
        "batch": [201, 200, 200],
        "photo": "JPEG",
        "no photo": None,
    } == saw
    assert (30, 2) == (len(feed.live), len(feed.tombstones))
