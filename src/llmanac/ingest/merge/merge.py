"""Layers become offers: what each host states, with the route and the standing that follow from all of them.

models.dev speaks for what is served. LiteLLM's map decides which ids LiteLLM knows; its own prices and limits
stay beside, as rows by offer id. What a lab says of its model fills in what a host's record leaves out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from llmanac.domain.naming import base_of
from llmanac.domain.pricing import Price, PriceState
from llmanac.domain.records import Model, Offer, Provider, RouteKind
from llmanac.ingest.decode.litellm import LiteLLMRow
from llmanac.ingest.decode.modelsdev import ModelRecord, ProviderRecord
from llmanac.ingest.decode.modelsdev_labs import LabRecord
from llmanac.ingest.merge.labs import Lab, lab_of
from llmanac.ingest.merge.litellm_routes import Target, prefix_of, target_of
from llmanac.ingest.merge.popularity import HostedModel, at_host, shares
from llmanac.ingest.merge.price_state import price_of, state_of, zeros_of

ROUTE_ORDER = (RouteKind.NATIVE, RouteKind.NATIVE_BASE, RouteKind.COMPATIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Everything that the layers say together."""

    offers: tuple[Offer, ...]
    """By popularity, then recency, then id."""
    providers: Mapping[str, Provider]
    models: Mapping[str, Model]
    rows: Mapping[str, LiteLLMRow]
    """LiteLLM's own row for an offer, by offer id: what the offer can be compared with."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One model at one host, and what can be told of it without looking at the others."""

    host: ProviderRecord
    record: ModelRecord
    base: str
    price: Price
    target: Target | None

    @property
    def id(self) -> str:
        """The offer's id."""
        return f"{self.host.id}/{self.record.id}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows for a listing from looking at all of them."""

    place: int | None
    """The host's place among the lab's own; None where it is not one of them."""
    popularity: float
    primary: bool
    """The listing is what its LiteLLM id stands for."""
    fact: LabRecord | None


def merge(
    hosts: Sequence[ProviderRecord], *, rows: Mapping[str, LiteLLMRow], facts: Iterable[LabRecord] = ()
) -> Merged:
    """Join the layers: models.dev's providers, LiteLLM's rows as in ``rows_by_id``, and what labs say themselves."""
    prices: dict[tuple[int, PriceState], Price] = {}
    listings = [listing for host in hosts for listing in _listings(host, rows, prices)]
    labs = _labs(listings)
    popularity = shares(_sightings(listings, labs))
    primaries = _primaries(listings, labs)
    known = {base_of(fact.id, canonical=fact.id): fact for fact in facts}
    offers = []
    for it in listings:
        place = _place(labs[it.base], it.host.id)
        primary = it.target is not None and primaries[it.target.id] is it
        share = at_host(popularity.get(it.base, 0.0), place)
        offers.append(_offer(it, Standing(place, share, primary, known.get(it.base))))
    offers.sort(key=lambda offer: offer.id)
    offers.sort(key=lambda offer: (offer.popularity, offer.release_date or ""), reverse=True)
    return Merged(
        offers=tuple(offers),
        providers={host.id: _provider(host) for host in hosts},
        models=_models(offers, labs, popularity),
        rows={it.id: it.target.row for it in listings if it.target and it.target.row},
    )


def _listings(
    host: ProviderRecord, rows: Mapping[str, LiteLLMRow], prices: dict[tuple[int, PriceState], Price]
) -> Iterator[Listing]:
    """What one host lists. ``prices`` are those made so far, by cost block and meaning: most are shared."""
    zeros = zeros_of(host)
    for record in host.models:
        state = state_of(record, zeros)
        price = prices.get((id(record.cost), state))
        if price is None:
            prices[id(record.cost), state] = price = price_of(record.cost, state)
        base = base_of(record.id, canonical=record.canonical)
        yield Listing(host, record, base, price, target_of(host, record, rows=rows))


def _labs(listings: Iterable[Listing]) -> dict[str, Lab | None]:
    """The maker of each base model; one record that names it is enough for all, the first by name if several do."""
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
            it.record.open_weights is False,
        )
        for it in listings
    ]


def _primaries(listings: Iterable[Listing], labs: Mapping[str, Lab | None]) -> dict[str, Listing]:
    """For each LiteLLM id, the listing that it stands for.

    The one at the lab itself, its first host before the others (LiteLLM's own prices for ``dashscope/`` are
    those of Alibaba's international host, though by default it calls the mainland's); then one that is reached
    by the id alone; then one that is not deprecated, and has a price; then the first by name.
    """
    best: dict[str, Listing] = {}
    for it in listings:
        if it.target is not None:
            standing = best.setdefault(it.target.id, it)
            if standing is not it and _claim(it, labs) < _claim(standing, labs):
                best[it.target.id] = it
    return best


def _claim(listing: Listing, labs: Mapping[str, Lab | None]) -> tuple[object, ...]:
    """How good a listing's claim to its LiteLLM id is; smaller is better."""
    place = _place(labs[listing.base], listing.host.id)
    return (
        place is None,
        place or 0,
        ROUTE_ORDER.index(listing.target.kind) if listing.target else len(ROUTE_ORDER),
        listing.record.status == "deprecated",
        listing.price.state is not PriceState.KNOWN,
        listing.host.id,
        listing.record.id,
    )


def _offer(listing: Listing, standing: Standing) -> Offer:
    fact = standing.fact
    record, target = listing.record, listing.target
    return Offer(
        provider=listing.host.id,
        model=record.id,
        base=listing.base,
        name=record.name,
        family=record.family or (fact.family if fact else None),
        status=record.status,
        release_date=record.release_date or (fact.release_date if fact else None),
        last_updated=record.last_updated,
        knowledge=record.knowledge or (fact.knowledge if fact else None),
        open_weights=fact.open_weights if record.open_weights is None and fact else record.open_weights,
        capabilities=record.capabilities,
        limits=record.limits,
        modalities=record.modalities,
        price=listing.price,
        first_party=standing.place is not None,
        popularity=standing.popularity,
        litellm=target.route(primary=standing.primary) if target else None,
    )


def _models(
    offers: Iterable[Offer], labs: Mapping[str, Lab | None], popularity: Mapping[str, float]
) -> dict[str, Model]:
    """The base models, with their offers in the order given."""
    grouped: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        grouped[offer.base].append(offer)
    return {
        base: Model(
            base=base,
            lab=lab.id if (lab := labs[base]) else None,
            family=_agreed([(offer.family, offer.first_party) for offer in group]),
            release_date=_agreed([(offer.release_date, offer.first_party) for offer in group]),
            popularity=popularity.get(base, 0.0),
            offers=tuple(offer.id for offer in group),
        )
        for base, group in grouped.items()
    }


def _agreed(claims: Sequence[tuple[str | None, bool]]) -> str | None:
    """What the lab's own hosts say, else what most hosts say; of claims as frequent, the earliest by value."""
    for only_own in (True, False):
        counts = Counter(value for value, own in claims if value is not None and (own or not only_own))
        if counts:
            return min(counts, key=lambda value: (-counts[value], value))
    return None


def _place(lab: Lab | None, host: str) -> int | None:
    """Where a host stands among the lab's own; None where it is not one of them."""
    return lab.hosts.index(host) if lab is not None and host in lab.hosts else None


def _provider(host: ProviderRecord) -> Provider:
    return Provider(
        id=host.id,
        name=host.name,
        api=host.api,
        npm=host.npm,
        doc=host.doc,
        env=host.env,
        litellm_prefix=prefix_of(host.id),
    )
