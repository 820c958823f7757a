"""The pages of a small installation, with nothing refreshed, over a real database."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from llmanac.auth.authenticator import Authenticator
from llmanac.auth.principal import Principal
from llmanac.errors import NotFound
from llmanac.pages.routes import create_routes
from llmanac.pages.sessions import Sessions
from llmanac.pages.site import Refreshes
from llmanac.service.refresh.freshness import Freshness
from llmanac.service.refresh.held import HeldFeed
from llmanac.service.refresh.records import RefreshRecord
from llmanac.service.rules.policies.access import Door
from llmanac.storage.database import Database

from .small_overlays import InstalledOverlays
from .small_past import NOON, Installation
from .small_policies import InstalledPolicies


class Bearer:
    """An authenticator that takes everyone for one principal."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        return self.principal

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        return self.principal

    async def known_or_verified(self, token: str | None) -> Principal:
        return await self.verify(token)


class NoRefreshes:
    """An installation that has never been refreshed."""

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:  # noqa: ARG002 -- there are none
        return ()

    async def record(self, refresh_id: str) -> RefreshRecord:
        raise NotFound(f"There is no refresh {refresh_id!r}.")

    async def held(self, refresh_id: str) -> tuple[HeldFeed, ...]:
        raise NotFound(f"There is no refresh {refresh_id!r}.")

    async def accept(self, refresh_id: str) -> RefreshRecord:
        raise NotFound(f"There is no refresh {refresh_id!r}.")


def page_routes(
    installation: Installation,
    authenticator: Authenticator,
    *,
    policies: InstalledPolicies,
    overlays: InstalledOverlays | None = None,
    door: Door | None = None,
    refreshes: Refreshes | None = None,
) -> Sequence[BaseRoute]:
    """The routes of all pages; everyone is let in by the door of the policies unless there is another."""
    database: Database = installation.database
    return create_routes(
        reader=installation.reader,
        door=door or policies.access,
        archive=installation.archive,
        refreshes=refreshes or NoRefreshes(),
        overlays=(overlays or InstalledOverlays(database, reader=installation.reader)).overlays,
        policies=policies.policies,
        freshness=lambda: Freshness(snapshot=installation.reader.edition.id, modified_at=NOON, sources=()),
        sessions=Sessions(authenticator, clock=lambda: NOON),
        clock=lambda: NOON,
    )


def client_of(routes: Sequence[BaseRoute]) -> httpx2.AsyncClient:
    """A browser that posts forms from the site itself, and does not follow redirects."""
    transport = httpx2.ASGITransport(Starlette(routes=routes))
    return httpx2.AsyncClient(transport=transport, base_url="http://test", headers={"sec-fetch-site": "same-origin"})
