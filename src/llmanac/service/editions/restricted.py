"""An edition under a policy: what reads it finds only the visible offers, as if there were no others.

It shares the buffers of its edition, and the document numbers, of which those of hidden offers stay unused. A few sets
of numbers are all that it needs besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.overlaid import OfferOverlay, RuleOutcome
from llmanac.domain.records import Model, Offer, Provider
from llmanac.ingest.layer import ModelClaims, SourceClaims
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.conflicts.conflict import Conflict
from llmanac.rules.visibility import PolicyReading, Visibility
from llmanac.search.index.restricted import RestrictedIndex
from llmanac.search.query.filter_kinds import label_of
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.providers import ProviderList, list_providers

Value = TypeVar("Value")

if TYPE_CHECKING:
    from llmanac.service.editions.restricted_services import RestrictedServices

KEY_LENGTH = 12
"""Characters of the visibility's key in the edition's id."""


class RestrictedEdition(Edition):
    """An edition of which only some offers are visible."""

    def __init__(self, edition: Edition, visibility: Visibility) -> None:
        self._buffers = edition.pack()
        self._whole = edition
        self._visibility = visibility
        self._id = f"{edition.id}-{visibility.key[:KEY_LENGTH]}"
        visible = visibility.visible
        self.digest = edition.digest
        self.sources = edition.sources
        self.feed_refs = edition.feed_refs
        self.entries = edition.entries
        self._numbers = visible
        size = edition.size
        listed = BitMap([number for number in visible if number < size])
        self.index: RestrictedIndex = RestrictedIndex(edition.index, listed)
        self.featured = tuple([edition.offers[number].id for number in self.index.featured])

    @property
    def id(self) -> str:
        """The id of the content, and of what is visible of it."""
        return self._id

    @property
    def is_whole(self) -> bool:
        """Whether no policy hides anything of it."""
        return False

    @property
    def shown(self) -> int:
        """The number of visible offers that are listed."""
        return len(self.index.everything)

    @property
    def policies(self) -> tuple[PolicyReading, ...]:
        """The policies that hide something of it, as they read on it."""
        return self._visibility.readings

    @property
    def whole(self) -> Edition:
        """The edition with all of its offers."""
        return self._whole

    def denial(self, number: int) -> str | None:
        """Why the offer with this number is hidden, in a sentence; None where it is visible."""
        return None if number in self._numbers else self._visibility.denial(number)

    def hides(self, offer: str) -> bool:
        """Whether the offer with this id is listed, and not shown."""
        number = self._whole.number_of(offer)
        return number is not None and number not in self._numbers

    def shows(self, offer: str) -> bool:
        """Whether the offer with this id is shown; of one that is not listed, whether it would be by its id alone."""
        number = self._whole.number_of(offer)
        return number in self._numbers if number is not None else self._visibility.shows_unlisted(offer)

    @cached_property
    def offers(self) -> Sequence[Offer]:
        """The offers by document number; going through them gives the visible ones."""
        return VisibleOffers(self._whole.offers, self, first=0)

    def read_offers(self, decoded: dict[bytes, Offer]) -> Iterator[Offer]:
        """The visible offers."""
        numbered = enumerate(self._whole.read_offers(decoded))
        return (self.without_hidden_names(it) for number, it in numbered if number in self._numbers)

    def without_hidden_names(self, offer: Offer) -> Offer:
        """An offer that names no hidden one as its successor."""
        own = offer.own
        if own is None or own.successor is None or self.shows(own.successor):
            return offer
        return replace(offer, own=replace(own, successor=None))

    def is_visible(self, number: int) -> bool:
        """Whether the offer with this number is visible."""
        return number in self._numbers

    @property
    def numbers(self) -> BitMap:
        """The numbers of the visible offers."""
        return self._numbers

    @cached_property
    def catalog(self) -> CatalogData:
        """The records of the catalog, as far as they are visible."""
        catalog = self._whole.catalog
        return replace(
            catalog,
            offers=self.offers,
            providers=Selected(catalog.providers, frozenset(self._hosts(catalog.providers))),
            models=VisibleModels(catalog.models, self),
            featured=self.featured,
            litellm_offers=self.litellm_offers,
            litellm_providers=Selected(catalog.litellm_providers, frozenset(self._litellm_hosts)),
            litellm_aliases={alias: it for alias, it in catalog.litellm_aliases.items() if self.shows(it)},
            stray_ids=(),
        )

    @cached_property
    def litellm_offers(self) -> Sequence[Offer]:
        """Offers that only LiteLLM lists; going through them gives the visible ones."""
        return VisibleOffers(self._whole.litellm_offers, self, first=self.size)

    @cached_property
    def claims(self) -> Mapping[str, tuple[SourceClaims, ...]]:
        """The claims of a visible offer, by its id."""
        return Shown(self._whole.claims, self)

    @cached_property
    def rows(self) -> Mapping[str, ModelClaims]:
        """LiteLLM's own row for a visible offer, by its id."""
        return Shown(self._whole.rows, self)

    @cached_property
    def overlaid(self) -> Mapping[str, OfferOverlay]:
        """Statements of overlays about visible offers, by its id."""
        return VisibleOverlays(self._whole.overlaid, self)

    @cached_property
    def build(self) -> Build:
        """The build, as far as it is visible: what was left out of the feeds is not."""
        build = self._whole.build
        return replace(
            build,
            catalog=self.catalog,
            reports=tuple([replace(it, rejects=(), unknown_keys={}) for it in build.reports]),
            claims=self.claims,
            conflicts=self.conflicts,
            rows=self.rows,
            litellm=(),
            hostless_layers={},
            feeds={},
        )

    @cached_property
    def overlay_rules(self) -> tuple[RuleOutcome, ...]:
        """The outcome of each rule in force, without how many offers it is about."""
        return tuple([replace(it, matched=0, contradicts=(), trouble=None) for it in self._whole.overlay_rules])

    @cached_property
    def provider_list(self) -> ProviderList:
        """Every provider with a visible offer, by id."""
        return list_providers(self.catalog)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The conflicts about visible offers."""
        return tuple([it for it in self._whole.conflicts if self.shows(it.offer)])

    def conflicts_of(self, offer: str) -> tuple[Conflict, ...]:
        """The conflicts about one offer, if it is visible."""
        return self._whole.conflicts_of(offer) if self.shows(offer) else ()

    def raw_record(self, source: str, id: str) -> dict[str, Any] | None:  # noqa: A002 -- what is looked up is an id
        """A source's unchanged record; who asks has found the offer."""
        return self._whole.raw_record(source, id)

    def raw_records(self, source: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """A source's unchanged records with their ids, whether shown or not: who asks finds what may be shown."""
        return self._whole.raw_records(source)

    @cached_property
    def services(self) -> RestrictedServices:
        """The services that answer from what is visible."""
        from llmanac.service.editions.restricted_services import RestrictedServices  # noqa: PLC0415 -- as in Edition

        return RestrictedServices(self, self._whole, self._numbers)

    def _hosts(self, providers: Mapping[str, Provider]) -> Iterator[str]:
        """The hosts with a visible offer."""
        return (id_ for id_ in providers if self.index.filters.labelled("provider", label_of(id_)))

    @property
    def _litellm_hosts(self) -> Iterator[str]:
        return (offer.provider for offer in self.litellm_offers)


class VisibleOffers(Sequence[Offer]):
    """Offers by number, of which some are hidden: going through them gives the others, and its number any."""

    __slots__ = ("_edition", "_first", "_offers")

    def __init__(self, offers: Sequence[Offer], edition: RestrictedEdition, *, first: int) -> None:
        self._offers = offers
        self._edition = edition
        self._first = first

    def __len__(self) -> int:
        return len(self._offers)

    @overload
    def __getitem__(self, number: int) -> Offer: ...
    @overload
    def __getitem__(self, number: slice) -> list[Offer]: ...
    def __getitem__(self, number: int | slice) -> Offer | list[Offer]:
        if isinstance(number, slice):
            places = range(*number.indices(len(self)))
            return [self[place] for place in places if self._edition.is_visible(place + self._first)]
        if not self._edition.is_visible(number + self._first):
            raise IndexError(number)
        return self._edition.without_hidden_names(self._offers[number])

    def __iter__(self) -> Iterator[Offer]:
        end = self._first + len(self._offers)
        return (self[number - self._first] for number in self._edition.numbers if self._first <= number < end)


class Selected(Mapping[str, Value], Generic[Value]):
    """The items of a mapping with some of its keys."""

    __slots__ = ("_keys", "_values")

    def __init__(self, values: Mapping[str, Value], keys: frozenset[str]) -> None:
        self._values = values
        self._keys = keys

    def __getitem__(self, key: str) -> Value:
        if key not in self._keys:
            raise KeyError(key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys and key in self._values

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._values if key in self._keys)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Shown(Mapping[str, Value], Generic[Value]):
    """Values of offers by their ids, of those that are visible."""

    __slots__ = ("_edition", "_values")

    def __init__(self, values: Mapping[str, Value], edition: RestrictedEdition) -> None:
        self._values = values
        self._edition = edition

    def __getitem__(self, offer: str) -> Value:
        if not self._edition.shows(offer):
            raise KeyError(offer)
        return self._values[offer]

    def __contains__(self, offer: object) -> bool:
        return isinstance(offer, str) and self._edition.shows(offer) and offer in self._values

    def __iter__(self) -> Iterator[str]:
        return filter(self._edition.shows, self._values)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class VisibleOverlays(Shown[OfferOverlay]):
    """Statements of overlays about visible offers, without a successor that is hidden."""

    __slots__ = ()

    def __getitem__(self, offer: str) -> OfferOverlay:
        overlaid = super().__getitem__(offer)
        successor = overlaid.facts.get("successor")
        if successor is None or self._edition.shows(str(successor.value)):
            return overlaid
        facts = {name: fact for name, fact in overlaid.facts.items() if name != "successor"}
        return replace(overlaid, facts=facts)


class VisibleModels(Mapping[str, Model]):
    """Base models with their visible offers; one that has none is not there."""

    __slots__ = ("_edition", "_models")

    def __init__(self, models: Mapping[str, Model], edition: RestrictedEdition) -> None:
        self._models = models
        self._edition = edition

    def __getitem__(self, base: str) -> Model:
        model = self._models[base]
        offers = tuple([it for it in model.offers if self._edition.shows(it)])
        if not offers:
            raise KeyError(base)
        return model if len(offers) == len(model.offers) else replace(model, offers=offers)

    def __contains__(self, base: object) -> bool:
        return base in self._models and any(map(self._edition.shows, self._models[str(base)].offers))

    def __iter__(self) -> Iterator[str]:
        return (base for base in self._models if base in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
