# SPDX-License-Identifier: Apache-2.0
"""The command line: ``aiocontacts demo``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import anyio

from aiocontacts import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 for done, 2 for what cannot be run."""
    _parser().parse_args(arguments)
    try:
        # The display needs an extra; everything else of this package does without.
        from ._demo import demo  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        print(f"{error}; the command line needs: pip install 'aiocontacts[cli]'", file=sys.stderr)
        return 2
    anyio.run(demo)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aiocontacts", description="Keep contacts in step over CardDAV."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "demo", help="synchronise 1,000 contacts with a server that lives in this process"
    )
    return parser
