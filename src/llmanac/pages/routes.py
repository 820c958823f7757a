"""The routes of the pages: each path and its view."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from llmanac.auth.scope import Scope
from llmanac.clock import Clock
from llmanac.pages.rendering import Renderer
from llmanac.pages.sessions import Sessions
from llmanac.pages.site import PageContext, Refreshes, Site, View, page, respond
from llmanac.pages.views import changes, compare, connect, estimate, export, hosts, model, models, signing, sources
from llmanac.pages.views.admin import access, arrivals
from llmanac.pages.views.admin import refreshes as refresh_pages
from llmanac.pages.views.admin.overlays import OVERLAYS
from llmanac.pages.views.admin.policies import POLICIES
from llmanac.pages.views.admin.resource_admin import ResourceAdmin
from llmanac.service.archive import Archive
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness
from llmanac.service.rules.overlays.overlays import Overlays
from llmanac.service.rules.policies.access import Door
from llmanac.service.rules.policies.policies import Policies
from llmanac.web.assets import Assets

STATIC = Path(__file__).parent / "static"
PREFIX = "/assets"
"""The path under which the static files are served."""

VIEWS: Mapping[str, View] = {
    "/": models.show,
    "/export.csv": export.as_csv,
    "/export.json": export.as_json,
    "/export/{config}": export.as_config,
    "/models/{id:path}": model.show,
    "/compare": compare.show,
    "/estimate": estimate.show,
    "/changes": changes.show,
    "/hosts": hosts.show,
    "/sources": sources.show,
    "/connect": connect.show,
}
"""The views that need the scope to read the catalog."""


@dataclass(frozen=True, slots=True)
class AdminView:
    """A view for those who may write."""

    path: str
    view: View
    scope: Scope
    """The scope that it needs, beside the one to read the catalog."""
    methods: tuple[str, ...] = ("GET",)


FORM = ("GET", "POST")
POSTED = ("POST",)


def _resource_views(admin: ResourceAdmin) -> Iterator[AdminView]:
    """The views of the documents of one kind."""
    one = f"{admin.path}/{{name}}"
    yield AdminView(admin.path, admin.index, admin.scope)
    yield AdminView(f"/new-{admin.noun}", admin.add, admin.scope, FORM)
    yield AdminView(one, admin.show, admin.scope)
    yield AdminView(f"{one}/edit", admin.edit, admin.scope, FORM)
    yield AdminView(f"{one}/text", admin.edit_text, admin.scope, FORM)
    yield AdminView(f"{one}/delete", admin.delete, admin.scope, POSTED)
    yield AdminView(f"{one}/{{items}}/{{number}}", admin.edit_item, admin.scope, FORM)


ADMIN_VIEWS = (
    *_resource_views(OVERLAYS),
    *_resource_views(POLICIES),
    AdminView("/arrivals", arrivals.show, Scope.POLICIES_WRITE),
    AdminView("/arrivals/{name}", arrivals.decide, Scope.POLICIES_WRITE, POSTED),
    AdminView("/access", access.show, Scope.POLICIES_WRITE),
    AdminView("/access/view-as", access.view_as, Scope.POLICIES_WRITE, POSTED),
    AdminView("/refreshes", refresh_pages.index, Scope.REFRESH_WRITE),
    AdminView("/refreshes/{id}", refresh_pages.show, Scope.REFRESH_WRITE),
    AdminView("/refreshes/{id}/accept", refresh_pages.accept, Scope.REFRESH_WRITE, POSTED),
)
"""The views for those who may write."""

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
    overlays: Overlays,
    policies: Policies,
    freshness: Callable[[], Freshness],
    sessions: Sessions,
    clock: Clock,
) -> list[BaseRoute]:
    """The routes of all pages and of their static files."""
    site = Site(
        reader=reader,
        door=door,
        archive=archive,
        refreshes=refreshes,
        overlays=overlays,
        policies=policies,
        freshness=freshness,
        sessions=sessions,
        renderer=_renderer(),
        clock=clock,
    )
    return [
        *Assets(STATIC, prefix=PREFIX).routes(),
        *(Route(path, _open(site, view), methods=[method]) for (method, path), view in OPEN_VIEWS.items()),
        *(Route(path, page(site, view)) for path, view in VIEWS.items()),
        *(Route(it.path, page(site, it.view, it.scope), methods=[*it.methods]) for it in ADMIN_VIEWS),
    ]


@cache
def _renderer() -> Renderer:
    """The renderer of all sites of a process, which compiles each template once."""
    return Renderer(Assets(STATIC, prefix=PREFIX))


def _open(site: Site, view: View) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await respond(PageContext(site, request, site.reader.edition, None), view)

    return endpoint
