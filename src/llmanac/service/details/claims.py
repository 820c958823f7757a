"""The provenance of an offer's facts: every claim with its source and date, and which of them is served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from llmanac.domain.documented import DOCUMENTED
from llmanac.domain.pricing import RATE_NAMES, Price
from llmanac.domain.records import Benchmark, Link, Model, Offer
from llmanac.history.facts import OWN_NAMES, facts_of
from llmanac.ingest.decode.sources import SOURCES, ModelKey, SourceFormat
from llmanac.ingest.layer import ModelClaims, SourceClaims
from llmanac.ingest.merge.conflicts.precedence import served_by

FIELDS = {
    **dict.fromkeys((*RATE_NAMES, "tiers", "services", "off_peak", "price_state"), "cost"),
    **dict.fromkeys(("context", "max_output", "max_input"), "limits"),
    **dict.fromkeys(("input_modalities", "output_modalities"), "modalities"),
}
"""The field of ModelClaims that a fact is in, where that has another name."""

LAB_FACTS = ("licence", "links", "weights", "benchmarks")
"""Facts of a model wherever it is hosted."""

DERIVED = frozenset({"price_state", "litellm"})
"""Facts that no source claims as such: they follow from all claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactClaim:
    """The claim of one source about a fact."""

    __pydantic_config__ = DOCUMENTED

    source: str
    date: str
    """The day or month that the source's facts are of."""
    value: Any
    """The value, as in JSON."""
    served: bool
    """Whether the catalog serves this claim."""


def claims_by_fact(
    offer: Offer,
    claims: Sequence[SourceClaims],
    *,
    dates: Mapping[str, str],
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> dict[str, tuple[FactClaim, ...]]:
    """Every claim about an offer, by fact; ``dates`` are those of the sources' feeds."""
    stated = {it.source: _facts(offer, it.claims) for it in claims}
    served = {fact: _server(offer, fact, claims, sources=sources) for facts in stated.values() for fact in facts}
    return {
        fact: tuple(
            FactClaim(source=name, date=dates[name], value=facts[fact], served=name == by)
            for name, facts in stated.items()
            if fact in facts
        )
        for fact, by in served.items()
    }


def provenance_of(
    offer: Offer, model: Model, claims: Sequence[SourceClaims], *, sources: Mapping[str, SourceFormat] = SOURCES
) -> dict[str, str]:
    """The name of the source of each fact that is served of an offer."""
    facts = [
        *(name for name in facts_of(offer) if name not in OWN_NAMES),
        *(name for name in LAB_FACTS if getattr(model, name)),
    ]
    by_litellm = next(name for name, source in sources.items() if source.model_key is ModelKey.LITELLM_ID)
    derived = {"litellm": by_litellm, **_lifecycle_sources(offer)}
    return {fact: derived.get(fact) or _server(offer, fact, claims, sources=sources) for fact in facts}


def reasons_of(
    offer: Offer,
    provenance: Mapping[str, str],
    claims: Sequence[SourceClaims],
    *,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> dict[str, str]:
    """The reason for each rate that is not served from the first source that states prices, in a sentence."""
    reasons = {it.name: it.reason for it in offer.price.decided}
    first = next((it.source for it in claims if it.claims.cost is not None), None)
    for name in RATE_NAMES:
        source = provenance.get(name)
        if source is not None and source != first and first is not None and name not in reasons:
            mine, its = sources[source], sources[first]
            reasons[name] = f"{its.label} states none; {mine.label} does, of the same price."
    return reasons


def _lifecycle_sources(offer: Offer) -> dict[str, str]:
    """The source of each lifecycle date, by the name of its fact."""
    dates = {name: getattr(offer.lifecycle, name) for name in ("retires_on", "retires_not_before")}
    return {name: stated.source for name, stated in dates.items() if stated is not None}


def _server(offer: Offer, fact: str, claims: Sequence[SourceClaims], *, sources: Mapping[str, SourceFormat]) -> str:
    field = FIELDS.get(fact, fact)
    if field == "cost":
        return offer.price.source_of(fact) or _price_server(fact, claims, sources)
    return served_by(claims, field, sources, states=lambda it: getattr(it, field) not in (None, ())).source


def _price_server(fact: str, claims: Sequence[SourceClaims], sources: Mapping[str, SourceFormat]) -> str:
    """The source of a price; where the one that may serve it states none, the first that fills it in."""

    def states(stated: ModelClaims) -> bool:
        place = stated.rates if fact in RATE_NAMES else stated.cost
        return getattr(place, fact, None) not in (None, ())

    served = served_by(claims, "cost", sources, states=states)
    if states(served.claims):
        return served.source
    return next((it.source for it in claims if states(it.claims)), served.source)


def _facts(offer: Offer, claims: ModelClaims) -> dict[str, Any]:
    """The facts that are claimed, with the names and types of an offer's."""
    claimed = Offer(
        provider=offer.provider,
        model=offer.model,
        base=offer.base,
        name=claims.name,
        family=claims.family,
        status=claims.status,
        release_date=claims.release_date,
        knowledge=claims.knowledge,
        open_weights=claims.open_weights,
        capabilities=claims.capabilities,
        limits=claims.limits,
        modalities=claims.modalities,
        price=Price(
            claims.rates,
            claims.tiers,
            services=claims.services,
            off_peak=claims.cost.off_peak if claims.cost else None,
        ),
    )
    facts = {fact: value for fact, value in facts_of(claimed).items() if fact not in DERIVED}
    return facts | {name: _plain(value) for name in LAB_FACTS if (value := getattr(claims, name))}


def _plain(value: str | tuple[Link | Benchmark, ...]) -> Any:
    return value if isinstance(value, str) else [asdict(it) for it in value]
