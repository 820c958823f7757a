"""How a server starts: what it serves is made in a process of its own, and mapped."""

from __future__ import annotations

import errno
import os
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from llmanac import bootstrap, settings, standalone
from llmanac.errors import InvalidSource
from llmanac.ingest import pipeline
from llmanac.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    return settings.load(data_dir=tmp_path / "data", refresh=False)


def editions_in(chosen: Settings) -> list[Path]:
    return list((chosen.data_dir / "editions").glob("*.edition"))


@pytest.fixture
def _builds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an edition is built in the process that serves")

    monkeypatch.setattr(pipeline, "build", refuse)


@pytest.mark.slow
@pytest.mark.usefixtures("_builds_nothing")
async def test_a_first_start_makes_its_edition_apart_and_maps_it(chosen: Settings) -> None:
    assert await bootstrap.prepare(chosen) is not None
    [file] = editions_in(chosen)
    made_at = file.stat().st_ino

    async with bootstrap.run(chosen) as running:
        assert running.reader.edition.size > 0
        assert any(True for _ in running.reader.edition.release_pages())

    assert [it.stat().st_ino for it in editions_in(chosen)] == [made_at], "it was made once"


@pytest.mark.slow
@pytest.mark.usefixtures("_builds_nothing")
async def test_a_server_and_the_commands_beside_it_share_an_edition(chosen: Settings) -> None:
    async with bootstrap.run(chosen) as running:
        assert standalone.open_edition(chosen).digest == running.reader.edition.digest
    assert (await bootstrap.open_served_edition(chosen)).digest == running.reader.edition.digest
    assert len(editions_in(chosen)) == 1


@pytest.mark.slow
async def test_where_no_process_can_be_started_the_edition_is_made_here(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def start(_process: SpawnProcess) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(SpawnProcess, "start", start)

    async with bootstrap.run(chosen) as running:
        assert running.reader.edition.size > 0

    assert "made in the process that serves it" in caplog.text


async def test_a_start_that_fails_for_its_feeds_makes_no_token_that_nobody_sees(
    chosen: Settings, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.json"
    feed.write_text('{"nothing": "of use"}')
    with pytest.raises(InvalidSource, match="models"):
        await bootstrap.prepare(chosen.model_copy(update={"models_dev": feed}))

    assert await bootstrap.prepare(chosen) is not None
