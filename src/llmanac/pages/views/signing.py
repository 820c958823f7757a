"""Signing in and out, and the choice of a theme: views that change something and need no session."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from llmanac.auth.scope import Scope
from llmanac.errors import AuthenticationFailed, Forbidden
from llmanac.pages.forms.posted import read_form
from llmanac.pages.site import SESSION_COOKIE, THEME_COOKIE, THEMES, VIEW_AS_COOKIE, PageContext, local, see_other

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
    fields = await read_form(context.request)
    target, token = local(fields.one("next")), fields.one("token")
    try:
        principal = await context.site.sessions.recognise(token or "")
        principal.require(Scope.CATALOG_READ)
    except (AuthenticationFailed, Forbidden) as error:
        return context.render("sign_in.html", status=error.code, target=target, complaint=error.detail)
    return _with_cookies(context, see_other(target), **{SESSION_COOKIE: token or ""})


async def sign_out(context: PageContext) -> Response:
    """Sign out: deletes the session cookie, and whoever signs in next sees the pages as themselves."""
    await read_form(context.request)
    response = see_other("/")
    for cookie in (SESSION_COOKIE, VIEW_AS_COOKIE):
        response.delete_cookie(cookie, path="/", httponly=True, samesite="lax")
    return response


async def choose_theme(context: PageContext) -> Response:
    """Set the theme cookie to light or dark, or delete it for the system's theme; used without scripts."""
    fields = await read_form(context.request)
    response = see_other(fields.one("next") or "/")
    theme = fields.one("theme")
    if theme in THEMES and theme is not None:
        return _with_cookies(context, response, **{THEME_COOKIE: theme})
    response.delete_cookie(THEME_COOKIE, path="/", samesite="lax")
    return response


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
