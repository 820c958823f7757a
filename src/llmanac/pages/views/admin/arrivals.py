"""``/arrivals``: new arrivals that wait for approval, and those that were approved."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from llmanac.errors import InvalidRequest
from llmanac.pages.forms.posted import read_form
from llmanac.pages.site import PageContext, see_other
from llmanac.service.rules.policies.policies import Arrival
from llmanac.service.rules.policies.store import Approval

MOST_SHOWN = 200
"""Arrivals and approvals of each policy that are listed; all are counted."""
MAX_FORM_BYTES = 256 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInbox:
    """The new arrivals of one policy."""

    policy: str
    waiting: tuple[Arrival, ...]
    approved: tuple[tuple[str, Approval], ...]


async def show(context: PageContext) -> Response:
    """The arrivals of each policy that lets none in unseen."""
    policies = context.site.policies
    names = [it.document.name for it in await policies.all() if it.document.new_arrivals == "quarantine"]
    inboxes = [
        PolicyInbox(policy=name, waiting=await policies.waiting(name), approved=await policies.approvals(name))
        for name in names
    ]
    return context.render("admin/arrivals.html", inboxes=inboxes, most_shown=MOST_SHOWN)


async def decide(context: PageContext) -> Response:
    """Approve the chosen arrivals, or all that wait; or withdraw chosen approvals."""
    sent = await read_form(context.request, max_bytes=MAX_FORM_BYTES)
    name, ids = context.request.path_params["name"], sent.values("ids")
    action = sent.one("action")
    if not ids and action != "approve-all":
        raise InvalidRequest("Choose at least one model.")
    if action == "withdraw":
        await context.site.policies.withdraw(name, ids, by=context.author)
    else:
        chosen = [] if action == "approve-all" else ids
        await context.site.policies.approve(name, chosen, reason=sent.one("reason"), by=context.author)
    return see_other("/arrivals")
