"""Whatever ends a process that serves a saved overlay: the next one serves it, whole; before it was saved, nothing."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from llmanac.service.editions.edition import Edition
from llmanac.storage.database import open_sqlite

from ..unit.small_past import litellm, model, models_dev
from .rebuild import NAMES, Serving, Step, editions_in

PROGRAM = Path(__file__).with_name("rebuild.py")
STEPS = [*Step]
IDS = ("acme/alpha", "acme/beta")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that has been served without an overlay."""
    directory = tmp_path_factory.mktemp("before")
    (directory / "base").mkdir()
    for feed in (models_dev(date(2026, 9, 30), alpha=model(), beta=model()), litellm()):
        (directory / "base" / NAMES[feed.name]).write_bytes(feed.text)
    assert tags(started(directory)) == [(), ()]
    return directory


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), str(directory), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def started(directory: Path) -> Edition:
    """What a start serves."""

    async def start() -> Edition:
        database = await open_sqlite(directory)
        serving = Serving(database, directory, editions_in(directory))
        await serving.start()
        await database.close()
        return serving.reader.edition

    return asyncio.run(start())


def caught_up(directory: Path, step: Step) -> tuple[Edition, Edition]:
    """What a process serves before another one is killed at a step, and once it has looked after that."""

    async def follow() -> tuple[Edition, Edition]:
        database = await open_sqlite(directory)
        serving = Serving(database, directory, editions_in(directory))
        await serving.start()
        first = serving.reader.edition
        killed = await asyncio.to_thread(run, directory, step.value)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        await serving.look()
        await serving.lay_over()
        await database.close()
        return first, serving.reader.edition

    return asyncio.run(follow())


def tags(edition: Edition) -> list[tuple[str, ...]]:
    """The tags of the two offers."""
    offers = {it.id: it for it in edition.offers}
    return [it.own.tags if (it := offers[id_]).own else () for id_ in IDS]


def expected(step: Step) -> list[tuple[str, ...]]:
    return [("contract",)] * 2 if STEPS.index(step) >= STEPS.index(Step.SAVED) else [(), ()]


def test_it_comes_to_every_step(before: Path, tmp_path: Path) -> None:
    directory = shutil.copytree(before, tmp_path / "whole")

    done = run(directory)

    assert done.stdout.splitlines() == [it.value for it in STEPS], done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_start_after_a_kill_serves_what_was_acknowledged(before: Path, tmp_path: Path, step: Step) -> None:
    directory = shutil.copytree(before, tmp_path / "killed")

    killed = run(directory, step.value)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    for _ in range(2):  # the one that builds it anew, and one that finds the file
        edition = started(directory)
        assert tags(edition) == expected(step)
        assert all(edition.pack()[name] is not None for name in edition.pack())  # each checks its checksum


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_another_process_serves_it_though_the_one_that_built_it_was_killed(
    before: Path, tmp_path: Path, step: Step
) -> None:
    directory = shutil.copytree(before, tmp_path / "shared")

    first, then = caught_up(directory, step)

    assert tags(first) == [(), ()]
    assert tags(then) == expected(step)
