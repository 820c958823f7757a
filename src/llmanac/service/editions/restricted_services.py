"""The services of an edition under a policy: they know of visible offers alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Protocol

from pyroaring import BitMap

from llmanac.domain.records import Offer
from llmanac.search.facets import FacetIndex, Facets
from llmanac.search.index.buffers import Keys
from llmanac.search.index.restricted import RestrictedIndex
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.litellm_search import LiteLLMSearch
from llmanac.service.editions.services import EditionServices
from llmanac.service.offers.offer_ids import OfferIds
from llmanac.service.offers.past_offers import PastOffer, PastOffers
from llmanac.service.offers.resolution import Disallowed, Found, Resolution
from llmanac.service.offers.resolver import Resolver
from llmanac.service.offers.successors import Lines


class View(Protocol):
    """An edition under a policy, as far as it tells which ids it shows."""

    def shows(self, offer: str) -> bool:
        """Whether the offer with this id is shown."""

    def denial(self, number: int) -> str | None:
        """Why the offer with this number is hidden; None where it is visible."""


class RestrictedServices(EditionServices):
    """The services of one edition under a policy."""

    def __init__(self, edition: Edition, whole: Edition, visible: BitMap) -> None:
        super().__init__(edition.pack(), catalog=edition.catalog, claims=edition.claims, index=edition.index)
        self._edition = edition
        self._whole = whole
        self._visible = visible

    @cached_property
    def resolver(self) -> Resolver:
        """Finds visible offers by any spelling of their ids; says of hidden ones why they are."""
        ids = OfferIds.unpack(self._part("offer ids"))
        shown = OfferIds(**{name: VisibleKeys(getattr(ids, name), self._visible) for name in OfferIds.__slots__})
        past = PastOffers(days={source.ref.name: source.ref.day for source in self._catalog.sources})
        return RestrictedResolver(
            self._edition,
            shown,
            past=ShownPast(past, self._edition),
            whole=self._whole.services.resolver,
            row_id=self._row_id,
        )

    @cached_property
    def litellm_search(self) -> LiteLLMSearch:
        """Searches the visible ones of what only LiteLLM lists."""
        return RestrictedLiteLLMSearch(self._whole.services.litellm_search, self._visible)

    def _lines(self) -> Lines:
        lines = super()._lines()
        return Lines(current=VisibleKeys(lines.current, self._visible), own=VisibleKeys(lines.own, self._visible))


class VisibleKeys(Keys):
    """A map from texts to the numbers of visible offers."""

    __slots__ = ("_keys", "_visible")

    def __init__(self, keys: Keys, visible: BitMap) -> None:
        self._keys = keys
        self._visible = visible

    def __getitem__(self, text: str) -> list[int]:
        return [number for number in self._keys[text] if number in self._visible]


class RestrictedResolver(Resolver):
    """Resolves ids among visible offers; an id of a hidden one is disallowed, and nothing else is said of it."""

    __slots__ = ("_edition", "_whole")

    def __init__(
        self,
        edition: Edition,
        ids: OfferIds,
        *,
        past: PastOffers,
        whole: Resolver,
        row_id: Callable[[Offer], str | None],
    ) -> None:
        """``edition`` is the one under the policy; ``whole`` resolves ids among all offers."""
        super().__init__(edition.catalog, edition.index, ids, past=past, row_id=row_id)
        self._edition: View = edition
        self._whole = whole

    def resolve(self, id: str) -> Resolution:  # noqa: A002 -- what is resolved is an id
        """Resolve an id; never raises.

        A name without a host may mean any that is shown; one with the host of a hidden offer means no other.
        """
        resolution, among_all = super().resolve(id), self._whole.resolve(id)
        if isinstance(among_all, Found) and (denial := self._edition.denial(among_all.number)) is not None:
            names_its_host = among_all.reading.host is not None
            if names_its_host or not isinstance(resolution, Found):
                return Disallowed(id, denial, among_all.reading)
        return resolution


class ShownPast(PastOffers):
    """Past offers that a policy would show by their ids."""

    def __init__(self, past: PastOffers, edition: View) -> None:
        self._past = past
        self._edition = edition

    def find(self, providers: Collection[str], model: str) -> PastOffer | None:
        """The past offer of one of these hosts, if it is shown."""
        return self._shown(self._past.find(providers, model))

    def find_own(self, model: str) -> PastOffer | None:
        """The past offer of a lab's own host, if it is shown."""
        return self._shown(self._past.find_own(model))

    def _shown(self, found: PastOffer | None) -> PastOffer | None:
        return found if found is not None and self._edition.shows(found.id) else None


class RestrictedLiteLLMSearch(LiteLLMSearch):
    """Searches the visible ones of what only LiteLLM lists, in the index of all of it."""

    def __init__(self, whole: LiteLLMSearch, visible: BitMap) -> None:
        self._whole = whole
        self._visible = visible

    @cached_property
    def index(self) -> RestrictedIndex:
        """The index of the visible ones."""
        places = [place for place, number in enumerate(self.numbers) if number in self._visible]
        return RestrictedIndex(self._whole.index, BitMap(places))

    @cached_property
    def facets(self) -> Facets:
        """Counts the values that a query could be narrowed to, among the visible ones."""
        return Facets(self.offers, self.index, FacetIndex.of(self._whole.own, self._whole.index))

    @property
    def offers(self) -> Sequence[Offer]:
        """All of them in the order of the index, which finds the visible ones."""
        return self._whole.offers

    @cached_property
    def numbers(self) -> Sequence[int]:
        """The number of each of them in the whole catalog."""
        return self._whole.numbers
