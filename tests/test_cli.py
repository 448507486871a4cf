# SPDX-License-Identifier: Apache-2.0
"""The command line: what it runs, and what it says when it cannot."""

from __future__ import annotations

import subprocess
import sys

import pytest

import aiocontacts
from aiocontacts._cli import main


def test_demo_is_a_command() -> None:
    """``aiocontacts demo`` runs the demonstration to its end, in a process of its own."""
    command = [sys.executable, "-c", "from aiocontacts._cli import main; main(['demo'])"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.endswith("The copy and the server hold the same 999 contacts.\n")


def test_demo_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Its exit status is 0."""
    assert 0 == main(["demo"])
    assert "The copy and the server hold the same 999 contacts." in capsys.readouterr().out


def test_a_missing_extra_is_said_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without rich, the command says what to install, and fails."""
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.delitem(sys.modules, "aiocontacts._demo", raising=False)
    monkeypatch.setitem(sys.modules, "rich.console", None)

    assert 2 == main(["demo"])
    assert "pip install 'aiocontacts[cli]'" in capsys.readouterr().err


def test_the_version_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """``aiocontacts --version`` prints it."""
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])

    assert 0 == stopped.value.code
    assert f"{aiocontacts.__version__}\n" == capsys.readouterr().out
