"""The context of a page request, its endpoint, and the headers of its response."""

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
from llmanac.errors import AuthenticationFailed, LlmanacError, NotFound
from llmanac.pages.forms.query_form import Fields
from llmanac.pages.rendering import Renderer
from llmanac.pages.sessions import Sessions
from llmanac.service.access.audit import Author
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness
from llmanac.service.refresh.held import HeldFeed
from llmanac.service.refresh.records import RefreshRecord
from llmanac.service.rules.overlays.overlays import Overlays
from llmanac.service.rules.policies.access import Door
from llmanac.service.rules.policies.policies import Policies

logger = logging.getLogger(__name__)

SESSION_COOKIE = "llmanac_session"
THEME_COOKIE = "llmanac_theme"
THEMES = ("light", "dark")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    # Only htmx turns text into elements, and that text comes from this server.
    "require-trusted-types-for 'script'; trusted-types llmanac"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Other sites do not learn which page was open; forms of this site still send their origin.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "private, no-cache",
    "vary": "Cookie, HX-Request",
}


VIEW_AS_COOKIE = "llmanac_view_as"
"""The id of the token as whose bearer somebody with ``policies:write`` looks at the pages."""


class ViewEnded(NotFound):
    """The token as whose bearer somebody looked at the pages is there no more."""

    def __init__(self) -> None:
        super().__init__("The token as which you saw the catalog is there no more. From now on you see it as yourself.")


class Refreshes(Protocol):
    """Access to the records of refreshes, and to what they hold."""

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        """The last ``limit`` records, newest first."""

    async def record(self, refresh_id: str) -> RefreshRecord:
        """One refresh. Raises NotFound."""

    async def held(self, refresh_id: str) -> tuple[HeldFeed, ...]:
        """The feeds of which the refresh holds something. Raises NotFound."""

    async def accept(self, refresh_id: str) -> RefreshRecord:
        """Start serving what a refresh held. Raises NotFound and WriteConflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The services that views are rendered from."""

    reader: Reader
    door: Door
    """Gives everyone the edition that they may see."""
    archive: Archive
    refreshes: Refreshes
    overlays: Overlays
    policies: Policies
    freshness: Callable[[], Freshness]
    """Returns the freshness of what the reader serves now."""
    sessions: Sessions
    renderer: Renderer
    clock: Clock


@dataclass(frozen=True, slots=True)
class PageContext:
    """The context of one request for a page; its edition stays the same throughout."""

    site: Site
    request: Request
    edition: Edition
    principal: Principal | None
    viewed_as: Principal | None = None
    """The principal as which ``principal`` looks at the catalog, where that is somebody else."""

    @property
    def fields(self) -> Fields:
        """The fields of the URL's query string."""
        return Fields.of(self.request.scope["query_string"])

    @property
    def author(self) -> Author:
        """The author of a write, for the audit log. Raises AuthenticationFailed for nobody."""
        if self.principal is None:
            raise AuthenticationFailed("Sign in to change anything.")
        return Author(self.principal, getattr(self.request.state, "request_id", None))

    def may(self, scope: str) -> bool:
        """Whether the principal has the scope of this name."""
        return self.principal is not None and self.principal.holds(scope)

    @property
    def today(self) -> date:
        """The current day, in UTC."""
        return self.site.clock().date()

    @property
    def wants_part(self) -> bool:
        """Whether htmx requests only the part of the page that changes."""
        return self.request.headers.get("hx-request-type") == "partial"

    def render(self, template: str, /, status: int = 200, **values: Any) -> Response:
        """Render a template as an HTML response."""
        frame = {
            "path": self.request.url.path,
            "principal": self.principal,
            "viewed_as": self.viewed_as,
            "may": self.may,
            "theme": _theme(self.request),
            "sources": self.edition.sources,
            "stale": [source for source in self.site.freshness().sources if source.is_stale],
            "offers_in_all": self.edition.shown,
        }
        return html(self.site.renderer.render(template, frame | values), status=status)


View: TypeAlias = Callable[[PageContext], "Response | Awaitable[Response]"]


def html(text: str, *, status: int = 200) -> Response:
    """An HTML response; the application compresses it."""
    return Response(text, status_code=status, headers=HEADERS, media_type="text/html")


def page(site: Site, view: View, scope: Scope = Scope.CATALOG_READ) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a view that needs a session with this scope; without one, it responds with the sign-in page."""

    async def endpoint(request: Request) -> Response:
        edition, principal = site.reader.edition, None
        try:
            principal = await site.sessions.recognise(request.cookies.get(SESSION_COOKIE))
            principal.require(Scope.CATALOG_READ)
            viewed_as = await _viewed_as(site, request, principal)
            seen = await site.door.edition(viewed_as or principal, edition)
            context = PageContext(site, request, seen, principal, viewed_as)
            principal.require(scope)
        except AuthenticationFailed as error:
            return _ask_to_sign_in(PageContext(site, request, edition, None), error)
        except ViewEnded as error:
            response = explain(PageContext(site, request, edition, None), error)
            response.delete_cookie(VIEW_AS_COOKIE, path="/", httponly=True, samesite="lax")
            return response
        except LlmanacError as error:
            return explain(PageContext(site, request, edition, None), error)
        return await respond(context, view)

    return endpoint


async def _viewed_as(site: Site, request: Request, principal: Principal) -> Principal | None:
    """The principal as which this one looks at the pages; None for itself.

    Raises ViewEnded where its token is there no more: then the pages must not show everything in silence.
    """
    token_id = request.cookies.get(VIEW_AS_COOKIE)
    if token_id is None or not principal.may(Scope.POLICIES_WRITE):
        return None
    try:
        return await site.policies.bearer_of(token_id)
    except NotFound:
        raise ViewEnded from None


async def respond(context: PageContext, view: View) -> Response:
    """The response of a view, or the error page where it raises a LlmanacError."""
    try:
        response = view(context)
        return response if isinstance(response, Response) else await response
    except LlmanacError as error:
        return explain(context, error)


def explain(context: PageContext, error: LlmanacError) -> Response:
    """The error page for a LlmanacError."""
    if error.code >= 500:  # noqa: PLR2004 -- the first server error of HTTP
        logger.error("%s %s: %s", context.request.method, context.request.url.path, error.detail, exc_info=error)
    template = "error_part.html" if context.wants_part else "error.html"
    return context.render(template, status=error.code, error=error, nearest=())


def _ask_to_sign_in(context: PageContext, error: AuthenticationFailed) -> Response:
    here = context.request.url
    target = here.path + (f"?{here.query}" if here.query else "")
    has_tried = context.request.cookies.get(SESSION_COOKIE) is not None
    response = context.render(
        "sign_in.html",
        status=error.code,
        target=target,
        complaint=error.detail if has_tried else None,
    )
    if context.request.headers.get("hx-request"):
        response.headers["hx-refresh"] = "true"
    return response


def see_other(target: str) -> Response:
    """A redirect within the site, with status 303."""
    return RedirectResponse(local(target), status_code=303, headers=HEADERS)


def local(target: str | None) -> str:
    """The target if it is a path of this server, else ``/``: no open redirects."""
    if target is None or not target.startswith("/") or target[1:2] in ("/", "\\") or not target.isprintable():
        return "/"
    return target


def _theme(request: Request) -> str | None:
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else None
