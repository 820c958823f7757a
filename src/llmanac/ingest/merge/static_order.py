"""The static order of offers: by the standing of their models at their hosts, then recency, then id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from llmanac.domain.records import Model, Offer
from llmanac.ingest.merge.standing import CarriedModel, standings

ORDERING_FACTS = frozenset({"release_date", "status", "deprecated_on", "retires_on", "retires_not_before"})
"""The facts of an offer, beside its popularity, that its place depends on."""

ENDING = 0.5
"""Factor of the standing of an offer that is deprecated, or has ended."""


def in_static_order(offers: Iterable[Offer], models: Mapping[str, Model], *, today: date) -> list[Offer]:
    """The offers by standing, reduced where popularity is, and where they end; ``models`` has all of their models."""
    ordered = sorted(offers, key=lambda offer: offer.id)
    ordered.sort(key=lambda offer: (offer.popularity, offer.release_date or ""), reverse=True)
    own = {offer.base for offer in ordered if offer.first_party}
    standing = standings(
        (
            CarriedModel(
                base=it.base,
                lab=it.lab,
                released=it.release_date,
                popularity=it.popularity,
                at_its_lab=it.base in own,
            )
            for it in models.values()
        ),
        today=today,
    )

    def key(offer: Offer) -> tuple[float, str]:
        of_model = models[offer.base].popularity
        share = offer.popularity / of_model if of_model else 0.0
        is_ending = offer.status == "deprecated" or offer.lifecycle.has_ended(today)
        return standing[offer.base] * share * (ENDING if is_ending else 1.0), models[offer.base].release_date or ""

    ordered.sort(key=key, reverse=True)
    return ordered
