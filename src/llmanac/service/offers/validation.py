"""Validates ids: is it known, can LiteLLM call it, with which keys, until when, and what to use instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from llmanac.domain.catalog import CatalogData
from llmanac.domain.documented import ANSWER
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle, LifecycleDate
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import LiteLLMRoute, Offer, RouteKind
from llmanac.ingest.decode.sources import SOURCES
from llmanac.service.offers.resolver import Ambiguous, Found, Resolver, SpellingOf, Unknown, explain
from llmanac.service.offers.successors import RETIRING_STATUSES, Successors


class IdStatus(StrEnum):
    """The status of an id in the catalog."""

    KNOWN = "known"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


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
class Validation:
    """The verdict on one id."""

    __pydantic_config__ = ANSWER

    id: str
    """The id as given."""
    standing: IdStatus
    read_as: SpellingOf | None
    """The spelling that it was recognised in; ``model`` is a host's own id without the host."""
    offer: str | None
    """The catalog's id, in the models.dev spelling."""
    provider: str | None
    litellm: LiteLLMCall | None
    """null where LiteLLM has no way to call it."""
    env: tuple[str, ...]
    """Environment variables that hold the credentials of the host."""
    status: str | None
    deprecation_date: str | None
    """The date of its end as a source states it: ``lifecycle`` says whose it is, and whether it may stay for longer."""
    lifecycle: Lifecycle
    price_state: PriceState | None
    successor: str | None
    """The id to use instead of one that is being retired or not listed: the newest of its line at the host, by name."""
    candidates: tuple[str, ...]
    """Ids that may be meant, the likeliest first."""
    detail: str | None
    """The problem, as a sentence; null where there is none."""


@dataclass(frozen=True, slots=True)
class Validations:
    """One verdict for each id, in their order."""

    __pydantic_config__ = ANSWER

    verdicts: tuple[Validation, ...]


class Validator:
    """Validates ids against one catalog."""

    def __init__(self, catalog: CatalogData, *, resolver: Resolver, successors: Successors) -> None:
        self._catalog = catalog
        self._resolver = resolver
        self._successors = successors

    def validate_all(self, ids: Iterable[str]) -> Validations:
        """Validate each id."""
        return Validations(tuple(map(self.validate, ids)))

    def validate(self, id: str) -> Validation:  # noqa: A002 -- what is validated is an id
        """Validate one id."""
        match self._resolver.resolve(id):
            case Found(offer=offer, read_as=read_as):
                return self._known(id, offer, read_as)
            case Ambiguous(offers=offers) as ambiguous:
                return self._missing(id, offers, explain(ambiguous), standing=IdStatus.AMBIGUOUS)
            case Unknown(nearest=nearest) as unknown:
                return self._missing(id, nearest, explain(unknown), standing=IdStatus.UNKNOWN)

    def _known(self, model_id: str, offer: Offer, read_as: SpellingOf) -> Validation:
        end = offer.lifecycle.stated
        is_retiring = offer.status in RETIRING_STATUSES or offer.lifecycle.retires_on is not None
        successor = self._successors.after(offer) if is_retiring else None
        provider = self._catalog.providers.get(offer.provider)
        return Validation(
            id=model_id,
            standing=IdStatus.KNOWN,
            read_as=read_as,
            offer=offer.id,
            provider=offer.provider,
            litellm=_call(offer.litellm) if offer.litellm else None,
            env=provider.env if provider else (),
            status=offer.status,
            deprecation_date=end.date if end else None,
            lifecycle=offer.lifecycle,
            price_state=offer.price.state,
            successor=successor.id if successor else None,
            candidates=(),
            detail=_retirement(offer) if is_retiring or end else None,
        )

    def _missing(self, model_id: str, offers: tuple[Offer, ...], detail: str, *, standing: IdStatus) -> Validation:
        head, _, model = model_id.partition("/")
        hosts = [provider.id for provider in self._resolver.providers(head)] if model else []
        successor = self._successors.after_unlisted(model or model_id, hosts)
        return Validation(
            id=model_id,
            standing=standing,
            read_as=None,
            offer=None,
            provider=hosts[0] if len(hosts) == 1 else None,
            litellm=None,
            env=(),
            status=None,
            deprecation_date=None,
            lifecycle=NO_LIFECYCLE,
            price_state=None,
            successor=successor.id if successor else None,
            candidates=tuple(offer.id for offer in offers),
            detail=detail,
        )


def _retirement(offer: Offer) -> str:
    """A sentence on how and when an offer is being retired."""
    end = _end(offer.lifecycle)
    if offer.status not in RETIRING_STATUSES:
        return f"{offer.id} {end}."
    status = f"{offer.provider} calls {offer.id} {offer.status}"
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
    label = SOURCES[stated.source].label if stated.source in SOURCES else stated.source
    return f"{label} until {stated.last_stated}" if stated.last_stated else label


def _call(route: LiteLLMRoute) -> LiteLLMCall:
    return LiteLLMCall(id=route.id, kind=route.kind, known=route.known, primary=route.primary, api_base=route.api_base)
