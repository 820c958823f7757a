"""``/refreshes``: the last refreshes, and what one of them holds, side by side with what is served."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.errors import WriteConflict
from llmanac.pages.forms.posted import read_form
from llmanac.pages.site import PageContext, see_other
from llmanac.service.refresh.held import HeldFeed

LAST = 50


async def index(context: PageContext) -> Response:
    """The last refreshes."""
    return context.render("admin/refreshes.html", records=await context.site.refreshes.records(limit=LAST))


async def show(context: PageContext) -> Response:
    """One refresh, with what it holds."""
    return await _shown(context)


async def accept(context: PageContext) -> Response:
    """Serve what a refresh held, as it is."""
    await read_form(context.request)
    try:
        begun = await context.site.refreshes.accept(context.request.path_params["id"])
    except WriteConflict as error:
        return await _shown(context, complaint=error)
    return see_other(f"/refreshes/{begun.id}")


async def _shown(context: PageContext, complaint: WriteConflict | None = None) -> Response:
    refreshes = context.site.refreshes
    record = await refreshes.record(context.request.path_params["id"])
    held: tuple[HeldFeed, ...] = ()
    settled = None
    try:
        held = await refreshes.held(record.id)
    except WriteConflict as error:
        settled = error
    return context.render(
        "admin/refresh.html",
        status=complaint.code if complaint else 200,
        record=record,
        held=held,
        settled=settled,
        complaint=complaint,
    )
