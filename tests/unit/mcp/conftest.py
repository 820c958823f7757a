"""A server with a small past, policies and tokens, and the SDK's own client of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextResourceContents

from llmanac.auth.rate_limiter import Quota, RateLimiter
from llmanac.auth.scope import Scope
from llmanac.auth.verifier import TokenVerifier
from llmanac.http.app import Application, create_app
from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.middleware.rate_limits import RateLimits
from llmanac.http.services import Services
from llmanac.mcp.routes import create_routes
from llmanac.storage.database import Database, open_sqlite

from ..small_past import installation_on
from ..small_policies import NOON, InstalledPolicies, policy

PAGE = "https://page.example"
"""The origin of a page that may ask."""
QUOTA = Quota(10, 36_000)
"""The quota of each token."""


def answer_of(result: Any) -> dict[str, Any]:
    """The answer of a tool, which it gives twice: as text and as structured content."""
    (content,) = result.content
    answer: dict[str, Any] = orjson.loads(content.text)
    assert answer == result.structured_content
    return answer


async def text_of(agent: Client, uri: str) -> str:
    """The text of a resource."""
    (contents,) = (await agent.read_resource(uri)).contents
    assert isinstance(contents, TextResourceContents)
    return contents.text


@dataclass(frozen=True)
class AgentSite:
    """A server that agents ask."""

    app: Application
    installed: InstalledPolicies
    verifier: TokenVerifier
    everything: str
    """A token under no policy."""
    some: str
    """A token under a policy that hides acme/lab/large-2."""
    powerless: str
    """A token that may not read the catalog."""

    def http(self, token: str | None = None, **headers: str) -> httpx2.AsyncClient:
        """A client of plain HTTP, with a token."""
        credential = {} if token is None else {"authorization": f"Bearer {token}"}
        transport = httpx2.ASGITransport(self.app)
        return httpx2.AsyncClient(transport=transport, base_url="http://test", headers={**credential, **headers})

    @asynccontextmanager
    async def agent(self, token: str, **options: Any) -> AsyncIterator[Client]:
        """The SDK's client, with a token."""
        async with self.http(token) as http:
            transport = streamable_http_client("http://test/mcp", http_client=http)
            async with Client(transport, **options) as client:
                yield client


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AgentSite]:
    """A site for all tests of a module, which only ask."""
    database = await open_sqlite(tmp_path_factory.mktemp("site"))
    yield await open_site(database, quota=Quota(10_000, 60))
    await database.close()


@pytest.fixture
async def own_site(database: Database) -> AgentSite:
    """A site for one test alone, which lets little pass."""
    return await open_site(database, quota=QUOTA)


async def open_site(database: Database, *, quota: Quota) -> AgentSite:
    """A site on a database that is new."""
    installation = installation_on(database)
    installed = InstalledPolicies(database)
    installed.reader.publish(installation.reader.edition)
    await installed.open()
    await installed.policies.create(
        policy("contract", {"effect": "deny", "match": "acme/lab/large-2", "reason": "No contract"})
    )
    made = [
        await installed.tokens.create(name, scopes=scopes, policies=policies)
        for name, scopes, policies in (
            ("everything", {Scope.CATALOG_READ}, ()),
            ("some", {Scope.CATALOG_READ}, ("contract",)),
            ("powerless", {Scope.AUDIT_READ}, ()),
        )
    ]
    verifier = TokenVerifier(database.tokens, clock=installed.clock)
    await verifier.refresh()
    await installation.archive.history.follow()
    app = create_app(
        Services(
            reader=installation.reader,
            authenticator=verifier,
            door=installed.access,
            archive=installation.archive,
            agents=lambda api: create_routes(api, origins=(PAGE,)),
            cors_origins=(PAGE,),
            limits=RateLimits(addresses=ClientAddress(), per_token=RateLimiter(quota)),
            clock=lambda: NOON,
        )
    )
    return AgentSite(app, installed, verifier, *(it.text for it in made))
