"""The API as an agent's tools ask it, over the catalog on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from llmanac import paths, settings
from llmanac.cli.backend.api import open_api
from llmanac.errors import ConfigurationError
from llmanac_client.call import Call
from llmanac_client.errors import ConnectionFailed
from llmanac_client.json_format import read_object

from ...small_past import FIRST, litellm, model, models_dev, refreshed_installation

pytestmark = pytest.mark.anyio

CATALOG = Call("GET", paths.CATALOG, read_object)


async def test_without_a_database_it_is_that_of_the_feeds_and_makes_none(tmp_path: Path) -> None:
    feed, price_map = tmp_path / "models.json", tmp_path / "litellm.json"
    feed.write_bytes(models_dev(FIRST, alpha=model()).data)
    price_map.write_bytes(litellm().data)
    chosen = settings.load(data_dir=tmp_path / "data", models_dev=feed, litellm=price_map)
    async with open_api(chosen) as api:
        assert [it["id"] for it in (await api.run(CATALOG))["models"]] == ["acme/alpha"]
    assert not (tmp_path / "data" / "llmanac.db").exists()


@pytest.mark.slow
def test_with_a_database_it_is_that_of_the_last_refresh(tmp_path: Path) -> None:
    chosen = settings.load(data_dir=refreshed_installation(tmp_path))

    async def ask() -> list[str]:
        async with open_api(chosen) as api:
            return sorted(it["id"] for it in (await api.run(CATALOG))["models"])

    assert asyncio.run(ask()) == ["openai/gpt-x", "openai/gpt-y", "openai/gpt-z"]


async def test_a_server_is_asked_where_one_is_named(tmp_path: Path) -> None:
    chosen = settings.load(data_dir=tmp_path, url="http://127.0.0.1:9")
    async with open_api(chosen) as api:
        with pytest.raises(ConnectionFailed, match=r"http://127\.0\.0\.1:9 cannot be reached"):
            await api.run(CATALOG)


async def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="http://"):
        async with open_api(settings.load(data_dir=tmp_path, url="ftp://nowhere")):
            pytest.fail("There is no such server.")
