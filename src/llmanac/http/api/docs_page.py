"""``/docs``: the OpenAPI document as a page, from files in the package, so that it works offline."""

from __future__ import annotations

from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from llmanac import paths
from llmanac.web.assets import Assets
from llmanac.web.etags import checksum, matches

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
PREFIX = f"{paths.DOCS}/assets"

STYLESHEET = "vendor/swagger-ui.css"
VIEWER = "vendor/swagger-ui-bundle.js"
"""Swagger UI, which the build copies there from the npm package swagger-ui-dist."""
SCRIPT = "docs.js"

# Swagger UI sets style attributes, hence 'unsafe-inline' for styles; it does not admit scripts.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # The URLs of the static files in it change with the version.
    "cache-control": "no-cache",
}


def create_routes(static: Path = STATIC) -> list[BaseRoute]:
    """The routes of the page and of its static files."""
    assets = Assets(static, prefix=PREFIX)
    body = _render(assets).encode()
    headers = HEADERS | {"etag": f'W/"{checksum(body):08x}"'}

    async def page(request: Request) -> Response:
        if matches(request.headers.get("if-none-match", "").encode("latin-1"), headers["etag"].encode()):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(body, headers=headers)

    return [Route(paths.DOCS, page), *assets.routes()]


def has_viewer() -> bool:
    """Whether the package contains Swagger UI."""
    return (STATIC / VIEWER).exists()


def _render(assets: Assets) -> str:
    stylesheet, viewer, script = (assets.url(name) for name in (STYLESHEET, VIEWER, SCRIPT))
    if viewer is None:
        return (TEMPLATES / "docs-without-viewer.html").read_text(encoding="utf-8")
    template = Template((TEMPLATES / "docs.html").read_text(encoding="utf-8"))
    return template.substitute(stylesheet=stylesheet, viewer=viewer, script=script)
