"""Folds layers into offers, in the order of the sources, and keeps the claims of each source.

An offer is listed where a source claims a model at a host. Claims by LiteLLM's ids and by ``lab/model`` are joined to
the offers that they are about. ``conflicts`` decides which claim is served: first the order of the sources, then, where
they disagree about a price, who spoke last. Routes, first-party hosts and popularity follow from all listings together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from llmanac.domain.feed import LITELLM
from llmanac.domain.naming import base_of
from llmanac.domain.pricing import Price, PriceState
from llmanac.domain.records import Model, Offer, Provider, RouteKind
from llmanac.ingest.decode.figure_history import FigureLookup
from llmanac.ingest.decode.sources import SOURCES, ModelKey, SourceFormat
from llmanac.ingest.layer import Layer, ModelClaims, ProviderClaims, SourceClaims
from llmanac.ingest.merge.agreed_facts import HostFact, agree, agree_on_release, agree_on_weights
from llmanac.ingest.merge.conflicts.conflict import Conflict
from llmanac.ingest.merge.conflicts.find import NO_LOOKUPS, find_conflicts
from llmanac.ingest.merge.conflicts.precedence import in_order, serve, serve_provider
from llmanac.ingest.merge.identity import BaseModels
from llmanac.ingest.merge.kinds import kind_of
from llmanac.ingest.merge.labs import Lab, lab_of
from llmanac.ingest.merge.litellm_offers import LiteLLMListings, find_litellm_listings
from llmanac.ingest.merge.litellm_routes import Target, prefix_of, target_of
from llmanac.ingest.merge.litellm_rows import LiteLLMRows
from llmanac.ingest.merge.offer_prices import OfferPrices
from llmanac.ingest.merge.popularity import HostedModel, at_host, shares
from llmanac.ingest.merge.price_state import zeros_of
from llmanac.ingest.merge.retirement import StatedEnds
from llmanac.ingest.merge.served_prices import serve_last_words
from llmanac.ingest.merge.static_order import in_static_order

ROUTE_ORDER = (RouteKind.NATIVE, RouteKind.NATIVE_BASE, RouteKind.COMPATIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The result of folding all layers."""

    offers: tuple[Offer, ...]
    """All offers in static order: by the standing of their models at their hosts, then recency, then id."""
    providers: Mapping[str, Provider]
    models: Mapping[str, Model]
    claims: Mapping[str, tuple[SourceClaims, ...]]
    """The claims of each offer, by its id, in the order of the sources."""
    conflicts: tuple[Conflict, ...]
    """The claims that differ, in the order of the offers."""
    rows: Mapping[str, ModelClaims]
    """LiteLLM's own claims of each offer that it knows, by offer id."""
    litellm: LiteLLMListings
    """LiteLLM's other rows."""


@dataclass(frozen=True, slots=True)
class Host:
    """A provider, and the claims of each model that is listed at it."""

    provider: ProviderClaims
    """The served claims of the provider, with its models."""
    models: tuple[tuple[SourceClaims, ...], ...]


@dataclass(frozen=True, slots=True)
class HostlessClaims:
    """The claims about models without a host."""

    rows: Mapping[str, LiteLLMRows]
    """The rows by LiteLLM's ids of each source, by its name."""
    by_base: Mapping[str, tuple[SourceClaims, ...]]
    """Claims by ``lab/model``, by the key of the base model."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One model at one host, with everything that does not depend on other listings."""

    host: ProviderClaims
    listed_by: str
    """The first source that lists it at this host."""
    listed: ModelClaims
    """The served claims among those at this host."""
    record: ModelClaims
    """The served claims among all."""
    base: str
    price: Price
    target: Target | None
    claims: tuple[SourceClaims, ...]

    @property
    def id(self) -> str:
        """The offer's id."""
        return f"{self.host.id}/{self.listed.id}"


@dataclass(frozen=True, slots=True)
class HostPlace:
    """The place of a listing's host among all that list its model."""

    place: int | None
    """The place of the host among the lab's own hosts; None where it is not one of them."""
    popularity: float
    primary: bool
    """True if the LiteLLM id stands for this listing."""


def merge(
    layers: Iterable[Layer],
    sources: Mapping[str, SourceFormat] = SOURCES,
    *,
    today: date,
    figures: Mapping[str, FigureLookup] = NO_LOOKUPS,
) -> Merged:
    """Fold the layers of these sources, one of each.

    ``today`` is the day from which ages are counted. ``figures`` are those that each source has stated so far.
    """
    order = {name: place for place, name in enumerate(sources)}
    ordered = sorted(layers, key=lambda layer: order[layer.source])
    hosts = _hosts(ordered, sources)
    hostless = _hostless_claims(ordered, sources)
    prices = OfferPrices()
    bases = BaseModels((it.provider.id, (stated[0].claims for stated in it.models)) for it in hosts)
    listings = [it for host in hosts for it in _listings(host, hostless, prices, bases=bases, sources=sources)]
    labs = _labs(listings)
    popularity = shares(_sightings(listings, labs))
    primaries = _primaries(listings, labs)
    weights = _open_weights(listings, labs)
    offers = []
    for it in listings:
        place = _place(labs[it.base], it.host.id)
        primary = it.target is not None and primaries[it.target.id] is it
        offer = _offer(it, HostPlace(place, at_host(popularity.get(it.base, 0.0), place), primary))
        if (is_open := weights[it.base]) is not None and is_open is not offer.open_weights:
            offer = replace(offer, open_weights=is_open)
        if offer.price.state is PriceState.FREE and is_open is False and labs[it.base] and place is None:
            price = prices.price(it.host.id, it.record, it.claims, zeros=zeros_of(it.host), is_charged_elsewhere=True)
            offer = replace(offer, price=price)
        offers.append(offer)
    offers.sort(key=lambda offer: offer.id)
    offers.sort(key=lambda offer: (offer.popularity, offer.release_date or ""), reverse=True)
    providers = {host.provider.id: _provider(host.provider) for host in hosts}
    claims = {it.id: it.claims for it in listings}
    models = _models(offers, labs, popularity=popularity, records={it.id: it.record for it in listings})
    ends = StatedEnds.of(row for layer in ordered for row in layer.models)
    litellm = _litellm_listings(ordered, listings, sources, ends=ends)
    offers = [_with_lifecycle(it, claims[it.id], model=models[it.base], ends=ends) for it in offers]
    offers = in_static_order(offers, models, today=today)
    conflicts = find_conflicts(offers, claims, providers=providers, figures=figures, sources=sources)
    return Merged(
        offers=tuple(serve_last_words(offers, conflicts, claims)),
        providers=providers,
        models=models,
        claims=claims | {it.id: (SourceClaims(LITELLM, it.row),) for it in litellm.listed},
        conflicts=conflicts,
        rows={it.id: it.target.row for it in listings if it.target and it.target.row},
        litellm=litellm,
    )


def _litellm_listings(
    layers: Iterable[Layer], listings: Sequence[Listing], sources: Mapping[str, SourceFormat], *, ends: StatedEnds
) -> LiteLLMListings:
    """The rows of LiteLLM's map that no listing has."""
    return find_litellm_listings(
        (row for it in layers if sources[it.source].model_key is ModelKey.LITELLM_ID for row in it.models),
        used={it.target.row.id for it in listings if it.target and it.target.row},
        hosts={it.host.id for it in listings},
        offers=[it.id for it in listings],
        ends=ends,
    )


def _hosts(layers: Iterable[Layer], sources: Mapping[str, SourceFormat]) -> list[Host]:
    """Every provider that any source lists."""
    providers: defaultdict[str, list[ProviderClaims]] = defaultdict(list)
    models: defaultdict[str, dict[str, list[SourceClaims]]] = defaultdict(dict)
    for layer in layers:
        for provider in layer.providers:
            providers[provider.id].append(provider)
            of_host = models[provider.id]
            for model in provider.models:
                of_host.setdefault(model.id, []).append(SourceClaims(layer.source, model))
    return [_host(claims, tuple(map(tuple, models[id_].values())), sources) for id_, claims in providers.items()]


def _host(
    claims: Sequence[ProviderClaims], models: tuple[tuple[SourceClaims, ...], ...], sources: Mapping[str, SourceFormat]
) -> Host:
    provider = serve_provider(claims)
    if len(claims) > 1:
        provider = replace(provider, models=tuple(serve(model, sources) for model in models))
    return Host(provider, models)


def _hostless_claims(layers: Iterable[Layer], sources: Mapping[str, SourceFormat]) -> HostlessClaims:
    rows: dict[str, LiteLLMRows] = {}
    by_base: defaultdict[str, list[SourceClaims]] = defaultdict(list)
    for layer in layers:
        if sources[layer.source].model_key is ModelKey.LITELLM_ID:
            rows[layer.source] = LiteLLMRows(layer.models)
        else:
            for claims in layer.models:
                by_base[base_of(claims.id, canonical=claims.id)].append(SourceClaims(layer.source, claims))
    # Of two records of one base in one source, the last one counts.
    return HostlessClaims(
        rows, {base: tuple({it.source: it for it in found}.values()) for base, found in by_base.items()}
    )


def _listings(
    host: Host, hostless: HostlessClaims, prices: OfferPrices, *, bases: BaseModels, sources: Mapping[str, SourceFormat]
) -> Iterator[Listing]:
    """The listings of one host."""
    zeros = zeros_of(host.provider)
    for stated in host.models:
        listed = serve(stated, sources)
        base = bases.base(host.provider.id, listed)
        targets = {name: target_of(host.provider, listed, rows=rows) for name, rows in hostless.rows.items()}
        called = [SourceClaims(name, it.row) for name, it in targets.items() if it is not None and it.row is not None]
        claims = in_order((*stated, *hostless.by_base.get(base, ()), *called), sources)
        record = serve(claims, sources)
        price = prices.price(host.provider.id, record, claims, zeros=zeros)
        target = next(iter(targets.values()), None)
        yield Listing(host.provider, stated[0].source, listed, record, base, price, target, claims)


def _labs(listings: Iterable[Listing]) -> dict[str, Lab | None]:
    """The lab of each base model; one record that names it suffices, the first by name if several do."""
    named: dict[str, str | None] = {}
    for it in listings:
        stated, so_far = it.record.canonical, named.setdefault(it.base, it.record.canonical)
        if stated is not None and (so_far is None or stated < so_far):
            named[it.base] = stated
    return {base: lab_of(base, canonical=stated) for base, stated in named.items()}


def _sightings(listings: Iterable[Listing], labs: Mapping[str, Lab | None]) -> list[HostedModel]:
    return [
        HostedModel(
            it.base,
            lab.id if (lab := labs[it.base]) else None,
            ",".join(it.host.env) or it.host.id,
            it.listed.open_weights is False,
        )
        for it in listings
    ]


def _open_weights(listings: Iterable[Listing], labs: Mapping[str, Lab | None]) -> dict[str, bool | None]:
    """The answer for each base model whether its weights are open; None where each host's own word stands."""
    stated: defaultdict[str, list[HostFact[bool]]] = defaultdict(list)
    for it in listings:
        is_own = _place(labs[it.base], it.host.id) is not None
        stated[it.base].append(HostFact(it.record.open_weights, is_own))
    return {base: agree_on_weights(facts) for base, facts in stated.items()}


def _primaries(listings: Iterable[Listing], labs: Mapping[str, Lab | None]) -> dict[str, Listing]:
    """The primary listing of each LiteLLM id, for which the id stands.

    Preferred is the one at the lab itself, its first host before the others; then one that is reached by the id alone;
    then one that is not deprecated, and has a price; then the first by name.
    """
    best: dict[str, Listing] = {}
    for it in listings:
        if it.target is not None:
            so_far = best.setdefault(it.target.id, it)
            if so_far is not it and _preference(it, labs) < _preference(so_far, labs):
                best[it.target.id] = it
    return best


def _preference(listing: Listing, labs: Mapping[str, Lab | None]) -> tuple[object, ...]:
    """The sort key of listings that share a LiteLLM id; smaller is better."""
    place = _place(labs[listing.base], listing.host.id)
    return (
        place is None,
        place or 0,
        ROUTE_ORDER.index(listing.target.kind) if listing.target else len(ROUTE_ORDER),
        listing.record.status == "deprecated",
        listing.price.state is not PriceState.KNOWN,
        listing.host.id,
        listing.listed.id,
    )


def _offer(listing: Listing, host: HostPlace) -> Offer:
    record, target = listing.record, listing.target
    return Offer(
        provider=listing.host.id,
        model=listing.listed.id,
        base=listing.base,
        name=record.name,
        family=record.family,
        status=record.status,
        release_date=record.release_date,
        last_updated=record.last_updated,
        knowledge=record.knowledge,
        open_weights=record.open_weights,
        capabilities=record.capabilities,
        limits=record.limits,
        modalities=record.modalities,
        price=listing.price,
        first_party=host.place is not None,
        popularity=host.popularity,
        litellm=target.route(primary=host.primary) if target else None,
        kind=kind_of(listing.base, record.modalities, mode=target.row.mode if target and target.row else None),
        listed_by=listing.listed_by,
    )


def _with_lifecycle(offer: Offer, claims: Sequence[SourceClaims], *, model: Model, ends: StatedEnds) -> Offer:
    if all(it.claims.deprecation_date is None for it in claims):
        return offer
    return replace(offer, lifecycle=ends.lifecycle(claims, (offer.release_date, model.release_date)))


def _models(
    offers: Iterable[Offer],
    labs: Mapping[str, Lab | None],
    *,
    popularity: Mapping[str, float],
    records: Mapping[str, ModelClaims],
) -> dict[str, Model]:
    """The base models, with their offers in the order given; ``records`` are the served claims of each offer."""
    grouped: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        grouped[offer.base].append(offer)
    return {
        base: Model(
            base=base,
            lab=lab.id if (lab := labs[base]) else None,
            family=agree([HostFact(offer.family, offer.first_party) for offer in group]),
            release_date=agree_on_release([HostFact(offer.release_date, offer.first_party) for offer in group]),
            popularity=popularity.get(base, 0.0),
            offers=tuple(offer.id for offer in group),
            **_lab_facts([records[offer.id] for offer in group]),
        )
        for base, group in grouped.items()
    }


def _lab_facts(records: Sequence[ModelClaims]) -> dict[str, Any]:
    """The facts of a model that do not depend on a host, each from the first record that has it."""
    return {
        name: value
        for name in ("licence", "links", "weights", "benchmarks")
        if (value := next((it for record in records if (it := getattr(record, name))), None))
    }


def _place(lab: Lab | None, host: str) -> int | None:
    """The place of a host among the lab's own hosts; None where it is not one of them."""
    return lab.hosts.index(host) if lab is not None and host in lab.hosts else None


def _provider(host: ProviderClaims) -> Provider:
    return Provider(
        id=host.id,
        name=host.name,
        api=host.api,
        npm=host.npm,
        doc=host.doc,
        env=host.env,
        litellm_prefix=prefix_of(host.id),
    )
