"""The routes of the pages: each path and its view."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from llmanac.clock import Clock
from llmanac.pages.rendering import Renderer
from llmanac.pages.sessions import Sessions
from llmanac.pages.site import PageContext, Refreshes, Site, View, page, respond
from llmanac.pages.views import changes, compare, estimate, export, hosts, model, models, signing, sources
from llmanac.service.archive import Archive
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness
from llmanac.service.rules.policies.access import Door
from llmanac.web.assets import Assets

STATIC = Path(__file__).parent / "static"
PREFIX = "/assets"
"""The path under which the static files are served."""

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
"""The views that need the scope to read the catalog."""

OPEN_VIEWS: Mapping[tuple[str, str], View] = {
    ("GET", "/sign-in"): signing.show,
    ("POST", "/sign-in"): signing.sign_in,
    ("POST", "/sign-out"): signing.sign_out,
    ("POST", "/theme"): signing.choose_theme,
}
"""The views that need no session."""


def create_routes(
    *,
    reader: Reader,
    door: Door,
    archive: Archive,
    refreshes: Refreshes,
    freshness: Callable[[], Freshness],
    sessions: Sessions,
    clock: Clock,
) -> list[BaseRoute]:
    """The routes of all pages and of their static files."""
    assets = Assets(STATIC, prefix=PREFIX)
    site = Site(
        reader=reader,
        door=door,
        archive=archive,
        refreshes=refreshes,
        freshness=freshness,
        sessions=sessions,
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
        return await respond(PageContext(site, request, site.reader.edition, None), view)

    return endpoint
