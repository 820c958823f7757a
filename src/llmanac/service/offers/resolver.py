"""What an id stands for, however it is spelt: one offer, several that it may mean, or nothing that is known.

An id is read, in this order, as

- the models.dev spelling of an offer, ``anthropic/claude-sonnet-5``;
- the id by which LiteLLM calls an offer, ``gemini/gemini-3.5-flash-lite``;
- a host's own id for a model, ``claude-sonnet-5``: the offer of the lab that made it, or the only one;
- the name of a base model in any spelling, ``anthropic/claude-sonnet-4.5``: any of its offers.

Case, width and outer space are put aside where that leaves no doubt. A name alone is never taken for an offer: an
id with a date that no host lists is not the same as one without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from llmanac.dialects.inference import litellm_spelling
from llmanac.domain.catalog import CatalogData
from llmanac.domain.naming import base_of, fold
from llmanac.domain.records import Offer, Provider
from llmanac.errors import NotFound
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query import MAX_QUERY_LENGTH, parse_query

NEAREST = 5
"""Ids that are named where one was not found, or means several."""


class SpellingOf(StrEnum):
    """Whose spelling an id turned out to be."""

    MODELS_DEV = "models.dev"
    LITELLM = "litellm"
    MODEL = "model"
    """A host's own id for the model, without the host."""


@dataclass(frozen=True, slots=True)
class Found:
    """The id stands for one offer."""

    offer: Offer
    number: int
    """Its document number: the place in ``CatalogData.offers``."""
    read_as: SpellingOf


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The id names a model, but no host: one of these offers may be meant, the likeliest first."""

    id: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The id stands for nothing in the catalog; ``nearest`` are offers that read alike."""

    id: str
    nearest: tuple[Offer, ...]


Resolution: TypeAlias = Found | Ambiguous | Unknown


class Resolver:
    """The offers of a catalog by every spelling of their ids. Frozen; belongs to one edition."""

    __slots__ = ("_by_id", "_by_litellm_id", "_by_model", "_by_prefix", "_catalog", "_index")

    def __init__(self, catalog: CatalogData, index: Index) -> None:
        self._catalog = catalog
        self._index = index
        self._by_id: defaultdict[str, list[int]] = defaultdict(list)
        self._by_litellm_id: defaultdict[str, list[int]] = defaultdict(list)
        self._by_model: defaultdict[str, list[int]] = defaultdict(list)
        for number, offer in enumerate(catalog.offers):
            self._by_id[fold(offer.id)].append(number)
            self._by_model[fold(offer.model)].append(number)
            if (called := litellm_spelling(offer)) is not None:
                self._by_litellm_id[fold(called)].append(number)
        self._by_prefix: defaultdict[str, list[Provider]] = defaultdict(list)
        for provider in catalog.providers.values():
            if provider.litellm_prefix:
                self._by_prefix[fold(provider.litellm_prefix)].append(provider)

    def resolve(self, id: str) -> Resolution:  # noqa: A002 -- what is resolved is an id
        """What an id stands for; never raises."""
        key = fold(id)
        for numbers, read_as in (
            (self._by_id.get(key, ()), SpellingOf.MODELS_DEV),
            (self._by_litellm_id.get(key, ()), SpellingOf.LITELLM),
            (self._own(key), SpellingOf.MODEL),
        ):
            number = self._one(numbers, id)
            if number is not None:
                return Found(self._catalog.offers[number], number, read_as)
        candidates = self._candidates(key)
        return Ambiguous(id, candidates) if candidates else Unknown(id, self.nearest(id))

    def offer(self, id: str) -> Offer:  # noqa: A002 -- what is looked up is an id
        """The offer that an id stands for. Raises NotFound, which names those that may be meant."""
        return self._catalog.offers[self.number(id)]

    def number(self, id: str) -> int:  # noqa: A002 -- what is looked up is an id
        """The document number of that offer. Raises NotFound as well."""
        match self.resolve(id):
            case Found(number=number):
                return number
            case not_found:
                raise NotFound(explain(not_found))

    def providers(self, name: str) -> tuple[Provider, ...]:
        """The hosts of this id, or of this LiteLLM prefix, which several may share."""
        key = fold(name)
        known = [provider for provider in self._catalog.providers.values() if fold(provider.id) == key]
        return tuple(known or self._by_prefix.get(key, ()))

    def nearest(self, name: str) -> tuple[Offer, ...]:
        """Offers whose id or name reads like this, the likeliest first."""
        page = (
            engine.run(parse_query(query=name[:MAX_QUERY_LENGTH], limit=NEAREST), self._index) if name.strip() else None
        )
        return self._offers(page.numbers) if page else ()

    def _one(self, numbers: Sequence[int], id: str) -> int | None:  # noqa: A002 -- what is looked up is an id
        """The only one of these, or the one that is spelt so to the letter."""
        if len(numbers) < 2:  # noqa: PLR2004 -- one leaves no choice
            return numbers[0] if numbers else None
        exact = [number for number in numbers if self._catalog.offers[number].id == id]
        return exact[0] if exact else None

    def _own(self, name: str) -> Sequence[int]:
        """Of offers that share a name: that of the lab's first host, or the only one if it is no base model's name."""
        offers = {self._catalog.offers[number].id: number for number in self._by_model.get(name, ())}
        own = [it for it, number in offers.items() if self._catalog.offers[number].first_party]
        if own:
            model = self._catalog.models[self._catalog.offers[offers[own[0]]].base]
            return [offers[best] for best in model.offers if best in own][:1]
        return tuple(offers.values()) if len(offers) == 1 and name not in self._catalog.models else ()

    def _offers(self, numbers: Iterable[int]) -> tuple[Offer, ...]:
        return tuple(self._catalog.offers[number] for number in numbers)

    def _candidates(self, key: str) -> tuple[Offer, ...]:
        """What a name may mean: its base model at the host that it begins with, else the offers of that name."""
        model = self._catalog.models.get(key) or self._catalog.models.get(base_of(key))
        of_model = self._offers(self._exact(it) for it in model.offers) if model else ()
        named_so = self._offers(self._by_model.get(key, ()))
        hosts = {provider.id for provider in self.providers(key.partition("/")[0])} if "/" in key else set()
        if hosts:
            there = tuple(offer for offer in of_model if offer.provider in hosts)
            return tuple(dict.fromkeys((*there, *named_so)))
        return of_model if key in self._catalog.models else named_so or of_model

    def _exact(self, id: str) -> int:  # noqa: A002 -- what is looked up is an id
        """The document number of an offer's exact id."""
        return next(number for number in self._by_id[fold(id)] if self._catalog.offers[number].id == id)


def explain(resolution: Ambiguous | Unknown) -> str:
    """Why there is no one offer for an id, and which ids would do; a sentence for people."""
    shown = resolution.id[:80]
    match resolution:
        case Ambiguous(offers=offers):
            more = f", and {len(offers) - NEAREST} more" if len(offers) > NEAREST else ""
            return f"{shown!r} names no one offer; it may mean {_ids(offers[:NEAREST])}{more}."
        case Unknown(nearest=()):
            return f"There is no model {shown!r}."
        case Unknown(nearest=nearest):
            return f"There is no model {shown!r}; the nearest are {_ids(nearest)}."


def _ids(offers: Sequence[Offer]) -> str:
    return ", ".join(offer.id for offer in offers)
