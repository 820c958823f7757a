"""Rates by day: the rated offer that an id of a log stood for when it was used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from operator import itemgetter
from typing import Protocol, TypeAlias

from llmanac.errors import InvalidRequest, NotFound
from llmanac.service.offers.estimator import Estimator
from llmanac.service.offers.rated_offer import RatedOffer
from llmanac.service.offers.resolution import Disallowed, Found, Resolution, explain
from llmanac.service.offers.resolver import Resolver
from llmanac.usage.record import NotPriced, NotPricedReason, UsageRecord


class PricedServices(Protocol):
    """The services of an edition that prices are looked up with."""

    @property
    def resolver(self) -> Resolver:
        """Finds offers by any spelling of their ids."""

    @property
    def estimator(self) -> Estimator:
        """Knows the rate cards of offers."""


class PricedEdition(Protocol):
    """An edition, as far as prices are looked up in it."""

    @property
    def id(self) -> str:
        """The id of its content."""

    @property
    def services(self) -> PricedServices:
        """Its services."""


EditionAt = Callable[[date | None], PricedEdition]
"""Gives the edition that was current when a day ended, or that of now for None.

Raises NotFound for a day before the history, and InvalidRequest for one that is yet to come.
"""


RateKey: TypeAlias = tuple[date, str, str | None, bool]
"""What the rates of a request are looked up by: its day, and the model, the host and whether that is sure."""


class DatedRates:
    """The rated offers of a log, each looked up once."""

    def __init__(
        self,
        edition_at: EditionAt,
        *,
        as_of: date | None = None,
        most_days: int | None = None,
        most_rates: int | None = None,
    ) -> None:
        """``as_of`` is a day whose prices hold for all requests, whenever they were made.

        ``most_days`` is the most days whose editions are opened, and ``most_rates`` the most keys that are looked up.
        """
        self._edition_at = edition_at
        self.as_of = as_of
        self._most_days = most_days
        self._most_rates = most_rates
        self._days: set[date] = set()
        self._known: dict[RateKey, RatedOffer | NotPriced] = {}
        self._by_edition: dict[tuple[str, str, str | None, bool], RatedOffer | NotPriced] = {}

    def key(self, record: UsageRecord) -> RateKey:
        """The key of a request."""
        model, host, is_sure, at, _, _, _ = record
        return self.as_of or at.date(), model, host, is_sure

    def look_up(self, keys: Iterable[RateKey | None]) -> None:
        """Look up all of some keys that are not known yet, day by day: an edition is opened once for each.

        Raises InvalidRequest where there are too many, or too many days.
        """
        wanted = {*keys} - self._known.keys()
        if self._most_rates is not None and len(self._known) + len(wanted) > self._most_rates:
            raise InvalidRequest(
                f"More than {self._most_rates:,} models are named, each day apart. Send them in parts."
            )
        for key in sorted((it for it in wanted if it is not None), key=itemgetter(0)):
            self._known[key] = self._find(key)

    def _count_day(self, day: date) -> None:
        self._days.add(day)
        if self._most_days is not None and len(self._days) > self._most_days:
            raise InvalidRequest(f"The requests are of more than {self._most_days} days. Send them in parts.")

    def __getitem__(self, key: RateKey) -> RatedOffer | NotPriced:
        return self._known[key]

    def current(self, model: str) -> RatedOffer:
        """The rated offer of an id now, or on the day of ``as_of``. Raises NotFound and Forbidden."""
        services = self._edition_at(self.as_of).services
        found = services.resolver.found(model)
        return RatedOffer(found.offer, services.estimator.rate_card(found.number, found.offer))

    def _find(self, key: RateKey) -> RatedOffer | NotPriced:
        self._count_day(key[0])
        try:
            edition = self._edition_at(key[0])
        except NotFound as error:
            return NotPriced(NotPricedReason.BEFORE_HISTORY, error.detail)
        except InvalidRequest as error:
            return NotPriced(NotPricedReason.IN_FUTURE, error.detail)
        place = (edition.id, *key[1:])
        if place not in self._by_edition:
            self._by_edition[place] = _rated(edition.services, key)
        return self._by_edition[place]


def _rated(services: PricedServices, key: RateKey) -> RatedOffer | NotPriced:
    match _resolve(services.resolver, key):
        case Found(offer=offer, number=number):
            return RatedOffer(offer, services.estimator.rate_card(number, offer))
        case Disallowed() as hidden:
            return NotPriced(NotPricedReason.DISALLOWED, explain(hidden))
        case missing:
            return NotPriced(NotPricedReason.UNKNOWN_MODEL, explain(missing))


def _resolve(resolver: Resolver, key: RateKey) -> Resolution:
    """The resolution of a model at the host that the log names or implies.

    An implied host gives way to one that the id itself begins with, a named one does not.
    """
    _, model, host, is_sure = key
    as_written = resolver.resolve(model)
    if host is None:
        return as_written
    named = None if not isinstance(as_written, Found | Disallowed) else as_written.reading.host
    if named is not None and (not is_sure or named in {it.id for it in resolver.providers(host)}):
        return as_written
    return resolver.resolve(f"{host}/{model}")
