"""Signing in and out, and the choice of a theme: all that a visitor can change."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from llmanac.auth.scope import Scope
from llmanac.errors import AuthenticationFailed, Forbidden, InvalidRequest
from llmanac.pages.query_form import Fields
from llmanac.pages.site import SESSION_COOKIE, THEME_COOKIE, THEMES, PageContext, local, see_other

LARGEST_FORM = 4096
SIGNED_IN_FOR = timedelta(days=30)


def ask(visit: PageContext) -> Response:
    """The form that a token is pasted into; or, with the code of a printed link, the way in."""
    fields = visit.fields
    code, target = fields.one("code"), local(fields.one("next"))
    if code is None:
        return visit.render("sign_in.html", target=target, complaint=None)
    try:
        credential = visit.site.visitors.accept(code)
    except AuthenticationFailed as error:
        return visit.render("sign_in.html", status=error.code, target=target, complaint=error.detail)
    return _remember(visit, see_other(target), **{SESSION_COOKIE: credential})


async def sign_in(visit: PageContext) -> Response:
    """Take a token, and keep it in a cookie if it is good."""
    fields = await _form(visit.request)
    target, token = local(fields.one("next")), fields.one("token")
    try:
        principal = await visit.site.visitors.recognise(token or "")
        principal.require(Scope.CATALOG_READ)
    except (AuthenticationFailed, Forbidden) as error:
        return visit.render("sign_in.html", status=error.code, target=target, complaint=error.detail)
    return _remember(visit, see_other(target), **{SESSION_COOKIE: token or ""})


async def sign_out(visit: PageContext) -> Response:
    """Forget the cookie."""
    await _form(visit.request)
    response = see_other("/")
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response


async def choose_theme(visit: PageContext) -> Response:
    """Light, dark, or as the system says; without scripts this is a form like any other."""
    fields = await _form(visit.request)
    response = see_other(fields.one("next") or "/")
    theme = fields.one("theme")
    if theme in THEMES and theme is not None:
        return _remember(visit, response, **{THEME_COOKIE: theme})
    response.delete_cookie(THEME_COOKIE, path="/", samesite="lax")
    return response


async def _form(request: Request) -> Fields:
    """The fields of a form of ours. Raises Forbidden where another site sent it."""
    if not _is_ours(request):
        raise Forbidden("This form was sent from another site, so nothing was changed.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise InvalidRequest(f"The form is larger than {LARGEST_FORM} bytes.")
    return Fields.of(body)


def _is_ours(request: Request) -> bool:
    """Whether the browser says that the form is from this very site; one that says nothing is not believed."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _remember(visit: PageContext, response: Response, **cookie: str) -> Response:
    """The same response with a cookie, which scripts can't read and which no other site's form brings along."""
    for name, value in cookie.items():
        response.set_cookie(
            name,
            value,
            max_age=int(SIGNED_IN_FOR.total_seconds()),
            path="/",
            secure=visit.request.url.scheme == "https",
            httponly=name == SESSION_COOKIE,
            samesite="lax",
        )
    return response
