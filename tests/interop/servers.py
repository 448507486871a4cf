# SPDX-License-Identifier: Apache-2.0
"""The servers that the scenarios run against, and what is known to differ between them.

Radicale and Xandikos are processes of their own on a free port of 127.0.0.1, with all they own in
a folder of the test; `FakeServer` is the embedded one, over real HTTP as well.  What a scenario
cannot do through HTTP (filling a book with thousands, forgetting a sync-token) is done to the
files of the server, which both keep in the open.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, final
from urllib.parse import quote, unquote, urljoin, urlsplit

from aiocontacts.testing import FakeServer
from tests.canaries import PASSWORD

USER: Final = "ada"
ADDRESS: Final = "ada@example.org"
"""Another user, where a server knows more than one."""
KEEPER: Final = "keeper"
"""Somebody else, who may write everywhere."""

_PATIENCE: Final = 15.0


class Server(Protocol):
    """A running server, and a hand in its machinery."""

    @property
    def url(self) -> str:
        """Where somebody begins who knows nothing else."""
        ...

    def home(self, user: str) -> str:
        """The URL of a user's address book home."""
        ...

    @property
    def quirks(self) -> Quirks:
        """What it does differently."""
        ...

    def fill(self, book: str, cards: Mapping[str, str]) -> None:
        """Put many cards into a book at once, by their names."""
        ...

    def forget_tokens(self, book: str) -> None:
        """Refuse every sync-token of a book but the one of this moment."""
        ...

    def freeze(self, book: str) -> None:
        """Let the user only read there; the name of the book has to be ``frozen``."""
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """What scenarios have to know of a server; the defaults are the standard."""

    checks_passwords: bool = True
    """Over plain HTTP; where not, any login passes."""
    freezes: bool = True
    """Whether there can be a book that one may read and not write."""
    knows_users: bool = True
    """Whether more than one user can sign in."""
    lists_broken_cards: bool = True
    """Whether a file that is no card, put there by hand, is listed all the same."""
    folds_accents: bool = True
    """Whether letters outside of ASCII are found in another case, as i;unicode-casemap says."""
    unique_uids: bool = True
    """Whether two cards of a book may not have the same UID."""
    keeper: str = USER
    """Who writes where the user may only read."""
    makes: tuple[tuple[str, str], ...] = (("MKCALENDAR", "calendar"), ("MKCOL", "folder"))
    """Methods and names with which the home is furnished; what is there already needs none."""
    misread_names: tuple[str, ...] = ()
    """Names of cards that it cuts off at a ``?`` or a ``#``, and then does not find."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[None]:
    """A process that listens on a port as long as the block lasts."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _await_port(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen:\n{log.read_text('utf-8', 'replace')}")


def segments(url: str) -> list[str]:
    """The parts of a URL's path, decoded."""
    return [unquote(part) for part in urlsplit(url).path.strip("/").split("/")]


_RADICALE: Final = """
[server]
hosts = 127.0.0.1:{port}
# Without this, names with an apostrophe or a colon are refused.
validate_path_value = none
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = {folder}/rights
[storage]
filesystem_folder = {folder}/data
"""

_RIGHTS: Final = """
[keeper]
user: keeper
collection: .*
permissions: RrWw
[root]
user: .+
collection:
permissions: R
[home]
user: .+
collection: {user}
permissions: RW
[frozen]
user: .+
collection: {user}/frozen
permissions: r
[books]
user: .+
collection: {user}/.+
permissions: RrWw
"""


@final
@dataclass(frozen=True, slots=True)
class Radicale:
    """Radicale, with a password file and a rights file; the principal is its own home."""

    url: str
    data: Path
    quirks: Quirks = Quirks(keeper=KEEPER, lists_broken_cards=False)

    def home(self, user: str) -> str:
        return f"{self.url}{quote(user)}/"

    def fill(self, book: str, cards: Mapping[str, str]) -> None:
        folder = self._folder(book)
        for name, text in cards.items():
            (folder / name).write_text(text, "utf-8", newline="")

    def forget_tokens(self, book: str) -> None:
        shutil.rmtree(self._folder(book) / ".Radicale.cache" / "sync-token")

    def freeze(self, book: str) -> None:
        """The rights file does it, by name."""

    def _folder(self, book: str) -> Path:
        return self.data.joinpath("collection-root", *segments(book))


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """A Radicale that keeps everything in this folder."""
    port = free_port()
    users = (f"{user}:{PASSWORD}\n" for user in (USER, ADDRESS, KEEPER))
    (folder / "users").write_text("".join(users))
    (folder / "rights").write_text(_RIGHTS)
    config = folder / "config"
    config.write_text(_RADICALE.format(port=port, folder=folder))
    with running([sys.executable, "-m", "radicale", "-C", str(config)], port, folder / "log"):
        yield Radicale(f"http://127.0.0.1:{port}/", folder / "data")


@final
@dataclass(frozen=True, slots=True)
class Xandikos:
    """Xandikos, whose books are git repositories with a working tree."""

    url: str
    data: Path
    quirks: Quirks = Quirks(
        checks_passwords=False,
        freezes=False,
        knows_users=False,
        folds_accents=False,
        unique_uids=False,
        misread_names=("why%3F.vcf", "no%231.vcf"),
    )

    def home(self, user: str) -> str:
        return f"{self.url}{user}/contacts/"

    def fill(self, book: str, cards: Mapping[str, str]) -> None:
        folder = self._folder(book)
        for name, text in cards.items():
            (folder / name).write_text(text, "utf-8", newline="")
        self._git(book, "add", "--all")
        self._git(book, "commit", "--quiet", "--message=Filled")

    def forget_tokens(self, book: str) -> None:
        # A token is the name of a tree: with its commit gone, git throws it away.
        tree = self._git(book, "write-tree")
        commit = self._git(book, "commit-tree", "-m", "All there is", tree)
        self._git(book, "reset", "--quiet", "--soft", commit)
        self._git(book, "reflog", "expire", "--expire=now", "--all")
        self._git(book, "gc", "--quiet", "--prune=now")

    def freeze(self, book: str) -> None:
        raise NotImplementedError("Xandikos has no rights to take away")

    def _folder(self, book: str) -> Path:
        return self.data.joinpath(*segments(book))

    def _git(self, book: str, *arguments: str) -> str:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        plain = ["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"]
        command = ["git", *identity, *plain, "-C", str(self._folder(book)), *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.strip()


@contextmanager
def xandikos(folder: Path) -> Iterator[Xandikos]:
    """A Xandikos that keeps everything in this folder."""
    port = free_port()
    with running(_xandikos(folder, "127.0.0.1", port), port, folder / "log"):
        yield Xandikos(f"http://127.0.0.1:{port}/", folder / "data")


@contextmanager
def xandikos_over_tls(folder: Path) -> Iterator[tuple[str, Path]]:
    """The URL of a Xandikos that checks passwords, and the certificate that it made for itself."""
    port = free_port()
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()
    (folder / "users").write_text(f"{USER}:{{SHA}}{digest}\n")
    options = ["--autocert", f"--htpasswd={folder / 'users'}"]
    with running([*_xandikos(folder, "localhost", port), *options], port, folder / "log"):
        [certificate] = folder.glob("state/**/*.crt")
        yield f"https://localhost:{port}/", certificate


def _xandikos(folder: Path, host: str, port: int) -> list[str]:
    (folder / "state").mkdir()
    return [
        *(sys.executable, "-m", "xandikos", "serve"),
        *(f"--listen-address={host}", f"--port={port}", "--no-detect-systemd"),
        *(f"--directory={folder / 'data'}", f"--state-dir={folder / 'state'}"),
        *(f"--current-user-principal=/{USER}/", "--autocreate"),
    ]


@final
@dataclass(frozen=True, slots=True)
class Fake:
    """Our own server, which keeps to the standard."""

    server: FakeServer
    # Every home of it is furnished.
    quirks: Quirks = Quirks(makes=())

    @property
    def url(self) -> str:
        return self.server.url

    def home(self, user: str) -> str:
        return urljoin(self.server.url, self.server.users[user].home)

    def fill(self, book: str, cards: Mapping[str, str]) -> None:
        for name, text in cards.items():
            self.server.book(segments(book)[-1]).put(name, text)

    def forget_tokens(self, book: str) -> None:
        self.server.book(segments(book)[-1]).forget_tokens()

    def freeze(self, book: str) -> None:
        self.server.book(segments(book)[-1]).read_only = True
