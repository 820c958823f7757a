"""Fixtures and hooks for all tests: the recorded feeds, the markers, and a report of what this machine cannot test.

A test that asks for a fixture named in ``NEEDS`` is left out where the machine lacks what the fixture
stands on; the last lines of the run say what and why. With ``CI=true`` nothing may be left out.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from llmanac.storage.database import open_sqlite
from llmanac.storage.location import FILE_NAME

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
CI = os.environ.get("CI", "").lower() in {"1", "true"}


@dataclass(frozen=True, slots=True)
class Need:
    """Something outside of the project that a fixture stands on."""

    present: Callable[[], bool]
    remedy: str


def has_postgresql() -> bool:
    """Whether a PostgreSQL server can be started here, from the path or from Debian's folder."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


NEEDS = {
    "shared": Need(SHARED.is_dir, "the recorded feeds and the contract in ../shared"),
    "browser": Need(CHROMIUM.exists, "Chromium (Debian: apt-get install chromium)"),
    "axe": Need(AXE.exists, "axe-core from npm (cd web && npm ci)"),
    "clients": Need((ROOT / ".venv-clients" / "clients.stamp").exists, "the clients of dialects (make clients)"),
    "postgresql": Need(has_postgresql, "PostgreSQL (Debian: apt-get install postgresql)"),
}
"""By the name of the fixture."""

FOLDERS = {"contracts", "e2e", "feeds", "unit"}
"""Each marks the tests in it with its name."""

CLIENT = ROOT / "clients" / "python"
"""The client, whose own tests are unit tests."""

LONGEST = "e2e/test_fuzzing.py"
"""The file of the test that takes longest, by minutes."""

FIXTURES = {"browser": "browser", "postgresql": "postgres"}
"""The marker of the tests that ask for a fixture."""

LEFT_OUT = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The event loop of tests that are marked ``anyio``."""
    return "asyncio"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of what is too large for the project, or not its own: data/, contract/, relevance/."""
    return SHARED


@pytest.fixture(scope="session")
def shared_data(shared: Path) -> Path:
    """The folder of recorded feeds."""
    return shared / "data"


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database in which there is nothing yet; to migrate one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("new-database")

    async def make() -> None:
        await (await open_sqlite(folder)).close()

    asyncio.run(make())
    return folder / FILE_NAME


@pytest.fixture
def migrated_dir(new_database: Path, tmp_path: Path) -> Path:
    """A directory with a new database; it is ``tmp_path``."""
    shutil.copy(new_database, tmp_path)
    return tmp_path


def pytest_configure(config: pytest.Config) -> None:
    """No property depends on how long an example takes; hypothesis itself makes CI repeatable."""
    settings.register_profile("untimed", settings.default, deadline=None)
    settings.register_profile("fast", settings.default, deadline=None, max_examples=20)
    settings.load_profile(config.getoption("--hypothesis-profile", None) or "untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Mark the tests before ``-m`` selects among them; leave out what this machine cannot test of those that remain."""
    for item in items:
        mark(item)
    # The longest come first, since nothing else could be done beside the last of them.
    items.sort(key=lambda item: not item.path.match(LONGEST))
    items.sort(key=lambda item: "e2e" not in item.path.parts)
    result = yield
    leave_out(config, items)
    return result


def mark(item: pytest.Item) -> None:
    """Mark a test with its folder, by its fixtures, and with those that pytest-xdist keeps in one process with it.

    That is its file; but all of ``e2e`` is one, since a browser and two servers are enough for two cores. The longest
    test is another: it only waits for its server.
    """
    is_of_client = item.path.is_relative_to(CLIENT)
    folders = {"unit"} if is_of_client else FOLDERS.intersection(item.path.relative_to(ROOT).parts[1:2])
    for folder in folders:
        item.add_marker(folder)
    is_alone = item.path.match(LONGEST) or "e2e" not in folders
    item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0] if is_alone else "e2e"))
    for fixture in FIXTURES.keys() & set(getattr(item, "fixturenames", ())):
        item.add_marker(FIXTURES[fixture])


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Drop the tests that stand on something this machine lacks, and count them."""
    missing = {fixture for fixture, need in NEEDS.items() if not need.present()}
    left_out = Counter[str]()
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        lacking = sorted(missing.intersection(getattr(item, "fixturenames", ())))
        left_out.update(lacking)
        (dropped if lacking else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
    config.stash[LEFT_OUT] = left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist has left out: each collects all tests, so any of them knows."""
    node.config.stash[LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line for each thing that is missing here."""
    for fixture, count in sorted(config.stash.get(LEFT_OUT, Counter[str]()).items()):
        tests = "1 test" if count == 1 else f"{count} tests"
        terminalreporter.write_line(f"left out: {tests}, for want of {NEEDS[fixture].remedy}", yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI, a test that did not run is a failure."""
    left_out = session.config.stash.get(LEFT_OUT, Counter[str]())
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(left_out)
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter is not None else 0
    if CI and exitstatus == pytest.ExitCode.OK and (skipped or left_out.total()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
