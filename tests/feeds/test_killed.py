"""Killed refreshes: the next start serves the old snapshot or the new one, and never a mix."""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from llmanac.ingest.merge.choices import NO_CHOICES
from llmanac.ingest.pipeline import build
from llmanac.service.refresh.records import RefreshRecord, Status
from llmanac.service.refresh.served import edition_spec_of, open_served
from llmanac.service.refresh.steps import RefreshStep
from llmanac.storage.database import open_sqlite

from .conftest import Content, litellm, model, models_dev
from .victim import NAMES, base_in, editions_in

VICTIM = Path(__file__).parent / "victim.py"
RANDOM_MOMENTS = 10


def write(folder: Path, content: Content, rows: Content) -> None:
    folder.mkdir(exist_ok=True)
    (folder / NAMES["models.dev"]).write_bytes(orjson.dumps(content))
    (folder / NAMES["litellm"]).write_bytes(orjson.dumps(rows))


def newer() -> tuple[Content, Content]:
    """Both feeds changed; one entry jumped, so that a document waits as well."""
    content, rows = models_dev(), litellm()
    content["host-1"]["models"]["lab-new"] = model(1, 1)
    content["host-2"]["models"]["lab-2-large"]["cost"]["input"] *= 100
    rows["provider-1/lab-new"] = rows["provider-1/lab-1-large"]
    return content, rows


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(VICTIM), str(directory), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def digest_served(directory: Path) -> str:
    """The digest of the catalog that a start would serve now."""

    async def look() -> str:
        database = await open_sqlite(directory)
        served = await open_served(database.refreshes, base_in(directory))
        await database.close()
        return build([it.feed for it in served.feeds.values()]).catalog.digest

    return asyncio.run(look())


def is_kept(directory: Path) -> bool:
    """Whether the edition that a start would serve now lies ready."""

    async def look() -> bool:
        database = await open_sqlite(directory)
        spec = edition_spec_of(await open_served(database.refreshes, base_in(directory)), NO_CHOICES)
        await database.close()
        return editions_in(directory).holds(spec.key)

    return asyncio.run(look())


def records(directory: Path) -> tuple[RefreshRecord, ...]:
    async def look() -> tuple[RefreshRecord, ...]:
        database = await open_sqlite(directory)
        found = await database.refreshes.records(limit=10)
        await database.close()
        return found

    return asyncio.run(look())


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that has refreshed once, and whose upstream has moved on since."""
    directory = tmp_path_factory.mktemp("before")
    write(directory / "base", models_dev(hosts=11), litellm())
    write(directory / "upstream", models_dev(), litellm())
    assert run(directory).returncode == 0
    write(directory / "upstream", *newer())
    return directory


@pytest.fixture(scope="module")
def after(before: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The same when it has refreshed again, and what was observed of that."""
    directory = tmp_path_factory.mktemp("after") / "installation"
    shutil.copytree(before, directory)
    done = run(directory)
    assert done.returncode == 0, done.stderr
    return directory, done.stdout.splitlines()[1:]


def test_every_step_is_observed(after: tuple[Path, list[str]]) -> None:
    assert set(after[1]) == {step.value for step in RefreshStep}


def test_killed_at_each_observation(before: Path, after: tuple[Path, list[str]], tmp_path: Path) -> None:
    old, (done, observed) = digest_served(before), after
    new = digest_served(done)
    assert old != new
    committed = observed.index(RefreshStep.COMMITTED.value) + 1

    for number in range(1, len(observed) + 1):
        directory = tmp_path / str(number)
        shutil.copytree(before, directory)
        killed = run(directory, str(number))

        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert digest_served(directory) == (new if number >= committed else old), observed[number - 1]
        # What others may serve is there to be mapped; until then, nobody knows of it.
        assert is_kept(directory) or number < committed
        assert records(directory)[0].status is (Status.ENDED if number >= committed else Status.RUNNING)


def test_killed_at_random_moments(before: Path, after: tuple[Path, list[str]], tmp_path: Path) -> None:
    either = {digest_served(before), digest_served(after[0])}
    moments = random.Random(7)

    for number in range(RANDOM_MOMENTS):
        directory = tmp_path / str(number)
        shutil.copytree(before, directory)
        kill_within(directory, moments.uniform(0, 0.3))

        assert digest_served(directory) in either


def kill_within(directory: Path, seconds: float) -> None:
    """Begin a refresh, and kill it so long after."""
    with subprocess.Popen([sys.executable, str(VICTIM), str(directory)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begins\n"
        time.sleep(seconds)
        process.kill()
        process.communicate()
