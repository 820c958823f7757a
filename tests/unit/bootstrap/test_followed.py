from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from llmanac import bootstrap, settings
from llmanac.service.refresh.records import Outcome, Trigger
from llmanac.settings import Settings

from ..small_past import THIRD, litellm, model, models_dev

OVERLAYS = """
[[overlays]]
name = "corp"
[[overlays.rules]]
add_host = { id = "rack" }
reason = "Ours"
[[overlays.rules]]
add = { id = "rack/own", like = "acme/alpha" }
reason = "Ours"
"""


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Path]:
    """The settings of a small installation."""
    feed, price_map = tmp_path / "models.json", tmp_path / "litellm.json"
    feed.write_bytes(models_dev(THIRD, alpha=model()).data)
    price_map.write_bytes(litellm().data)
    (tmp_path / "overlays.toml").write_text(OVERLAYS)
    return {"data_dir": tmp_path / "data", "models_dev": feed, "litellm": price_map}


def start(chosen: Settings) -> None:
    """Do what a server does before it serves."""
    asyncio.run(bootstrap.prepare(chosen))


def ids_after_refresh(chosen: Settings) -> set[str]:
    """The ids of the edition that a refresh by a command makes."""

    async def refresh() -> set[str]:
        async with bootstrap.open_refresher(chosen) as runner:
            record = await runner.refresh(Trigger.COMMAND)
            assert record.outcome in {Outcome.UPDATED, Outcome.NOT_MODIFIED}
        return set((await bootstrap.open_served_edition(chosen)).ids)

    return asyncio.run(refresh())


def test_a_command_follows_what_the_server_follows(options: dict[str, Path], tmp_path: Path) -> None:
    start(settings.load(**options, overlays=tmp_path / "overlays.toml"))
    assert "rack/own" in ids_after_refresh(settings.load(**options))


def test_what_no_server_follows_any_more_no_command_does(options: dict[str, Path], tmp_path: Path) -> None:
    start(settings.load(**options, overlays=tmp_path / "overlays.toml"))
    start(settings.load(**options))
    assert "rack/own" not in ids_after_refresh(settings.load(**options))


def test_files_of_which_a_command_can_read_nothing_hold_as_they_were_read(
    options: dict[str, Path], tmp_path: Path
) -> None:
    followed = tmp_path / "overlays.toml"
    start(settings.load(**options, overlays=followed))
    assert "rack/own" in ids_after_refresh(settings.load(**options))
    followed.unlink()
    assert "rack/own" in ids_after_refresh(settings.load(**options))
