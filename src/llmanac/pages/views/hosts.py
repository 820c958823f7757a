"""``/hosts``: the hosts of models, with their APIs and the names of their API keys."""

from __future__ import annotations

from starlette.responses import Response

from llmanac.pages.forms.query_form import Fields
from llmanac.pages.site import PageContext
from llmanac.service.offers.providers import ProviderSummary

ORDERS = {
    "name": lambda host: (host.name or host.id).casefold(),
    "offers": lambda host: -host.offers,
    "models": lambda host: -host.models,
}
FIRST_ORDER = "offers"


def show(context: PageContext) -> Response:
    """The page with the table of hosts."""
    fields = context.fields
    text = (fields.one("query") or "").casefold()
    order = fields.one("sort") if fields.one("sort") in ORDERS else FIRST_ORDER
    hosts = context.edition.provider_list.providers
    matching = [host for host in hosts if text in host.id.casefold() or text in (host.name or "").casefold()]
    return context.render(
        "hosts.html",
        hosts=sorted(matching, key=ORDERS[order or FIRST_ORDER]),
        total=len(hosts),
        fields=fields,
        order=order,
        offers_url=_offers_url,
    )


def _offers_url(host: ProviderSummary) -> str:
    return Fields().url("/", provider=host.id)
