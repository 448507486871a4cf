# SPDX-License-Identifier: Apache-2.0
"""Each client in a process of its own, the server in another, and how results are told."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.canned_book import BOOK, OWNER

_ROOT = Path(__file__).parent.parent
# Imports are timed as they are after an installation: with their bytecode there.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def serve(*options: object) -> Iterator[str]:
    """A canned server; gives the URL of its address book, and ends with the block."""
    command = [sys.executable, "-m", "benchmarks.canned_server", *map(str, options)]
    with subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}{BOOK.format(user=OWNER)}"
        # Popen's own exit closes stdin, which ends the server, and waits for it.


def run(command: Sequence[str]) -> dict[str, Any]:
    """Run one client to its end, and give what its last line says."""
    done = subprocess.run(
        command, cwd=_ROOT, env=_ENVIRONMENT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def module(name: str, *arguments: object, python: str = sys.executable) -> list[str]:
    """The command that runs one of our modules."""
    return [python, "-m", f"benchmarks.{name}", *map(str, arguments)]


def machine() -> str:
    """What we run on, in general terms, so that absolute figures can be read at all."""
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {python}"


def verdict(what: str, value: float, sign: str, limit: float) -> bool:
    """Print one figure beside its target, and say whether it was reached."""
    reached = value <= limit if sign == "<=" else value >= limit
    print(f"{'reached' if reached else 'MISSED '}  {what}: {value:.2f} ({sign} {limit:g})")
    return reached


def python(script: str) -> dict[str, Any]:
    """Run a few lines in a new interpreter, and give what the last line says."""
    return run([sys.executable, "-c", script])
