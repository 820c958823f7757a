"""``/docs``: the OpenAPI document as a page, from files in the package, so that it works offline."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from llmanac import paths

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
"""Swagger UI, which the build copies there from the npm package swagger-ui-dist."""

# Swagger UI sets style attributes, hence 'unsafe-inline' for styles; it does not admit scripts.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}

router = APIRouter(include_in_schema=False)

files = StaticFiles(directory=STATIC)


@router.get(paths.DOCS)
async def page() -> Response:
    if has_viewer():
        return FileResponse(STATIC / "docs.html", headers=HEADERS)
    return FileResponse(STATIC / "docs-without-viewer.html", headers=HEADERS)


def has_viewer() -> bool:
    """Whether the package contains Swagger UI."""
    return (VENDOR / "swagger-ui-bundle.js").exists()
