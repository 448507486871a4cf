# SPDX-License-Identifier: Apache-2.0
"""The whole developer interface: ``nox`` does what CI does, ``nox -l`` lists the rest.

What each session installs stands in pyproject.toml, and so do the supported Pythons.  Sessions
without a Python of their own run on the one that runs nox.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = list(dict.fromkeys([*nox.project.python_versions(PROJECT), RUNNING]))
REPORTS = Path(".reports").resolve()
PARALLEL = ("-n", "auto", "--dist", "worksteal")
"""Tests share nothing, so that each core may run some."""

nox.options.error_on_missing_interpreters = (
    False  # a Python that is not here is skipped, also in CI
)
nox.options.sessions = ["lint", "types", "tests", "lowest", "interop", "docs", "build"]


def install(session: nox.Session, *groups: str, project: bool = True) -> None:
    """Install dependency groups and, unless told otherwise, the project with its extras."""
    wanted = nox.project.dependency_groups(PROJECT, *groups)
    session.install(*wanted, *(["-e", ".[cli,srv]"] if project else []))


def pytest(session: nox.Session, *options: str) -> None:
    """Run pytest, and leave a report from which the number of tests can be read."""
    name = "".join(char if char.isalnum() else "-" for char in session.name)
    report = f"--junitxml={REPORTS / f'junit-{name}.xml'}"
    session.run("pytest", report, *options, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, spelling and layers."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types as mypy and as pyright see them, and that the public ones are complete."""
    install(session, "types")
    session.run("mypy")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "aiocontacts", "--ignoreexternal")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; on the oldest Python, measure that they run every branch."""
    install(session, "test")
    pytest(session, *PARALLEL, *(["--cov"] if session.python == PYTHONS[0] else []))


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests on the oldest dependencies and tools, and with asyncio's debug mode on."""
    metadata = PROJECT["project"]
    bounds = [*metadata["dependencies"], *nox.project.dependency_groups(PROJECT, "test")]
    for extra in metadata["optional-dependencies"].values():
        bounds += extra
    session.install(*(bound.replace(">=", "==") for bound in bounds), "-e", ".[cli,srv]")
    session.run("pip", "check", silent=True)
    session.env["TEST_ASYNCIO_DEBUG"] = "1"
    pytest(session, *PARALLEL)


@nox.session
def interop(session: nox.Session) -> None:
    """Run against the newest Radicale and Xandikos, and against clients that are not ours."""
    install(session, "interop")
    pytest(session, "-m", "interop")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    install(session, "docs")
    session.run("sphinx-build", "-nW", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def readme(session: nox.Session) -> None:
    """Run the examples of README.md and docs/ alone, for writers."""
    install(session, "test")
    pytest(session, "tests/test_readme.py")


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel, look inside, and import the wheel where nothing else is installed."""
    install(session, "build", project=False)
    dist = REPORTS / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(dist))
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    check_contents(session, wheel, sdist)

    clean = Path(session.create_tmp(), "clean")
    session.run("python", "-m", "venv", "--clear", str(clean))
    session.run(str(clean / "bin/pip"), "install", "--quiet", str(wheel), external=True)
    with session.chdir(clean):
        session.run("bin/python", "-W", "error", "-c", "import aiocontacts", external=True)
        session.run("bin/aiocontacts", "--help", silent=True, external=True)


def check_contents(session: nox.Session, wheel: Path, sdist: Path) -> None:
    """Refuse a wheel with anything but the package, and a source archive that cannot be tested."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    strays = [name for name in names if not name.startswith(("aiocontacts/", "aiocontacts-"))]
    if strays or "aiocontacts/py.typed" not in names:
        session.error(f"{wheel.name} holds {strays}, or no py.typed")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    missing = {"LICENSE", "README.md", "noxfile.py", "tests/conftest.py"} - inside
    if missing:
        session.error(f"{sdist.name} lacks {sorted(missing)}")


@nox.session
def bench(session: nox.Session) -> None:
    """Run the benchmarks; say which, and how, after two dashes."""
    install(session)
    module, *options = session.posargs or ["bench_sync"]
    session.run("python", "-m", f"benchmarks.{module}", *options)


@nox.session
def changelog(session: nox.Session) -> None:
    """Show what the next release will say; a release that has nothing to say is an error."""
    install(session, "changelog")
    if not any(Path("docs/changelog.d").glob("*.*.md")):
        session.error("docs/changelog.d holds no fragment; its README.md says how to write one")
    session.run("towncrier", "build", "--draft")
