"""Resolves ids in any spelling: to one offer, to several that may be meant, or to none.

An id is read, in this order, as

- the models.dev spelling of an offer, ``anthropic/claude-sonnet-5``;
- the id by which LiteLLM calls an offer, ``gemini/gemini-3.5-flash-lite``;
- a host's own id for a model, ``claude-sonnet-5``: the offer of the lab that made it, or the only one;
- the name of a base model in any spelling, ``anthropic/claude-sonnet-4.5``: any of its offers.

Case, width and outer space are ignored where that is unambiguous. A name alone is never taken for an offer: an
id with a date that no host lists is not the same as one without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from llmanac.domain.catalog import CatalogData
from llmanac.domain.naming import base_of, fold
from llmanac.domain.records import Offer, Provider
from llmanac.domain.spelling import litellm_spelling
from llmanac.errors import NotFound
from llmanac.search import engine
from llmanac.search.index.buffers import Buffer, Keys, joined, part_of
from llmanac.search.index.index import Index
from llmanac.search.query.schema import MAX_QUERY_LENGTH, build_query

NEAREST = 5
"""Ids that are suggested for one that is unknown or ambiguous."""


class SpellingOf(StrEnum):
    """The spelling in which an id was recognised."""

    MODELS_DEV = "models.dev"
    LITELLM = "litellm"
    MODEL = "model"
    """A host's own id for the model, without the host."""


@dataclass(frozen=True, slots=True)
class Found:
    """The id resolves to one offer."""

    offer: Offer
    number: int
    """Its document number: the place in ``CatalogData.offers``."""
    read_as: SpellingOf


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The id names a model, but no host: any of these offers may be meant, the likeliest first."""

    id: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The id is not in the catalog; ``nearest`` are offers with similar ids or names."""

    id: str
    nearest: tuple[Offer, ...]


Resolution: TypeAlias = Found | Ambiguous | Unknown


class OfferIds:
    """Document numbers by every spelling of an offer's id, case, width and outer space aside.

    Keys are digests, which may collide: a lookup compares the text with the offer's own.
    """

    __slots__ = ("by_base", "by_id", "by_litellm_id", "by_model")

    def __init__(self, *, by_base: Keys, by_id: Keys, by_litellm_id: Keys, by_model: Keys) -> None:
        self.by_base = by_base
        """By the key of the base model, as it is."""
        self.by_id = by_id
        self.by_litellm_id = by_litellm_id
        self.by_model = by_model

    @classmethod
    def of(cls, offers: Sequence[Offer]) -> OfferIds:
        """The ids of a catalog's offers."""
        litellm_ids = ((litellm_spelling(offer), number) for number, offer in enumerate(offers))
        return cls(
            by_base=Keys.of((offer.base, number) for number, offer in enumerate(offers)),
            by_id=Keys.of((fold(offer.id), number) for number, offer in enumerate(offers)),
            by_litellm_id=Keys.of((fold(id_), number) for id_, number in litellm_ids if id_ is not None),
            by_model=Keys.of((fold(offer.model), number) for number, offer in enumerate(offers)),
        )

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> OfferIds:
        """The ids that these buffers hold."""
        return cls(**{name: Keys.unpack(part_of(buffers, name)) for name in cls.__slots__})

    def pack(self) -> Mapping[str, Buffer]:
        """The ids as buffers."""
        return joined({name: getattr(self, name) for name in self.__slots__})


class Resolver:
    """The offers of a catalog by every spelling of their ids. Frozen; belongs to one edition."""

    __slots__ = ("_by_prefix", "_by_provider", "_catalog", "_ids", "_index")

    def __init__(self, catalog: CatalogData, index: Index, ids: OfferIds) -> None:
        self._catalog = catalog
        self._index = index
        self._ids = ids
        self._by_provider: defaultdict[str, list[Provider]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[Provider]] = defaultdict(list)
        for provider in catalog.providers.values():
            self._by_provider[fold(provider.id)].append(provider)
            if provider.litellm_prefix:
                self._by_prefix[fold(provider.litellm_prefix)].append(provider)

    def resolve(self, id: str) -> Resolution:  # noqa: A002 -- what is resolved is an id
        """Resolve an id; never raises."""
        key = fold(id)
        for find, read_as in (
            (self._by_id, SpellingOf.MODELS_DEV),
            (self._by_litellm_id, SpellingOf.LITELLM),
            (self._own, SpellingOf.MODEL),
        ):
            matches = find(key)
            number = _one(matches, id)
            if number is not None:
                return Found(matches[number], number, read_as)
        candidates = self._candidates(key)
        return Ambiguous(id, candidates) if candidates else Unknown(id, self.nearest(id))

    def offer(self, id: str) -> Offer:  # noqa: A002 -- what is looked up is an id
        """The offer that an id resolves to. Raises NotFound, which names those that may be meant."""
        return self._catalog.offers[self.number(id)]

    def number(self, id: str) -> int:  # noqa: A002 -- what is looked up is an id
        """The document number of the offer that an id resolves to. Raises NotFound as ``offer`` does."""
        match self.resolve(id):
            case Found(number=number):
                return number
            case not_found:
                raise NotFound(explain(not_found))

    def providers(self, name: str) -> tuple[Provider, ...]:
        """The host with this id, or the hosts with this LiteLLM prefix."""
        key = fold(name)
        return tuple(self._by_provider.get(key, []) or self._by_prefix.get(key, []))

    def nearest(self, name: str) -> tuple[Offer, ...]:
        """Offers with an id or a name similar to this, the likeliest first."""
        page = (
            engine.run(build_query(query=name[:MAX_QUERY_LENGTH], limit=NEAREST), self._index) if name.strip() else None
        )
        return self._offers(page.numbers) if page else ()

    def of_model(self, base: str) -> tuple[Offer, ...]:
        """All offers of a base model, best first; none where there is no such model."""
        model = self._catalog.models.get(base)
        if model is None:
            return ()
        offers = (offer for _, offer in self._numbered(self._ids.by_base[base]))
        listed = {offer.id: offer for offer in offers if offer.base == base}
        return tuple([listed[id_] for id_ in model.offers])

    def _by_id(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_id[key])
        return {number: offer for number, offer in found if fold(offer.id) == key}

    def _by_litellm_id(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_litellm_id[key])
        return {number: offer for number, offer in found if fold(litellm_spelling(offer) or "") == key}

    def _by_model(self, key: str) -> dict[int, Offer]:
        found = self._numbered(self._ids.by_model[key])
        return {number: offer for number, offer in found if fold(offer.model) == key}

    def _own(self, name: str) -> dict[int, Offer]:
        """The offer of a bare name: the lab's best own one, or the only one where it is no base model's name."""
        offers = self._by_model(name)
        own = {offer.id: number for number, offer in offers.items() if offer.first_party}
        if own:
            model = self._catalog.models[next(offers[number].base for number in own.values())]
            return {own[best]: offers[own[best]] for best in [best for best in model.offers if best in own][:1]}
        return offers if len(offers) == 1 and name not in self._catalog.models else {}

    def _numbered(self, numbers: Iterable[int]) -> Iterator[tuple[int, Offer]]:
        return ((number, self._catalog.offers[number]) for number in numbers)

    def _offers(self, numbers: Iterable[int]) -> tuple[Offer, ...]:
        return tuple(self._catalog.offers[number] for number in numbers)

    def _candidates(self, key: str) -> tuple[Offer, ...]:
        """The offers that a name may mean: its base model's at the host that it begins with, else all of that name."""
        model = self._catalog.models.get(key) or self._catalog.models.get(base_of(key))
        of_model = self.of_model(model.base) if model else ()
        namesakes = tuple(self._by_model(key).values())
        hosts = {provider.id for provider in self.providers(key.partition("/")[0])} if "/" in key else set()
        if hosts:
            there = tuple(offer for offer in of_model if offer.provider in hosts)
            return tuple(dict.fromkeys((*there, *namesakes)))
        return of_model if key in self._catalog.models else namesakes or of_model


def _one(offers: Mapping[int, Offer], id: str) -> int | None:  # noqa: A002 -- what is looked up is an id
    """The number of the only offer, or of the one with exactly this id; None where there is neither."""
    if len(offers) == 1:
        return next(iter(offers))
    return next((number for number, offer in offers.items() if offer.id == id), None)


def explain(resolution: Ambiguous | Unknown) -> str:
    """Why an id does not resolve to one offer, and which ids would; a sentence for people."""
    shown = resolution.id[:80]
    match resolution:
        case Ambiguous(offers=offers):
            more = f", and {len(offers) - NEAREST} more" if len(offers) > NEAREST else ""
            return f"{shown!r} is ambiguous; it may mean {_ids(offers[:NEAREST])}{more}."
        case Unknown(nearest=()):
            return f"There is no model {shown!r}."
        case Unknown(nearest=nearest):
            return f"There is no model {shown!r}; the nearest are {_ids(nearest)}."


def _ids(offers: Sequence[Offer]) -> str:
    return ", ".join(offer.id for offer in offers)
