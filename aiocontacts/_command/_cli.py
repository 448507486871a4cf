# SPDX-License-Identifier: Apache-2.0
"""The command line: ``aiocontacts demo``, ``login``, ``doctor`` and ``shared``.

Each command is a function from the parsed arguments to the exit status; what it raises becomes a
sentence here.
"""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import anyio
import anyio.to_thread

from aiocontacts import __version__
from aiocontacts.errors import ContactsError, UsageError
from aiocontacts.protocol import CARDDAV_SCOPE, FEEDS_SCOPE
from aiocontacts.transport import AiohttpTransport

from .._session import ContactsSession
from ._account import add_account, add_google, client_of, endpoints_of, session_of, token_file
from ._complaints import complaint
from ._doctor import doctor
from ._login import check_writable, save, sign_in
from ._shared_cli import add_shared


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status: 0 for done, 1 for failed, 2 for a wrong use.

    Who interrupts it gets 130, and who reads no further 141, as from any command that a signal
    ended.
    """
    parsed = _parser().parse_args(arguments)
    try:
        status = int(parsed.run(parsed))
        sys.stdout.flush()
    except BrokenPipeError:
        # Else Python would try once more to write what is left, and complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print("aiocontacts: interrupted", file=sys.stderr)
        return 130
    except (ContactsError, OSError) as error:
        print(f"aiocontacts: {complaint(error)}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    else:
        return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aiocontacts", description="Keep contacts in step over CardDAV and Google's feed."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser(
        "demo", help="synchronise 1,000 contacts with a server that lives in this process"
    )
    demo.set_defaults(run=_demo)
    login = commands.add_parser(
        "login", help="sign in with Google in a browser, and keep the sign-in for other commands"
    )
    client = login.add_mutually_exclusive_group(required=True)
    client.add_argument(
        "--client-secrets", type=Path, metavar="FILE", help="the client's JSON, from the console"
    )
    client.add_argument("--client-id", metavar="ID", help="the client's name")
    login.add_argument("--client-secret", metavar="SECRET", default="", help="goes with its name")
    login.add_argument(
        "--shared", action="store_true", help="for the contacts that a Workspace domain shares, too"
    )
    login.add_argument("--no-browser", action="store_true", help="only print where to go")
    add_google(login)
    login.set_defaults(run=_login)
    examine = commands.add_parser(
        "doctor", help="tell what a server can do, and what it does differently; writes nothing"
    )
    add_account(examine)
    examine.set_defaults(run=_doctor)
    add_shared(
        commands.add_parser("shared", help="the contacts that a Google Workspace domain shares")
    )
    return parser


def _demo(_: argparse.Namespace) -> int:
    try:
        # The display needs an extra; everything else of this package does without.
        from ._demo import demo  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        print(f"{error}; the command line needs: pip install 'aiocontacts[cli]'", file=sys.stderr)
        return 2
    anyio.run(demo)
    return 0


def _login(arguments: argparse.Namespace) -> int:
    path = arguments.token_file or token_file()
    check_writable(path)
    save(path, anyio.run(_signed_in, arguments))
    print(f"Signed in.  Whoever can read {path} can read your contacts; it is yours alone.")
    return 0


async def _signed_in(arguments: argparse.Namespace) -> dict[str, object]:
    async def show(url: str) -> None:
        print(f"Agree here, in a browser on this machine:\n{url}", flush=True)
        if not arguments.no_browser:
            await anyio.to_thread.run_sync(webbrowser.open, url)

    transport = AiohttpTransport()
    try:
        return await sign_in(
            client_of(arguments),
            transport,
            open_url=show,
            scopes=(CARDDAV_SCOPE, FEEDS_SCOPE) if arguments.shared else (CARDDAV_SCOPE,),
            endpoints=endpoints_of(arguments),
            allow_insecure_loopback=arguments.insecure_loopback,
        )
    finally:
        await transport.aclose()


def _doctor(arguments: argparse.Namespace) -> int:
    anyio.run(_examined, session_of(arguments))
    return 0


async def _examined(session: ContactsSession) -> None:
    async with session:
        async for line in doctor(session):
            print(line)
