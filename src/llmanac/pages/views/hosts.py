"""``/hosts``: who hosts models, how each is spoken to, and which keys it takes."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.pages.query_form import Fields
from llmanac.pages.site import PageContext
from llmanac.service.offers.providers import ProviderSummary

ORDERS = {
    "name": lambda host: (host.name or host.id).casefold(),
    "offers": lambda host: -host.offers,
    "models": lambda host: -host.models,
}
FIRST_ORDER = "offers"


def show(visit: PageContext) -> Response:
    """The table of hosts."""
    fields = visit.fields
    text = (fields.one("query") or "").casefold()
    order = fields.one("sort") if fields.one("sort") in ORDERS else FIRST_ORDER
    everyone = visit.edition.provider_list.providers
    found = [host for host in everyone if text in host.id.casefold() or text in (host.name or "").casefold()]
    return visit.render(
        "hosts.html",
        hosts=sorted(found, key=ORDERS[order or FIRST_ORDER]),
        total=len(everyone),
        fields=fields,
        order=order,
        offers_url=_offers_url,
    )


def _offers_url(host: ProviderSummary) -> str:
    return Fields().url("/", provider=host.id)
