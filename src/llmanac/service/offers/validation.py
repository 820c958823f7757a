"""Whether an id can be used: is it known, can LiteLLM call it, with which keys, for how long, and what else instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from llmanac.domain.catalog import CatalogData
from llmanac.domain.documented import ANSWER
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import LiteLLMRoute, Offer, RouteKind
from llmanac.ingest.layer import ModelClaims
from llmanac.service.offers.resolver import Ambiguous, Found, Resolver, SpellingOf, Unknown, explain
from llmanac.service.offers.successors import GOING, Successors


class IdStatus(StrEnum):
    """What became of an id."""

    KNOWN = "known"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteLLMCall:
    """How LiteLLM calls a model."""

    __pydantic_config__ = ANSWER

    id: str
    kind: RouteKind
    known: bool
    """The id is in LiteLLM's own map: LiteLLM knows what the model costs and can do."""
    primary: bool
    """Of all models that share the id, LiteLLM means this one."""
    api_base: str | None
    """To be given with the id, where LiteLLM would call another address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What is known of one id."""

    __pydantic_config__ = ANSWER

    id: str
    """As it was given."""
    standing: IdStatus
    read_as: SpellingOf | None
    """Whose spelling it is; ``model`` is a host's own id without the host."""
    offer: str | None
    """The catalog's id, in the models.dev spelling."""
    provider: str | None
    litellm: LiteLLMCall | None
    """null where LiteLLM has no way to call it."""
    env: tuple[str, ...]
    """Environment variables that hold the credentials of the host."""
    status: str | None
    deprecation_date: str | None
    """When the host ends the model, as LiteLLM knows it."""
    price_state: PriceState | None
    successor: str | None
    """For what is deprecated, dated or not listed: the newest of its line at the same host, by its name."""
    candidates: tuple[str, ...]
    """Ids that may be meant, the likeliest first."""
    detail: str | None
    """The fault, as a sentence; null where there is none."""


@dataclass(frozen=True, slots=True)
class Validations:
    """One verdict for each id, in their order."""

    __pydantic_config__ = ANSWER

    verdicts: tuple[Validation, ...]


class Validator:
    """Judges ids against one catalog."""

    def __init__(
        self, catalog: CatalogData, *, rows: Mapping[str, ModelClaims], resolver: Resolver, successors: Successors
    ) -> None:
        self._catalog = catalog
        self._rows = rows
        self._resolver = resolver
        self._successors = successors

    def judge_all(self, ids: Iterable[str]) -> Validations:
        """What is known of each id."""
        return Validations(tuple(map(self.judge, ids)))

    def judge(self, id: str) -> Validation:  # noqa: A002 -- what is judged is an id
        """What is known of an id."""
        match self._resolver.resolve(id):
            case Found(offer=offer, read_as=read_as):
                return self._known(id, offer, read_as)
            case Ambiguous(offers=offers) as ambiguous:
                return self._missing(id, offers, explain(ambiguous), standing=IdStatus.AMBIGUOUS)
            case Unknown(nearest=nearest) as unknown:
                return self._missing(id, nearest, explain(unknown), standing=IdStatus.UNKNOWN)

    def _known(self, given: str, offer: Offer, read_as: SpellingOf) -> Validation:
        row = self._rows.get(offer.id)
        ends = row.deprecation_date if row else None
        is_going = offer.status in GOING or ends is not None
        successor = self._successors.after(offer) if is_going else None
        provider = self._catalog.providers.get(offer.provider)
        return Validation(
            id=given,
            standing=IdStatus.KNOWN,
            read_as=read_as,
            offer=offer.id,
            provider=offer.provider,
            litellm=_call(offer.litellm) if offer.litellm else None,
            env=provider.env if provider else (),
            status=offer.status,
            deprecation_date=ends,
            price_state=offer.price.state,
            successor=successor.id if successor else None,
            candidates=(),
            detail=_farewell(offer, ends) if is_going else None,
        )

    def _missing(self, given: str, offers: tuple[Offer, ...], detail: str, *, standing: IdStatus) -> Validation:
        head, _, model = given.partition("/")
        hosts = [provider.id for provider in self._resolver.providers(head)] if model else []
        successor = self._successors.after_unlisted(model or given, hosts)
        return Validation(
            id=given,
            standing=standing,
            read_as=None,
            offer=None,
            provider=hosts[0] if len(hosts) == 1 else None,
            litellm=None,
            env=(),
            status=None,
            deprecation_date=None,
            price_state=None,
            successor=successor.id if successor else None,
            candidates=tuple(offer.id for offer in offers),
            detail=detail,
        )


def _farewell(offer: Offer, ends: str | None) -> str:
    """That an offer is on its way out, as a sentence."""
    said = f"{offer.provider} calls {offer.id} {offer.status}" if offer.status in GOING else f"{offer.id} has an end"
    return f"{said}; as LiteLLM knows it, on {ends}." if ends else f"{said}."


def _call(route: LiteLLMRoute) -> LiteLLMCall:
    return LiteLLMCall(id=route.id, kind=route.kind, known=route.known, primary=route.primary, api_base=route.api_base)
