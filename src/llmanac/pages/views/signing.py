"""Signing in and out, and the choice of a theme: the only views that change anything."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from llmanac.auth.scope import Scope
from llmanac.errors import AuthenticationFailed, Forbidden, InvalidRequest
from llmanac.pages.forms.query_form import Fields
from llmanac.pages.site import SESSION_COOKIE, THEME_COOKIE, THEMES, PageContext, local, see_other

MAX_FORM_BYTES = 4096
COOKIE_LASTS = timedelta(days=30)


def show(context: PageContext) -> Response:
    """The sign-in form; with the code of a printed link, signs in."""
    fields = context.fields
    code, target = fields.one("code"), local(fields.one("next"))
    if code is None:
        return context.render("sign_in.html", target=target, complaint=None)
    try:
        credential = context.site.sessions.accept(code)
    except AuthenticationFailed as error:
        return context.render("sign_in.html", status=error.code, target=target, complaint=error.detail)
    return _with_cookies(context, see_other(target), **{SESSION_COOKIE: credential})


async def sign_in(context: PageContext) -> Response:
    """Sign in with a token: it is kept in the session cookie if it is valid."""
    fields = await _form(context.request)
    target, token = local(fields.one("next")), fields.one("token")
    try:
        principal = await context.site.sessions.recognise(token or "")
        principal.require(Scope.CATALOG_READ)
    except (AuthenticationFailed, Forbidden) as error:
        return context.render("sign_in.html", status=error.code, target=target, complaint=error.detail)
    return _with_cookies(context, see_other(target), **{SESSION_COOKIE: token or ""})


async def sign_out(context: PageContext) -> Response:
    """Sign out: deletes the session cookie."""
    await _form(context.request)
    response = see_other("/")
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return response


async def choose_theme(context: PageContext) -> Response:
    """Set the theme cookie to light or dark, or delete it for the system's theme; used without scripts."""
    fields = await _form(context.request)
    response = see_other(fields.one("next") or "/")
    theme = fields.one("theme")
    if theme in THEMES and theme is not None:
        return _with_cookies(context, response, **{THEME_COOKIE: theme})
    response.delete_cookie(THEME_COOKIE, path="/", samesite="lax")
    return response


async def _form(request: Request) -> Fields:
    """The fields of a posted form. Raises Forbidden where another site sent it, InvalidRequest if it is too large."""
    if not _is_same_origin(request):
        raise Forbidden("This form was sent from another site, so nothing was changed.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise InvalidRequest(f"The form is larger than {MAX_FORM_BYTES} bytes.")
    return Fields.of(body)


def _is_same_origin(request: Request) -> bool:
    """Whether the browser states that the form comes from this origin; False where it states nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def _with_cookies(context: PageContext, response: Response, **cookies: str) -> Response:
    """Set cookies on the response: the session's hidden from scripts, and all withheld from other sites' forms."""
    for name, value in cookies.items():
        response.set_cookie(
            name,
            value,
            max_age=int(COOKIE_LASTS.total_seconds()),
            path="/",
            secure=context.request.url.scheme == "https",
            httponly=name == SESSION_COOKIE,
            samesite="lax",
        )
    return response
