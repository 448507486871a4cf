# SPDX-License-Identifier: Apache-2.0
"""Every example that a reader may copy runs.

The blocks of a page share one namespace and may ``await``.  They find ``server``, a started
FakeServer with one empty address book, and nothing else.  A block marked ``no-run`` is compiled
only.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import aiocontacts
from aiocontacts import errors
from aiocontacts.testing import FakeServer

TOP = Path(__file__).parent.parent

# The most blocks that may be shown without being run, in all pages together.
NO_RUN = 6

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

FENCE = re.compile(
    r"^(?P<ticks>```+)python(?P<marks>[^\n]*)\n(?P<code>.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of Python, and where it stands."""

    page: Path
    line: int
    code: str
    runs: bool

    async def run(self, namespace: dict[str, object]) -> None:
        """Run it as if it were typed at a prompt, with line numbers of the page."""
        code = compile("\n" * self.line + self.code, self.page, "exec", TOP_LEVEL_AWAIT)
        pending = eval(code, namespace)
        if inspect.iscoroutine(pending):
            await pending


def pages() -> list[Path]:
    return [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]


def blocks(page: Path, text: str) -> Iterator[Block]:
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page, line, match["code"], "no-run" not in match["marks"])


def blocks_of(page: Path) -> list[Block]:
    return list(blocks(page, page.read_text("utf-8")))


@pytest.mark.parametrize(
    "page",
    [page for page in pages() if blocks_of(page)],
    ids=lambda page: page.relative_to(TOP).as_posix(),
)
async def test_the_examples_of_a_page_run(
    page: Path, server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The examples of a page run in their order, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    server.book("contacts")
    namespace: dict[str, object] = {"__name__": page.stem, "server": server}
    ran = list[int]()
    for block in blocks_of(page):
        if block.runs:
            await block.run(namespace)
            ran.append(block.line)

    assert [block.line for block in blocks_of(page) if block.runs] == ran


def test_few_examples_are_only_shown() -> None:
    """Examples that do not run are a handful, and at least they are Python."""
    shown = [block for page in pages() for block in blocks_of(page) if not block.runs]

    assert NO_RUN >= len(shown)
    assert all(compile(b.code, b.page, "exec", TOP_LEVEL_AWAIT) for b in shown)


def test_every_public_name_has_its_place() -> None:
    """What can be imported from the package is on a page of the reference."""
    written = "".join(page.read_text("utf-8") for page in (TOP / "docs" / "reference").glob("*.md"))
    named = set(re.findall(r"^\.\. auto(?:class|function):: (\w+)$", written, re.MULTILINE))

    assert set() == set(aiocontacts.__all__) - named - set(errors.__all__)


async def test_a_broken_example_is_noticed() -> None:
    """An example that raises fails, and its traceback names the line of the page."""
    text = "# Page\n\n```python\nx = 1\n```\n\n```python\nraise LookupError(x)\n```\n"
    first, second = blocks(Path("page.md"), text)
    namespace: dict[str, object] = {}
    await first.run(namespace)

    with pytest.raises(LookupError) as failure:
        await second.run(namespace)

    assert ("page.md", 8) == (str(failure.traceback[-1].path), failure.traceback[-1].lineno + 1)
