"""Validates ids: is it known, can LiteLLM call it, with which keys, until when, and what to use instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from llmanac.domain.catalog import CatalogData
from llmanac.domain.documented import ANSWER, Amount
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle, LifecycleDate
from llmanac.domain.overlaid import NOTHING_OVERLAID, OfferOverlay
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import LiteLLMRoute, ModelKind, Offer, RouteKind
from llmanac.ingest.decode.sources import source_label
from llmanac.service.offers.resolution import (
    NEAREST,
    Ambiguous,
    Disallowed,
    Found,
    IdReading,
    Removed,
    Resolution,
    SpellingOf,
    Unknown,
    explain,
)
from llmanac.service.offers.resolver import Resolver
from llmanac.service.offers.successors import RETIRING_STATUSES, Successors


class IdStatus(StrEnum):
    """The status of an id in the catalog."""

    KNOWN = "known"
    REMOVED = "removed"
    """Its host does not list it any more."""
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"
    DISALLOWED = "disallowed"
    """A policy hides it from who asks; ``detail`` names the rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteLLMCall:
    """The way to call a model through LiteLLM."""

    __pydantic_config__ = ANSWER

    id: str
    kind: RouteKind
    known: bool
    """The id is in LiteLLM's own map: LiteLLM knows what the model costs and can do."""
    primary: bool
    """LiteLLM means this model, of all that share the id."""
    api_base: str | None
    """The base URL to pass with the id, where LiteLLM would call another address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPrice:
    """The price of an offer when it was last listed, in USD per million tokens."""

    __pydantic_config__ = ANSWER

    input: Amount | None
    output: Amount | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The verdict on one id."""

    __pydantic_config__ = ANSWER

    id: str
    """The id as given."""
    standing: IdStatus
    read_as: SpellingOf | None
    """The spelling that it was recognised in; ``model`` is a host's own id without the host."""
    reading: IdReading
    """The host and the model that it was read as."""
    offer: str | None
    """The catalog's id, in the models.dev spelling."""
    provider: str | None
    kind: ModelKind | None
    """The kind of use that the model is for; null where it is not known or not listed any more."""
    listed_by: str | None
    """The source that lists it, or that listed it last: ``litellm`` for what LiteLLM alone lists."""
    last_listed: str | None
    """The date of the last feed with it, where it is not listed any more."""
    last_price: LastPrice | None
    """The price when it was last listed, where it is not listed any more."""
    litellm: LiteLLMCall | None
    """null where LiteLLM has no way to call it."""
    env: tuple[str, ...]
    """Environment variables that hold the credentials of the host."""
    status: str | None
    status_source: str | None
    """The source that states ``status``: ``overlays`` where the organisation's overlays do; null without one."""
    approved: bool | None
    """Whether the organisation has approved its use; null where its overlays do not say."""
    deprecation_date: str | None
    """The date of its end as a source states it: ``lifecycle`` says whose it is, and whether it may stay for longer."""
    lifecycle: Lifecycle
    price_state: PriceState | None
    successor: str | None
    """The id to use instead of one that is being retired or not listed: the newest of its line at the host, by name."""
    successor_note: str | None
    """The reason that nothing succeeds what is being retired, or what the successor lacks; else null."""
    candidates: tuple[str, ...]
    """Ids that may be meant, the likeliest first."""
    alternatives: tuple[str, ...]
    """Ids at other hosts with the very name that was read, which were not taken for it; at most five."""
    detail: str | None
    """The problem, as a sentence; null where there is none."""


@dataclass(frozen=True, slots=True)
class Validations:
    """One verdict for each id, in their order."""

    __pydantic_config__ = ANSWER

    verdicts: tuple[Validation, ...]


class Validator:
    """Validates ids against one catalog."""

    def __init__(
        self,
        catalog: CatalogData,
        *,
        resolver: Resolver,
        successors: Successors,
        overlaid: Mapping[str, OfferOverlay] = NOTHING_OVERLAID.offers,
    ) -> None:
        """``overlaid`` is what overlays state of an offer, by its id."""
        self._catalog = catalog
        self._overlaid = overlaid
        self._resolver = resolver
        self._successors = successors

    def validate_all(self, ids: Iterable[str]) -> Validations:
        """Validate each id."""
        return Validations(tuple(map(self.validate, ids)))

    def validate(self, id: str) -> Validation:  # noqa: A002 -- what is validated is an id
        """Validate one id."""
        match self._resolver.resolve(id):
            case Found() as found:
                return self._known(id, found)
            case Removed() as removed:
                return self.removed(removed)
            case Ambiguous(offers=offers) as ambiguous:
                return self._missing(ambiguous, [offer.id for offer in offers], standing=IdStatus.AMBIGUOUS)
            case Disallowed() as hidden:
                return self._missing(hidden, (), standing=IdStatus.DISALLOWED)
            case Unknown(nearest=nearest, strays=strays) as unknown:
                near = [*strays, *(offer.id for offer in nearest)]
                return self._missing(unknown, near, standing=IdStatus.UNKNOWN)

    def _known(self, model_id: str, found: Found) -> Validation:
        offer = found.offer
        end = offer.lifecycle.stated
        successor = self._successors.if_ending(offer)
        provider = self._catalog.provider(offer.provider)
        status_source = self._status_source(offer)
        return Validation(
            id=model_id,
            standing=IdStatus.KNOWN,
            read_as=found.read_as,
            reading=found.reading,
            offer=offer.id,
            provider=offer.provider,
            kind=offer.kind,
            listed_by=offer.listed_by,
            last_listed=None,
            last_price=None,
            litellm=_call(offer.litellm) if offer.litellm else None,
            env=provider.env if provider else (),
            status=offer.status,
            status_source=status_source,
            approved=offer.own.approved if offer.own else None,
            deprecation_date=end.date if end else None,
            lifecycle=offer.lifecycle,
            price_state=offer.price.state,
            successor=successor.offer.id if successor.offer else None,
            successor_note=successor.note,
            candidates=(),
            alternatives=self._alternatives(found),
            detail=_retirement(offer, status_source) if end or offer.status in RETIRING_STATUSES else None,
        )

    def removed(self, removed: Removed) -> Validation:
        """The verdict on an offer that is not listed any more."""
        past = removed.past
        end = past.lifecycle.stated
        successor = self._successors.after_unlisted(past.model, [past.provider])
        provider = self._catalog.provider(past.provider)
        return Validation(
            id=removed.id,
            standing=IdStatus.REMOVED,
            read_as=None,
            reading=removed.reading,
            offer=past.id,
            provider=past.provider,
            kind=None,
            listed_by=past.listed_by,
            last_listed=past.last_listed,
            last_price=LastPrice(input=past.input, output=past.output),
            litellm=None,
            env=provider.env if provider else (),
            status="removed",
            status_source=past.listed_by,
            approved=None,
            deprecation_date=end.date if end else None,
            lifecycle=past.lifecycle,
            price_state=None,
            successor=successor.id if successor else None,
            successor_note=None,
            candidates=(),
            alternatives=self._alternatives(removed),
            detail=explain(removed),
        )

    def _missing(
        self, missing: Ambiguous | Unknown | Disallowed, candidates: Sequence[str], *, standing: IdStatus
    ) -> Validation:
        reading = missing.reading
        hosts = [reading.host] if reading.host else []
        successor = self._successors.after_unlisted(reading.model, hosts)
        return Validation(
            id=missing.id,
            standing=standing,
            read_as=None,
            reading=reading,
            offer=None,
            provider=reading.host,
            kind=None,
            listed_by=None,
            last_listed=None,
            last_price=None,
            litellm=None,
            env=(),
            status=None,
            status_source=None,
            approved=None,
            deprecation_date=None,
            lifecycle=NO_LIFECYCLE,
            price_state=None,
            successor=successor.id if successor else None,
            successor_note=None,
            candidates=tuple(candidates),
            alternatives=self._alternatives(missing),
            detail=explain(missing),
        )

    def _status_source(self, offer: Offer) -> str | None:
        """The source of an offer's status; None where it has none."""
        if offer.status is None:
            return None
        overlaid = self._overlaid.get(offer.id)
        return OVERLAYS if overlaid and "status" in overlaid.facts else offer.listed_by

    def _alternatives(self, resolution: Resolution) -> tuple[str, ...]:
        return tuple(offer.id for offer in self._resolver.namesakes(resolution)[:NEAREST])


def _retirement(offer: Offer, status_source: str | None) -> str:
    """A sentence on how and when an offer is being retired."""
    end = _end(offer.lifecycle)
    if offer.status not in RETIRING_STATUSES:
        return f"{offer.id} {end}."
    caller = f"{offer.provider} calls" if status_source != OVERLAYS else "The organisation's overlays call"
    status = f"{caller} {offer.id} {offer.status}"
    return f"{status}; it {end}." if end else f"{status}."


def _end(lifecycle: Lifecycle) -> str:
    """The end of an offer and whose date it is, as the rest of a sentence; empty where nobody states one."""
    match lifecycle:
        case Lifecycle(retires_on=LifecycleDate() as last):
            return f"ends on {last.date}, according to {_whose(last)}"
        case Lifecycle(retires_not_before=LifecycleDate() as least):
            return f"ends not before {least.date}, according to {_whose(least)}"
        case _:
            return ""


def _whose(stated: LifecycleDate) -> str:
    """The source of a date, for people."""
    label = source_label(stated.source)
    return f"{label} until {stated.last_stated}" if stated.last_stated else label


def _call(route: LiteLLMRoute) -> LiteLLMCall:
    return LiteLLMCall(id=route.id, kind=route.kind, known=route.known, primary=route.primary, api_base=route.api_base)
