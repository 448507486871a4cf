# SPDX-License-Identifier: Apache-2.0
"""The house rules, kept by a machine.

A check takes one module and complains in sentences.  Every check runs over every module, and
has a row in ``BAD``: a module that breaks the rule, so that a check which cannot fail fails.
"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent


def drawn() -> dict[str, int]:
    """The layers that import-linter checks, and where each stands; the lowest is 0."""
    settings = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rows = {c["containers"][0]: c["layers"][::-1] for c in contracts if c["type"] == "layers"}
    line: list[list[str]] = []
    for row in rows["aiocontacts"]:
        inside = [f"{row}.{one}" for one in rows.get(f"aiocontacts.{row}", ())]
        line += [one.replace(" | ", f" | {row}.").split(" | ") for one in inside] or [
            row.split(" | ")
        ]
    return {name: number for number, names in enumerate(line) for name in names}


LAYERS = drawn()

ROOMS = {name.split(".")[0] for name in LAYERS if "." in name}
"""Folders of modules that stand in the line each by itself."""

SESSION = tuple(
    f"{name.replace('.', '/')}.py"
    for name, layer in LAYERS.items()
    if LAYERS["sync"] < layer <= LAYERS["_session"]
)

DOORS = {
    "aiohttp": ("transport/_aiohttp.py", "testing/", "_session.py"),
    "anyio": ("transport/", "sync/", "testing/", "_command/", *SESSION),
    "defusedxml": ("protocol/_xml.py",),
    "dns": ("transport/_dns.py",),
    "google": ("transport/_google.py",),
    "rich": ("_command/_demo.py",),
    "sqlite3": ("sync/_sqlite.py",),
    "tenacity": ("transport/_tenacity.py",),
    "vobject": ("protocol/vcard/_vobject.py",),
}

IMPURE = {"aiohttp", "anyio", "asyncio", "logging", "socket", "ssl", "threading", "time"}

# (module, what it imports inside a function) -> why it cannot do so at its top.
LATE = {
    ("_command/_cli.py", "aiocontacts._command._demo"): "needs an extra",
    (
        "_command/_account.py",
        "aiocontacts.transport._google",
    ): "slow, and many accounts are not Google's",
    ("_book/_discovery.py", "aiocontacts.transport._dns"): "needs an extra",
    ("_session.py", "aiocontacts.transport._google"): "slow, and many accounts are not Google's",
    (
        "_book/_contact.py",
        "aiocontacts.protocol.vcard",
    ): "slow, and a synchronisation needs none of it",
    ("_book/_creating.py", "aiocontacts.protocol.vcard"): "slow, and few cards need it",
    ("_book/_merging.py", "aiocontacts.protocol.vcard"): "slow, and conflicts are few",
    ("__init__.py", "aiocontacts"): "slow, and a session needs none of it",
    ("_book/_address_book.py", "aiocontacts._book._card_text"): "comes with what writes",
    ("_book/_address_book.py", "aiocontacts._book._examining"): "slow, and hardly ever asked for",
    ("_book/_address_book.py", "aiocontacts._book._partial"): "slow, and few programs search",
    ("_book/_address_book.py", "aiocontacts._book._searching"): "slow, and few programs search",
    ("_book/_address_book.py", "aiocontacts._book._writing"): "slow, and many programs only read",
    ("_book/_address_book.py", "aiocontacts.protocol.dav"): "some of it is slow, and seldom wanted",
    ("_book/_fetch.py", "aiocontacts.protocol.dav"): "some of it is slow, and seldom wanted",
    ("_session.py", "aiocontacts._book._books"): "slow, and seldom wanted",
    ("_session.py", "aiocontacts._book._discovery"): "slow, and what was found can be kept",
    ("protocol/__init__.py", "aiocontacts.protocol._oauth"): "slow, and only for Google",
    ("protocol/dav/__init__.py", "aiocontacts.protocol.dav"): "searching and writing, slow",
    ("protocol/dav/_reports.py", "aiocontacts.protocol.dav._filters"): "slow, and few search",
    ("sync/__init__.py", "aiocontacts.sync"): "SQLite brings threads along, a feed all its values",
    ("_readable.py", "aiocontacts.protocol.vcard"): "slow, and a synchronisation needs none of it",
    ("_readable.py", "aiocontacts.protocol.gdata"): "slow, and a synchronisation needs none of it",
    ("_session.py", "aiocontacts._shared._domains"): "slow, and few users are administrators",
    ("_session.py", "aiocontacts._shared._shared_contacts"): "slow, and few are administrators",
    ("_session.py", "aiocontacts._photos"): "slow, and few programs fetch photos",
    ("_book/_searching.py", "aiocontacts.protocol.vcard"): "slow, and few programs search",
    ("_book/_stored.py", "aiocontacts.protocol.vcard"): "slow, and few cards have to be rewritten",
    ("_readable.py", "aiocontacts.protocol.vcard._vobject"): "slow, and seldom wanted",
    **{
        ("protocol/gdata/__init__.py", f"aiocontacts.protocol.gdata.{name}"): "slow, as cards are"
        for name in ("_entry", "_merge", "_nodes", "_values")
    },
    ("protocol/vcard/_card.py", "aiocontacts.protocol.vcard._jcard"): "slow, and seldom wanted",
    ("protocol/vcard/_card.py", "aiocontacts.protocol.vcard._jscontact"): "slow, seldom wanted",
    ("transport/__init__.py", "aiocontacts.transport._digest"): "few servers want it",
    ("transport/_wire.py", "aiocontacts.transport._tenacity"): "slow, and few processes retry",
}

# Module -> why it has no test file of its own.
UNMIRRORED: dict[str, str] = {}

LEFT_OVER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


@dataclass(frozen=True, slots=True)
class Module:
    """A source file, and where it stands below ``aiocontacts/``."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def layer(self) -> str:
        return layer_of(self.path.removesuffix(".py").split("/"))

    @property
    def package(self) -> list[str]:
        return ["aiocontacts", *self.path.split("/")[:-1]]

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")

    def imports(self, tree: ast.AST) -> Iterator[str]:
        """The absolute dotted names that are imported anywhere in a tree."""
        for node in ast.walk(tree):
            match node:
                case ast.Import():
                    yield from (alias.name for alias in node.names)
                case ast.ImportFrom(module=str(name), level=0):
                    yield from (f"{name}.{alias.name}" for alias in node.names)
                case ast.ImportFrom(level=level):
                    above = self.package[: len(self.package) - level + 1]
                    start = ".".join([*above, *filter(None, [node.module])])
                    yield from (f"{start}.{alias.name}" for alias in node.names)


def layer_of(path: list[str]) -> str:
    """The layer that a module stands in, or a name."""
    return ".".join(path[: 2 if path[0] in ROOMS else 1])


def modules() -> list[Module]:
    source = TOP / "aiocontacts"
    return [
        Module(path.relative_to(source).as_posix(), path.read_text("utf-8"))
        for path in sorted(source.rglob("*.py"))
    ]


def layers_point_down(module: Module) -> Iterator[str]:
    if module.path == "__init__.py" or module.layer.endswith(".__init__"):
        return
    if module.layer not in LAYERS:
        yield f"{module.layer} stands in no layer"
        return
    for name in module.imports(module.tree):
        match name.split("."):
            case ["aiocontacts", *path] if path and layer_of(path) != module.layer:
                layer = layer_of(path)
                # What is no module is a name of the package itself, which stands on the session.
                if LAYERS.get(layer, LAYERS["_session"]) >= LAYERS[module.layer]:
                    yield f"imports {name}, which is not below it"
                if (module.layer, layer) == ("sync", "transport"):
                    yield f"imports {name}; strategies are given the waist"


def packages_are_entered_by_the_front(module: Module) -> Iterator[str]:
    in_room = module.path.split("/")[0] in ROOMS
    for node in ast.walk(module.tree):
        match node:
            case ast.ImportFrom(module=str(name), level=0) if name.startswith("aiocontacts."):
                private = any(part.startswith("_") for part in name.split("."))
                # A door that needs an extra cannot be exported by its package.
                if private and (module.path, name) not in LATE:
                    yield f"imports from {name}; import from its package"
            case ast.ImportFrom(level=level) if 1 < level >= len(module.package) + in_room:
                yield "climbs out of its layer; name the package"


def dependencies_have_one_door(module: Module) -> Iterator[str]:
    for name in module.imports(module.tree):
        doors = DOORS.get(name.split(".")[0])
        if doors and not module.path.startswith(doors):
            yield f"imports {name}; its door is {' or '.join(doors)}"


def the_protocol_is_pure(module: Module) -> Iterator[str]:
    if module.layer != "protocol":
        return
    for name in module.imports(module.tree):
        if name.split(".")[0] in IMPURE:
            yield f"imports {name}"
    for node in ast.walk(module.tree):
        match node:
            case ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield "waits for something"
            case ast.Call(func=ast.Attribute(attr="now" | "today" | "utcnow" as clock)):
                yield f"reads a clock, .{clock}()"


def imports_stand_at_the_top(module: Module) -> Iterator[str]:
    late = tuple(name for path, name in LATE if path == module.path)
    for node in ast.walk(module.tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for name in module.imports(node):
                    if not name.startswith(late):
                        yield f"{node.name} imports {name}"
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                for name in module.imports(ast.Module(node.body, [])):
                    if not name.startswith(late):
                        yield f"hides {name} behind TYPE_CHECKING"
            case ast.Attribute(attr="TYPE_CHECKING"):
                yield "hides imports behind TYPE_CHECKING"


def exports_are_sorted_and_complete(module: Module) -> Iterator[str]:
    if not module.is_package:
        return
    listed = _listed(module.tree)
    if listed is None and module.path.split("/")[0] in ROOMS:
        return
    if listed is None:
        yield "has no __all__"
        return
    if listed != sorted(set(listed), key=_constants_classes_functions):
        yield "its __all__ is not sorted"
    body = [one for node in module.tree.body for one in (node, *getattr(node, "body", ()))]
    bound = {
        alias.asname or alias.name
        for node in body
        if isinstance(node, ast.ImportFrom) and node.module not in {"__future__", "typing"}
        for alias in node.names
    }
    public = {name for name in bound if not name.startswith("_")}
    for name in sorted(public ^ {name for name in listed if not name.startswith("__")}):
        yield f"{name} is imported or listed, but not both"


def _constants_classes_functions(name: str) -> tuple[bool, bool, str]:
    return not (name.isupper() and len(name) > 1), not name[0].isupper(), name


def _listed(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return list(ast.literal_eval(value))
    return None


def modules_are_short(module: Module) -> Iterator[str]:
    lines = module.text.count("\n")
    if lines > 300:
        yield f"has {lines} lines"


def modules_say_what_they_are(module: Module) -> Iterator[str]:
    if not module.text.startswith("# SPDX-License-Identifier: Apache-2.0\n"):
        yield "does not start with the SPDX line"
    if not ast.get_docstring(module.tree):
        yield "has no docstring"


def nothing_is_left_over(module: Module) -> Iterator[str]:
    for mark in LEFT_OVER.findall(module.text):
        yield f"says {mark}; open an issue or write a decision"


def modules_have_a_test_file(module: Module) -> Iterator[str]:
    if module.is_package or module.path in UNMIRRORED:
        return
    folder, _, name = module.path.rpartition("/")
    mirror = Path("tests", folder.lstrip("_"), f"test_{name.lstrip('_')}")
    if not (TOP / mirror).is_file():
        yield f"has no test file {mirror.as_posix()}"


CHECKS: list[Callable[[Module], Iterator[str]]] = [
    layers_point_down,
    packages_are_entered_by_the_front,
    dependencies_have_one_door,
    the_protocol_is_pure,
    imports_stand_at_the_top,
    exports_are_sorted_and_complete,
    modules_are_short,
    modules_say_what_they_are,
    nothing_is_left_over,
    modules_have_a_test_file,
]

# Check, a path, a module that breaks the rule there, and what is said of it.
BAD = [
    (layers_point_down, "protocol/_x.py", "from aiocontacts.sync import CTag", "not below"),
    (layers_point_down, "sync/_x.py", "import aiocontacts.testing", "not below"),
    (layers_point_down, "sync/_x.py", "from aiocontacts.transport import Auth", "given the waist"),
    (layers_point_down, "_book/_contact.py", "from ._fetch import CardFetcher", "not below"),
    (layers_point_down, "_book/_contact.py", "from .._session import x", "not below"),
    (layers_point_down, "_book/_x.py", "", "no layer"),
    (layers_point_down, "_session.py", "from aiocontacts import Contact", "not below"),
    (layers_point_down, "_lifetime.py", "from . import _session", "not below"),
    (layers_point_down, "utils.py", "", "no layer"),
    (
        packages_are_entered_by_the_front,
        "sync/_x.py",
        "from aiocontacts.protocol._operation import Operation",
        "import from its package",
    ),
    (packages_are_entered_by_the_front, "sync/_x.py", "from ..errors import X", "climbs"),
    (dependencies_have_one_door, "_contact.py", "import aiohttp", "its door"),
    (dependencies_have_one_door, "transport/_auth.py", "from google.auth import x", "its door"),
    (dependencies_have_one_door, "protocol/dav/_x.py", "import defusedxml.ElementTree", "its door"),
    (the_protocol_is_pure, "protocol/_x.py", "import time", "imports time"),
    (the_protocol_is_pure, "protocol/dav/_x.py", "async def f(): await g()", "waits"),
    (the_protocol_is_pure, "protocol/_x.py", "at = datetime.now()", "reads a clock"),
    (imports_stand_at_the_top, "sync/_x.py", "def f():\n    import json", "f imports json"),
    (imports_stand_at_the_top, "sync/_x.py", "if TYPE_CHECKING:\n    import json", "hides"),
    (imports_stand_at_the_top, "_x.py", "if typing.TYPE_CHECKING:\n    import json", "hides"),
    (exports_are_sorted_and_complete, "sync/__init__.py", "from ._x import A", "no __all__"),
    (
        exports_are_sorted_and_complete,
        "sync/__init__.py",
        "from ._x import A, B\n__all__ = ['B', 'A']",
        "not sorted",
    ),
    (
        exports_are_sorted_and_complete,
        "sync/__init__.py",
        "from ._x import A, B\n__all__ = ['A']",
        "B is imported or listed",
    ),
    (
        exports_are_sorted_and_complete,
        "sync/__init__.py",
        "from ._x import A\n__all__ = ['A', 'B']",
        "B is imported or listed",
    ),
    (
        exports_are_sorted_and_complete,
        "sync/__init__.py",
        "from ._x import Ab, B_C\n__all__ = ['Ab', 'B_C']",
        "not sorted",
    ),
    (modules_are_short, "sync/_x.py", "\n" * 301, "301 lines"),
    (modules_say_what_they_are, "sync/_x.py", '"""An idea."""', "SPDX"),
    (
        modules_say_what_they_are,
        "sync/_x.py",
        "# SPDX-License-Identifier: Apache-2.0\n",
        "no docstring",
    ),
    (nothing_is_left_over, "sync/_x.py", "# TO" + "DO: later", "says TO" + "DO"),
    (
        modules_have_a_test_file,
        "sync/_nobody_tests_me.py",
        "",
        "tests/sync/test_nobody_tests_me.py",
    ),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_is_in_order(check: Callable[[Module], Iterator[str]]) -> None:
    """Every module keeps every rule."""
    complaints = [f"{m.path}: {complaint}" for m in modules() for complaint in check(m)]

    assert [] == complaints


@pytest.mark.parametrize("check, path, text, complaint", BAD)
def test_every_check_can_fail(
    check: Callable[[Module], Iterator[str]], path: str, text: str, complaint: str
) -> None:
    """A module that breaks a rule is complained about, once, and for that reason."""
    complaints = list(check(Module(path, text)))

    assert 1 == len(complaints)
    assert complaint in complaints[0]


def test_no_check_is_untried() -> None:
    """Every check has a module that it refuses."""
    assert set(CHECKS) == {check for check, *_ in BAD}


def test_no_exception_is_stale() -> None:
    """Every exception is made use of."""
    late = {
        (module.path, name)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If)
        for name in module.imports(node)
    }
    used = {
        entry for entry in LATE for path, name in late if (path, name[: len(entry[1])]) == entry
    }

    assert used == set(LATE)
    assert set(UNMIRRORED) <= {module.path for module in modules()}


def unpromising(text: str) -> list[str]:
    """The tests in a file that do not say, in one line, what is promised."""
    return [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").endswith(".")
    ]


def test_every_test_states_its_promise() -> None:
    """Each test opens with a sentence."""
    files = sorted((TOP / "tests").rglob("test_*.py"))
    found = {file.name: unpromising(file.read_text("utf-8")) for file in files}

    assert {} == {name: tests for name, tests in found.items() if tests}
    assert ["test_x"] == unpromising("def test_x(): ...")


def test_the_picture_is_read() -> None:
    """The layers stand in the order in which they are drawn, those of a folder between others."""
    line = ["errors", "protocol", "transport", "sync", "_readable", "_book._contact"]
    line += ["_book._books", "_shared._entries", "_session", "testing", "_command._cli"]

    assert line == sorted(line, key=LAYERS.__getitem__)
    assert {"_book", "_command", "_shared"} == ROOMS


NEEDLESS = [
    "aiocontacts._book._discovery",
    "aiocontacts._book._stored",
    "aiocontacts.protocol._oauth",
    "aiocontacts.protocol.dav._filters",
    "aiocontacts.protocol.dav._objects",
    "aiocontacts.protocol.gdata",
    "aiocontacts.protocol.vcard",
    "aiocontacts.transport._digest",
    "google.auth",
    "sqlite3",
]


def test_a_session_imports_what_it_needs() -> None:
    """What is slow, and what a synchronisation can do without, waits for its first use."""
    # What measures coverage has its own imports.
    asked = "import sys; before = {*sys.modules}; import aiocontacts"
    asked += f"; print(sorted((sys.modules.keys() - before) & {set(NEEDLESS)}))"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()


@pytest.mark.parametrize("package", ["", ".protocol", ".protocol.dav", ".sync", ".transport"])
def test_what_comes_late_comes(package: str) -> None:
    """A package has all that it says it has, and nothing else."""
    front = importlib.import_module(f"aiocontacts{package}")

    assert [] == [name for name in front.__all__ if getattr(front, name, None) is None]
    with pytest.raises(AttributeError, match=f"{front.__name__}' has no attribute 'nothing'"):
        _ = front.nothing
