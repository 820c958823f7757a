"""``/connect``: the lines that point each known program at this server."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.dialects.clients import CLIENTS
from llmanac.pages.site import PageContext


def show(context: PageContext) -> Response:
    """The page of clients."""
    address = str(context.request.base_url).rstrip("/")
    return context.render("connect.html", address=address, clients=[(it, it.lines_for(address)) for it in CLIENTS])
