"""Every command that reads asks what a server of this installation would serve, where there is a database."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import orjson
import pytest

from llmanac import bootstrap, settings
from llmanac.service.refresh.records import Outcome, Trigger

from ...small_past import litellm, model, models_dev
from ..conftest import Run


@pytest.fixture
def refreshed(tmp_path: Path) -> Path:
    """A data directory in whose database a snapshot of three small models is accepted."""
    data_dir, feed, price_map = tmp_path / "data", tmp_path / "models.json", tmp_path / "litellm.json"
    price_map.write_bytes(litellm().data)
    before = {"gpt_x": model(), "gpt_y": model()}
    feed.write_bytes(_of_openai(before))
    chosen = settings.load(data_dir=data_dir, models_dev=feed, litellm=price_map)

    async def refresh() -> Outcome | None:
        async with bootstrap.open_refresher(chosen) as runner:
            feed.write_bytes(_of_openai({**before, "gpt_z": model()}))
            return (await runner.refresh(Trigger.COMMAND)).outcome

    assert asyncio.run(refresh()) is Outcome.UPDATED
    return data_dir


def _of_openai(models: dict[str, dict[str, object]]) -> bytes:
    content = orjson.loads(models_dev(date.today(), **models).data)  # noqa: DTZ011 -- the day is not looked at
    return orjson.dumps({"openai": {**content["acme"], "id": "openai"}})


def test_a_command_answers_from_what_is_served(run: Run, refreshed: Path) -> None:
    at = ("--data-dir", str(refreshed), "--json")
    assert run("search", *at).json["total"] == 3
    assert {it["id"] for it in run("conflicts", *at).json["conflicts"]} == {"openai/gpt-x"}
    assert [it["offers"] for it in run("providers", *at).json["providers"]] == [3]
