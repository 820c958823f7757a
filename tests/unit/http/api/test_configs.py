"""Configurations over HTTP: any query of the catalog, with a header for what is left out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from llmanac import paths
from llmanac.auth.verifier import OpenVerifier
from llmanac.dialects.configs.config import QUERY_SCHEMA, Config
from llmanac.dialects.configs.table import CONFIGS
from llmanac.dialects.dialect import MadeDocument
from llmanac.http.api.configs import AT_ONCE
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.served_catalog import ServedEdition

from ...small_dialects import HALF, served


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(Services(reader=Reader(served(HALF).edition), authenticator=OpenVerifier()))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("config", CONFIGS, ids=lambda it: it.name)
def test_it_is_what_the_command_writes_and_not_sent_again(client: TestClient, config: Config) -> None:
    path = f"{paths.CONFIGS}/{config.name}?provider=openai&max_price=100"
    response = client.get(path)
    assert response.headers["content-type"].partition(";")[0] == config.media_type
    query = QUERY_SCHEMA.parse([("provider", "openai"), ("max_price", "100")])
    assert response.content == served(HALF).config(config, query).body
    assert client.get(path, headers={"if-none-match": response.headers["etag"]}).status_code == 304


@pytest.mark.anyio
async def test_they_are_made_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = 0, 0
    make = ServedEdition.config

    def counted(*args: Any) -> MadeDocument:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.02)
        made = make(*args)
        at_once -= 1
        return made

    monkeypatch.setattr(ServedEdition, "config", counted)
    app = create_app(Services(reader=Reader(served(HALF).edition), authenticator=OpenVerifier()))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://testserver") as client:
        names = [it.name for it in CONFIGS] * 2
        found = await asyncio.gather(*[client.get(f"{paths.CONFIGS}/{name}") for name in names])
    assert [it.status_code for it in found] == [200] * len(names)
    assert most == AT_ONCE


def test_each_configuration_has_an_etag_of_its_own(client: TestClient) -> None:
    assert len({client.get(f"{paths.CONFIGS}/{it.name}").headers["etag"] for it in CONFIGS}) == len(CONFIGS)


def test_what_is_left_out_is_counted_in_a_header(client: TestClient) -> None:
    assert client.get(f"{paths.CONFIGS}/opencode").headers["llmanac-left-out"] == '1;reason="no chat"'
    assert "llmanac-left-out" not in client.get(f"{paths.CONFIGS}/opencode?kind=chat").headers


@pytest.mark.parametrize(
    ("address", "status", "type_"),
    [
        ("nope", 404, "not_found_error"),
        ("aider?nope=1", 400, "invalid_error"),
        ("aider?offset=1", 400, "invalid_error"),
        ("aider?limit=0", 422, "validation_error"),
        ("aider?min_context=2&max_context=1", 400, "invalid_error"),
    ],
)
def test_an_unknown_name_and_a_wrong_query_are_errors(
    client: TestClient, address: str, status: int, type_: str
) -> None:
    response = client.get(f"{paths.CONFIGS}/{address}")
    assert (response.status_code, response.json()["type"]) == (status, type_)
