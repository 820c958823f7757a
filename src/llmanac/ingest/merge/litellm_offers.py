"""Offers that only LiteLLM lists: the rows of its map that are no offer of a host at models.dev.

They are embeddings, rerankers, image, audio and video models, the regional ids of Bedrock, Vertex and Azure, and the
models of hosts that models.dev does not know. A row belongs to the host that its ``litellm_provider`` names; one whose
id begins with something else is a *stray*: it fits no host.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import overload

from llmanac.domain.catalog import CatalogData
from llmanac.domain.feed import LITELLM
from llmanac.domain.naming import base_of
from llmanac.domain.pricing import Price, PriceState
from llmanac.domain.records import Limits, LiteLLMRoute, Model, Offer, Provider, RouteKind
from llmanac.ingest.layer import LiteLLMListing, ModelClaims, SourceClaims
from llmanac.ingest.merge.kinds import kind_of
from llmanac.ingest.merge.labs import lab_of
from llmanac.ingest.merge.litellm_routes import NATIVE_BASE_PREFIXES, NATIVE_PREFIXES
from llmanac.ingest.merge.popularity import at_host
from llmanac.ingest.merge.price_state import is_zero, price_of
from llmanac.ingest.merge.retirement import StatedEnds

HOST_BY_PREFIX: Mapping[str, str] = {
    prefix: host
    for hosts in (NATIVE_BASE_PREFIXES, NATIVE_PREFIXES)  # a prefix's own address before the same at another
    for host, prefix in reversed(hosts.items())
}
"""The first host at models.dev of each LiteLLM prefix."""

VARIANT = re.compile(r"(?:\d+|max)-x-(?:\d+|max)|low|medium|high|auto|standard|hd")
"""Sizes and qualities of images, with which some ids begin: ``1024-x-1024/dall-e-2``, ``low/…``."""

LOCAL = frozenset({"ollama", "ollama_chat", "lm_studio", "lemonade", "llamafile", "vllm", "hosted_vllm"})
"""Prefixes of programs on the caller's own machine, whose zeros mean free; elsewhere, LiteLLM's may mean unknown."""


@dataclass(frozen=True, slots=True)
class LiteLLMListings:
    """The rows that only LiteLLM lists, in the order of their ids, and the ids of those that fit no host."""

    listed: tuple[LiteLLMListing, ...] = ()
    strays: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Ids of rows, in lower case, that are another spelling of an offer, with the offer's id."""


def find_litellm_listings(
    rows: Iterable[ModelClaims],
    *,
    used: Collection[str],
    hosts: Collection[str],
    offers: Iterable[str],
    ends: StatedEnds,
) -> LiteLLMListings:
    """The listings of the rows that no offer has.

    ``used`` are the ids of rows that offers have; ``hosts`` and ``offers`` the ids at models.dev; ``ends`` reads dates.
    """
    listed_there = {id_.lower(): id_ for id_ in offers}
    aliases: dict[str, str] = {}
    listings: dict[str, LiteLLMListing] = {}
    strays: list[str] = []
    # Those with a prefix come first: of two spellings of a row, LiteLLM calls that one for certain.
    for row in sorted((it for it in rows if it.id not in used), key=lambda row: ("/" not in row.id, row.id)):
        home = _home_of(row, hosts)
        if home is None:
            strays.append(row.id)
            continue
        key = home.id.lower()
        if key in listed_there:
            aliases[row.id.lower()] = listed_there[key]
            continue
        twin = listings.get(key)
        if twin is not None and twin.row.cost == row.cost:
            aliases[row.id.lower()] = twin.id  # mostly the same without its prefix
            continue
        if twin is not None:
            home = replace(home, model=row.id)
        if row.deprecation_date is not None:
            home = replace(home, lifecycle=ends.lifecycle([SourceClaims(LITELLM, row)], ()))
        listings[home.id.lower()] = home
    return LiteLLMListings(tuple(sorted(listings.values(), key=lambda it: it.id)), tuple(strays), aliases)


def _home_of(row: ModelClaims, hosts: Collection[str]) -> LiteLLMListing | None:
    """The host of a row, and its own id there; None for a stray."""
    owner = (row.litellm_provider or "").removeprefix("text-completion-")
    if not owner:
        return None
    host = host_of_prefix(owner)
    provider = host if host in hosts else owner
    head, slash, rest = row.id.partition("/")
    if not slash or VARIANT.fullmatch(head):
        return LiteLLMListing(provider, row.id, row)
    if host_of_prefix(head.removeprefix("text-completion-")) != host:
        return None
    return LiteLLMListing(provider, rest, row) if rest else None


@lru_cache(maxsize=1 << 10)
def host_of_prefix(prefix: str) -> str:
    """The host of a prefix or of a ``litellm_provider``, as ``vertex_ai-llama_models``; itself if unknown."""
    name = prefix.replace("-", "_")
    for known, host in HOST_BY_PREFIX.items():
        if name == known.replace("-", "_"):
            return host
    longest = max((it for it in HOST_BY_PREFIX if name.startswith(f"{it}_")), key=len, default=None)
    return prefix if longest is None else HOST_BY_PREFIX[longest]


class LiteLLMOffers(Sequence[Offer]):
    """The offers of listings, each made when it is read: the base of a name takes longer than its record."""

    __slots__ = ("_listings", "_models")

    def __init__(self, listings: Sequence[LiteLLMListing], models: Mapping[str, Model]) -> None:
        self._listings = listings
        self._models = models

    def __len__(self) -> int:
        return len(self._listings)

    @overload
    def __getitem__(self, number: int) -> Offer: ...
    @overload
    def __getitem__(self, number: slice) -> list[Offer]: ...
    def __getitem__(self, number: int | slice) -> Offer | list[Offer]:
        if isinstance(number, slice):
            return [self._offer(it) for it in self._listings[number]]
        return self._offer(self._listings[number])

    def __iter__(self) -> Iterator[Offer]:
        return map(self._offer, self._listings)

    def _offer(self, listing: LiteLLMListing) -> Offer:
        row, base = listing.row, base_of(listing.model)
        lab, model = lab_of(base), self._models.get(base)
        place = lab.hosts.index(listing.provider) if lab and listing.provider in lab.hosts else None
        return Offer(
            provider=listing.provider,
            model=listing.model,
            base=base,
            capabilities=row.capabilities,
            limits=Limits(context=row.limits.input, output=row.limits.output),
            modalities=row.modalities,
            price=_price_of(listing),
            first_party=place is not None,
            popularity=at_host(model.popularity if model else 0.0, place),
            litellm=LiteLLMRoute(id=row.id, kind=RouteKind.NATIVE, known=True, primary=True),
            kind=kind_of(base, row.modalities, mode=row.mode),
            lifecycle=listing.lifecycle,
            listed_by=LITELLM,
        )


class OverlaidOffers(Sequence[Offer]):
    """Offers of which some are replaced, by their place."""

    __slots__ = ("_offers", "_replaced")

    def __init__(self, offers: Sequence[Offer], replaced: Mapping[int, Offer]) -> None:
        self._offers = offers
        self._replaced = replaced

    def __len__(self) -> int:
        return len(self._offers)

    @overload
    def __getitem__(self, number: int) -> Offer: ...
    @overload
    def __getitem__(self, number: slice) -> list[Offer]: ...
    def __getitem__(self, number: int | slice) -> Offer | list[Offer]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        replaced = self._replaced.get(number if number >= 0 else number + len(self))
        return self._offers[number] if replaced is None else replaced

    def __iter__(self) -> Iterator[Offer]:
        return (self._replaced.get(number, offer) for number, offer in enumerate(self._offers))


def litellm_catalog(catalog: CatalogData) -> CatalogData:
    """A catalog of the offers that only LiteLLM lists, in static order: by popularity, then by id."""
    offers = sorted(catalog.litellm_offers, key=lambda offer: (-offer.popularity, offer.id))
    by_base: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        by_base[offer.base].append(offer)
    return CatalogData(
        offers=offers,
        providers={**catalog.providers, **catalog.litellm_providers},
        models={base: _model(base, those, known=catalog.models.get(base)) for base, those in by_base.items()},
        featured=(),
        sources=catalog.sources,
        digest=catalog.digest,
    )


def _model(base: str, offers: Iterable[Offer], *, known: Model | None) -> Model:
    """The base model of some offers, with what is known of it from its other ones."""
    ids, lab = tuple(offer.id for offer in offers), lab_of(base)
    if known is not None:
        return replace(known, offers=ids)
    return Model(base=base, lab=lab.id if lab else None, family=None, release_date=None, popularity=0.0, offers=ids)


def litellm_providers(listings: Iterable[LiteLLMListing], hosts: Collection[str]) -> dict[str, Provider]:
    """The hosts of these listings that are not among ``hosts``, of which only the prefix is known."""
    ids = sorted({it.provider for it in listings} - set(hosts))
    return {id_: Provider(id=id_, litellm_prefix=id_) for id_ in ids}


def _price_of(listing: LiteLLMListing) -> Price:
    cost = listing.row.cost
    if cost is None or (cost.rates.input is None and cost.rates.output is None):
        return price_of(cost, PriceState.UNKNOWN)
    if not is_zero(cost):
        return price_of(cost, PriceState.KNOWN)
    is_free = listing.provider in LOCAL or listing.model.endswith(("-free", ":free"))
    return price_of(cost, PriceState.FREE if is_free else PriceState.UNKNOWN)
