"""The frame around every view: who looks, from which edition, in which theme; and what leaves the server."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeAlias

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.clock import Clock
from llmanac.errors import AuthenticationFailed, LlmanacError
from llmanac.pages.query_form import Fields
from llmanac.pages.rendering import Renderer
from llmanac.pages.sessions import Sessions
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness
from llmanac.service.refresh.records import RefreshRecord

logger = logging.getLogger(__name__)

SESSION_COOKIE = "llmanac_session"
THEME_COOKIE = "llmanac_theme"
THEMES = ("light", "dark")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    # htmx alone makes elements of text, and that text comes from here.
    "require-trusted-types-for 'script'; trusted-types llmanac"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Other sites do not learn what was looked at; our own forms still say where they come from.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "private, no-cache",
    "vary": "Cookie, HX-Request",
}


class Refreshes(Protocol):
    """Tells of refreshes."""

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        """The last ones, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the views are drawn from."""

    reader: Reader
    archive: Archive
    refreshes: Refreshes
    freshness: Callable[[], Freshness]
    """Of what the reader serves at this moment."""
    visitors: Sessions
    renderer: Renderer
    clock: Clock


@dataclass(frozen=True, slots=True)
class PageContext:
    """One request for a page: its edition is the same from start to end."""

    site: Site
    request: Request
    edition: Edition
    principal: Principal | None

    @property
    def fields(self) -> Fields:
        """What the address asks for."""
        return Fields.of(self.request.scope["query_string"])

    @property
    def today(self) -> date:
        return self.site.clock().date()

    @property
    def wants_part(self) -> bool:
        """The page is there already and only what changes in it is asked for."""
        return self.request.headers.get("hx-request-type") == "partial"

    def render(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """A view as HTML."""
        frame = {
            "path": self.request.url.path,
            "principal": self.principal,
            "theme": _theme(self.request),
            "sources": self.edition.sources,
            "stale": [source for source in self.site.freshness().sources if source.is_stale],
            "offers_in_all": self.edition.size,
        }
        return html(self.site.renderer.render(template, frame | values), status=status)


View: TypeAlias = Callable[[PageContext], "Response | Awaitable[Response]"]


def html(text: str, *, status: int = 200) -> Response:
    """HTML on the wire; the application compresses it."""
    return Response(text, status_code=status, headers=HEADERS, media_type="text/html")


def page(site: Site, view: View) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a view for whoever may read; others are asked to sign in."""

    async def endpoint(request: Request) -> Response:
        edition = site.reader.edition
        try:
            principal = await site.visitors.recognise(request.cookies.get(SESSION_COOKIE))
            principal.require(Scope.CATALOG_READ)
        except AuthenticationFailed as error:
            return _ask_to_sign_in(PageContext(site, request, edition, None), error)
        except LlmanacError as error:
            return explain(PageContext(site, request, edition, None), error)
        return await answer(PageContext(site, request, edition, principal), view)

    return endpoint


async def answer(visit: PageContext, view: View) -> Response:
    """What a view says, or a page that says why it cannot."""
    try:
        response = view(visit)
        return response if isinstance(response, Response) else await response
    except LlmanacError as error:
        return explain(visit, error)


def explain(visit: PageContext, error: LlmanacError) -> Response:
    """An error of ours, for people."""
    if error.code >= 500:  # noqa: PLR2004 -- HTTP's own line between their fault and ours
        logger.error("%s %s: %s", visit.request.method, visit.request.url.path, error.detail, exc_info=error)
    return visit.render("error.html", status=error.code, error=error, nearest=())


def _ask_to_sign_in(visit: PageContext, error: AuthenticationFailed) -> Response:
    here = visit.request.url
    target = here.path + (f"?{here.query}" if here.query else "")
    has_tried = visit.request.cookies.get(SESSION_COOKIE) is not None
    response = visit.render(
        "sign_in.html",
        status=error.code,
        target=target,
        complaint=error.detail if has_tried else None,
    )
    if visit.request.headers.get("hx-request"):
        response.headers["hx-refresh"] = "true"
    return response


def see_other(target: str) -> Response:
    """Go there now; only ever within these pages."""
    return RedirectResponse(local(target), status_code=303, headers=HEADERS)


def local(target: str | None) -> str:
    """A path of this server, or the first page where the target leads elsewhere."""
    if target is None or not target.startswith("/") or target[1:2] in ("/", "\\") or not target.isprintable():
        return "/"
    return target


def _theme(request: Request) -> str | None:
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else None
