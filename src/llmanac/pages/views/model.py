"""``/models/{id}``: the details of an offer, and the other offers of its model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from llmanac.domain.pricing import Price, PriceState
from llmanac.domain.records import Offer, Provider
from llmanac.domain.spelling import litellm_spelling
from llmanac.errors import Forbidden, NotFound
from llmanac.ingest.merge.conflicts.causes import EXPLANATIONS
from llmanac.pages.drawing import formatting, timeline
from llmanac.pages.drawing.change_text import DescribedChange, describe_change
from llmanac.pages.drawing.labels import CAPABILITIES
from llmanac.pages.drawing.overlaid_text import describe_rule, describe_statements
from llmanac.pages.drawing.snippets import snippets
from llmanac.pages.forms.query_form import Fields
from llmanac.pages.rendering import model_url
from llmanac.pages.site import PageContext, see_other
from llmanac.service.details.model_details import Details, RemovedOffer
from llmanac.service.details.overlaid_facts import adding_rule, statements_of
from llmanac.service.details.recalled_verdicts import recall_removed
from llmanac.service.offers.alternative_list import Alternative
from llmanac.service.offers.resolution import Ambiguous, Disallowed, Found, Removed, Unknown, explain
from llmanac.service.offers.successors import RETIRING_STATUSES

RATES = {
    "input": "Input",
    "output": "Output",
    "cache_read": "Cached input",
    "cache_write": "Cache write",
    "cache_write_1h": "Cache write, one hour",
    "cache_write_12h": "Cache write, twelve hours",
    "reasoning": "Reasoning",
    "input_audio": "Audio in",
    "input_image": "Images in, by token",
    "output_audio": "Audio out",
    "output_image": "Images out, by token",
}
"""The labels of rates, in the order in which they are listed."""

NEVER = Decimal("Infinity")
PATIENCE_S = 2.0
OTHERS = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """An offer among those of its model."""

    offer: Offer
    place: int | None
    """Its rank by price, from 1; None where the price is unknown."""
    litellm_id: str | None
    is_own: bool
    """Whether this is the offer of the page."""


async def show(context: PageContext) -> Response:
    """The page of an offer; other spellings of its id redirect to it."""
    requested: str = context.request.path_params["id"]
    match context.edition.services.resolver.resolve(requested):
        case Found(offer=offer) if offer.id == requested:
            values = _values(context, offer, await _details(context, requested))
            others = await _others(context, requested) if values["is_ending"] else ()
            return context.render("model.html", others=others, **values)
        case Found(offer=offer):
            return see_other(model_url(offer.id))
        case Ambiguous(offers=offers):
            return see_other(model_url(offers[0].id))
        case Disallowed() as hidden:
            denied = Forbidden(explain(hidden))
            return context.render("error.html", status=denied.code, error=denied, nearest=())
        case Removed() | Unknown() as nothing:
            described = await _described(context, requested)
            if isinstance(described, RemovedOffer):
                return _removed(context, described, await _others(context, requested))
            error = NotFound(explain(nothing))
            nearest = nothing.nearest if isinstance(nothing, Unknown) else ()
            return context.render("error.html", status=error.code, error=error, nearest=nearest)


async def _details(context: PageContext, id: str) -> Details | None:  # noqa: A002 -- an offer's
    described = await _described(context, id)
    return described if isinstance(described, Details) else None


async def _described(context: PageContext, id: str) -> Details | RemovedOffer | None:  # noqa: A002 -- an offer's
    """The details from the history; None after PATIENCE_S, as may happen right after the very first start."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await context.site.archive.details.describe(id, edition=context.edition)
    except TimeoutError:
        return None


async def _others(context: PageContext, id: str) -> Sequence[Alternative]:  # noqa: A002 -- an offer's
    """The first of the other models that could take the place of one that ends, or is not listed any more."""
    edition, history = context.edition, context.site.archive.history
    recalled = await recall_removed(id, edition=edition, history=history)
    try:
        found = await asyncio.to_thread(
            lambda: edition.services.alternatives.find(id, now=context.site.clock(), limit=OTHERS, recalled=recalled)
        )
    except NotFound:  # its history was not read in time
        return ()
    return found.models


def _removed(context: PageContext, offer: RemovedOffer, others: Sequence[Alternative]) -> Response:
    return context.render(
        "removed.html",
        offer=offer,
        others=others,
        facts=[(name.replace("_", " "), value) for name, value in offer.facts.items() if value not in (None, [])],
        changes=_changes(context, offer),
    )


def _values(context: PageContext, offer: Offer, details: Details | None) -> dict[str, Any]:
    catalog = context.edition.catalog
    provider = catalog.provider(offer.provider) or Provider(id=offer.provider)
    succession = context.edition.services.successors.if_ending(offer)
    return {
        "offer": offer,
        "model": catalog.model_of(offer),
        "provider": provider,
        "providers": catalog.providers,
        "hosts": rank(context.edition.services.resolver.of_model(offer.base), own=offer),
        "abilities": [label for capability, label in CAPABILITIES.items() if capability in offer.capabilities],
        "rates": rates(offer.price),
        "snippets": snippets(offer, provider),
        "conflicts": context.edition.conflicts_of(offer.id),
        "details": details,
        "overlaid": describe_statements(statements_of(context.edition, offer.id)),
        "added_by": adding_rule(context.edition, offer.id),
        "describe_rule": describe_rule,
        "is_ending": offer.status in RETIRING_STATUSES or offer.lifecycle.retires_on is not None,
        "successor": succession.offer,
        "successor_note": succession.note,
        "timeline": _timeline(context, details) if details else None,
        "changes": _changes(context, details) if details else (),
        "explanations": EXPLANATIONS,
        "figure": formatting.figure,
        "estimate_url": Fields().url("/estimate", query=offer.base, featured=False),
    }


def rank(offers: Iterable[Offer], *, own: Offer) -> list[Ranked]:
    """The offers of a model, cheapest first: by the larger of input and output price, then by input price."""
    ordered = sorted(offers, key=_price_order)
    priced = [offer for offer in ordered if _is_priced(offer)]
    places = {offer.id: place for place, offer in enumerate(priced, 1)}
    return [Ranked(it, places.get(it.id), litellm_spelling(it), it.id == own.id) for it in ordered]


def rates(price: Price) -> list[tuple[str, list[tuple[str, str]]]]:
    """The known rates as (label, amount) under a heading: the standard ones first, then tiers and other services."""
    blocks = [("", price.rates)]
    blocks += [(f"Above {tier.above:,} tokens", tier.rates) for tier in price.tiers]
    if price.off_peak is not None:
        blocks += [("Off-peak hours", price.off_peak.rates), ("Peak hours", price.off_peak.peak)]
    for service in price.services:
        blocks.append((service.name.capitalize(), service.rates))
        blocks += [(f"{service.name.capitalize()}, above {tier.above:,} tokens", tier.rates) for tier in service.tiers]
    return [
        (heading, known)
        for heading, block in blocks
        if (
            known := [
                (label, formatting.money(it))
                for name, label in RATES.items()
                if (it := getattr(block, name)) is not None
            ]
        )
    ]


def _is_priced(offer: Offer) -> bool:
    return offer.price.state in (PriceState.KNOWN, PriceState.FREE) and offer.price.bound is not None


def _price_order(offer: Offer) -> tuple[Decimal, Decimal, bool, str]:
    priced = _is_priced(offer)
    bound = offer.price.bound if priced else None
    entry = offer.price.rates.input if priced else None
    return (NEVER if bound is None else bound, NEVER if entry is None else entry, not offer.first_party, offer.id)


def _timeline(context: PageContext, details: Details) -> timeline.PriceTimeline | None:
    epochs = context.site.archive.history.timeline
    return timeline.draw(
        details.offer,
        details.lifetime.changes,
        first=details.lifetime.first_seen,
        last=context.today,
        day_of=lambda number: epochs.numbered(number).day,
    )


def _changes(context: PageContext, described: Details | RemovedOffer) -> Sequence[DescribedChange]:
    epochs = context.site.archive.history.timeline
    return [describe_change(it.change, epochs.numbered(it.epoch).day) for it in described.lifetime.changes]
