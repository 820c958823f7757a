"""Alternative lists: the answers about what could take a model's place; ``alternatives`` finds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from llmanac.domain.documented import ANSWER, Amount
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Capability, ModelKind
from llmanac.domain.usage import Usage
from llmanac.service.offers.estimate import EstimateWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedWorkload:
    """The workload that all costs are of."""

    __pydantic_config__ = ANSWER

    tokens: Usage
    """The tokens of each request."""
    requests: int
    batch_share: Amount
    service: str
    at: datetime | None
    """The time of the requests; null for the time of the question."""
    is_default: bool
    """Whether no tokens were asked for, so that they are the default ones of the kind of model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeConditions:
    """The conditions that every alternative fulfils."""

    __pydantic_config__ = ANSWER

    kind: ModelKind
    input: tuple[str, ...]
    """Kinds of media that it takes."""
    output: tuple[str, ...]
    """Kinds of media that it gives."""
    capabilities: tuple[Capability, ...]
    min_context: int | None
    """Tokens; null where the model's own context is unknown, or is no window of the kind of model."""
    region: str | None
    """The mark of a region in the host's own id; null for an id without one."""
    regions: tuple[str, ...]
    """The only regions in which its data may be processed, by the organisation's word; empty for any."""
    lasts_beyond: date
    """The day after which its last day is, if it has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedModel:
    """The model whose place is to be taken."""

    __pydantic_config__ = ANSWER

    id: str
    name: str | None
    provider: str
    base: str
    status: str | None
    """``removed`` for one that is not listed any more."""
    total: Amount | None
    """The cost of the workload in USD; null where it is unknown."""
    reason: str | None
    """The reason that there is no total."""
    facts_of: str | None
    """The offer whose facts stand for those of a removed one, of which too little is known; else null."""
    successor: str | None
    """The next of its line, of one that is removed or ends; null where there is none, or it stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """An offer that could take the model's place."""

    __pydantic_config__ = ANSWER

    id: str
    name: str | None
    provider: str
    base: str
    lab: str | None
    release_date: str | None
    context: int | None
    price_state: PriceState
    total: Amount | None
    """The cost of the workload in USD; null where it is unknown."""
    reason: str | None
    """The reason that there is no total."""
    cost_ratio: float | None
    """Its cost divided by the model's; null where one is unknown, or the model's is 0."""
    distance: float | None
    """How far it is from the model, in steps of a half, 0 for the closest; null for the same model at another host."""
    fits: bool | None
    """Whether a request of the workload is within its limits; null where they are unknown."""
    lacks: tuple[str, ...]
    """Capabilities that the model has beyond the conditions, and it lacks; ``context`` where its own is shorter."""
    more: tuple[str, ...]
    """Capabilities that the model lacks; ``context`` where its own is longer."""
    why: str
    """The reason that it is listed, as a sentence."""
    warnings: tuple[EstimateWarning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeList:
    """The alternatives to a model: the same model at other hosts, and other models."""

    __pydantic_config__ = ANSWER

    model: ReplacedModel
    workload: StatedWorkload
    conditions: AlternativeConditions | None
    """Null where too little is known of the model."""
    note: str | None
    """The reason that there can be no alternatives, or what they rest on; null where all is known."""
    total_hosts: int
    """The number of offers of the same model, before the limit is applied."""
    hosts: tuple[Alternative, ...]
    """The same model at other hosts, or under another id at this one: the cheapest first."""
    total_models: int
    """The number of other models, before the limit is applied."""
    models: tuple[Alternative, ...]
    """Other models, each at one host: the closest first, and of those as close the cheapest."""
