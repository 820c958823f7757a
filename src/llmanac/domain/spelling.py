"""The ids of an offer: models.dev's spelling, and LiteLLM's where it has one."""

from __future__ import annotations

from llmanac.domain.records import Offer, RouteKind


def aliases_of(offer: Offer) -> tuple[str, ...]:
    """The names by which the organisation itself calls an offer."""
    return offer.own.aliases if offer.own else ()


def litellm_spelling(offer: Offer) -> str | None:
    """The id by which LiteLLM calls exactly this offer; None where it means another, or does not suffice."""
    route = offer.litellm
    return route.id if route and route.primary and route.kind is not RouteKind.COMPATIBLE else None
