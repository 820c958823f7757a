"""The table of pages: every address, and the view behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from llmanac.clock import Clock
from llmanac.pages.assets import Assets
from llmanac.pages.rendering import Renderer
from llmanac.pages.sessions import Sessions
from llmanac.pages.site import PageContext, Refreshes, Site, View, answer, page
from llmanac.pages.views import changes, compare, estimate, export, hosts, model, models, signing, sources
from llmanac.service.archive import Archive
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness

VIEWS: Mapping[str, View] = {
    "/": models.show,
    "/export.csv": export.as_csv,
    "/export.json": export.as_json,
    "/models/{id:path}": model.show,
    "/compare": compare.show,
    "/estimate": estimate.show,
    "/changes": changes.show,
    "/hosts": hosts.show,
    "/sources": sources.show,
}
"""Whoever may read the catalog sees these."""

OPEN_VIEWS: Mapping[tuple[str, str], View] = {
    ("GET", "/sign-in"): signing.ask,
    ("POST", "/sign-in"): signing.sign_in,
    ("POST", "/sign-out"): signing.sign_out,
    ("POST", "/theme"): signing.choose_theme,
}
"""Anyone sees these."""


def create_routes(
    *,
    reader: Reader,
    archive: Archive,
    refreshes: Refreshes,
    freshness: Callable[[], Freshness],
    visitors: Sessions,
    clock: Clock,
) -> list[BaseRoute]:
    """Every page and every file that pages are made of, for an application to take in."""
    assets = Assets()
    site = Site(
        reader=reader,
        archive=archive,
        refreshes=refreshes,
        freshness=freshness,
        visitors=visitors,
        renderer=Renderer(assets),
        clock=clock,
    )
    return [
        *assets.routes(),
        *(Route(path, _open(site, view), methods=[method]) for (method, path), view in OPEN_VIEWS.items()),
        *(Route(path, page(site, view)) for path, view in VIEWS.items()),
    ]


def _open(site: Site, view: View) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await answer(PageContext(site, request, site.reader.edition, None), view)

    return endpoint
