"""The pages of an installation with overlays and policies, for somebody who may write all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest

from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.storage.database import Database

from ....small_overlays import InstalledOverlays
from ....small_pages import Bearer, client_of, page_routes
from ....small_past import installation_on
from ....small_policies import BEFORE, InstalledPolicies

WRITER = Principal(None, "ann", frozenset({Scope.ADMIN}))
READER = Principal(None, "bob", frozenset({Scope.CATALOG_READ}))


@dataclass
class Site:
    """The pages, and what stands behind them."""

    overlays: InstalledOverlays
    policies: InstalledPolicies
    client: httpx2.AsyncClient
    bearer: Bearer

    async def get(self, path: str) -> httpx2.Response:
        return await self.client.get(path)

    async def post(self, path: str, *, expect: int = 303, **fields: str | list[str]) -> httpx2.Response:
        """Send a form; in the names of fields two underscores stand for a dot."""
        sent = {name.replace("__", "."): value for name, value in fields.items()}
        response = await self.client.post(path, data=sent)
        assert response.status_code == expect, response.text
        return response


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    policies = await InstalledPolicies(database).open()
    overlays = await InstalledOverlays(database, clock=policies.clock, reader=policies.reader).open()
    installation = installation_on(database, served=BEFORE)
    bearer = Bearer(WRITER)
    routes = page_routes(installation, bearer, policies=policies, overlays=overlays)
    async with client_of(routes) as client:
        yield Site(overlays, policies, client, bearer)
