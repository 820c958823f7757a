"""What the catalog holds: offers (one model at one host), the models behind them, and the hosts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmanac.domain.documented import DOCUMENTED
from llmanac.domain.feed import FeedRef
from llmanac.domain.pricing import UNKNOWN_PRICE, Price

MAX_NAME_LENGTH = 256
"""Characters of a name, or of what a host calls itself or a model; the longest real one has 61."""
MAX_ID_LENGTH = MAX_NAME_LENGTH + len("/") + MAX_NAME_LENGTH
"""Of an offer: a host's and a model's, both as long as they may be."""


class Capability(StrEnum):
    """What a model can do, in the order in which every answer lists it."""

    TOOL_CALL = "tool_call"
    REASONING = "reasoning"
    STRUCTURED_OUTPUT = "structured_output"
    VISION = "vision"
    PDF = "pdf"
    AUDIO_INPUT = "audio_input"
    VIDEO_INPUT = "video_input"
    IMAGE_OUTPUT = "image_output"
    AUDIO_OUTPUT = "audio_output"
    VIDEO_OUTPUT = "video_output"
    ATTACHMENT = "attachment"
    TEMPERATURE = "temperature"
    INTERLEAVED = "interleaved"
    PROMPT_CACHING = "prompt_caching"


@dataclass(frozen=True, slots=True)
class Limits:
    """Token limits. ``input`` is None where the host states no limit of its own for input."""

    context: int | None = None
    output: int | None = None
    input: int | None = None


@dataclass(frozen=True, slots=True)
class Modalities:
    """Kinds of media in and out: text, image, audio, video, pdf."""

    input: tuple[str, ...] = ()
    output: tuple[str, ...] = ()


class RouteKind(StrEnum):
    """How LiteLLM reaches an offer."""

    NATIVE = "native"
    """By its id alone."""
    NATIVE_BASE = "native_base"
    """By its id, with the host's own ``api_base`` (another region, or a plan)."""
    COMPATIBLE = "compatible"
    """As an OpenAI- or Anthropic-compatible endpoint, with the host's ``api_base``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteLLMRoute:
    """The id that LiteLLM calls for an offer."""

    id: str
    kind: RouteKind
    known: bool
    """The id is in LiteLLM's own price map."""
    primary: bool
    """Of all offers that share this id, the one that the id stands for."""
    api_base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One model at one host, as its feed states it; what the catalog endpoint lists.

    ``release_date``, ``last_updated`` and ``knowledge`` are ``YYYY-MM-DD`` or ``YYYY-MM``.
    """

    provider: str
    model: str
    """The host's own id for the model; it may contain ``/ : @ . ~ +``, spaces and upper case."""
    base: str
    """The key of the base model (see ``domain.naming``); offers of one model share it."""
    name: str | None = None
    family: str | None = None
    status: str | None = None
    release_date: str | None = None
    last_updated: str | None = None
    knowledge: str | None = None
    open_weights: bool | None = None
    capabilities: tuple[Capability, ...] = ()
    limits: Limits = Limits()
    modalities: Modalities = Modalities()
    price: Price = UNKNOWN_PRICE
    first_party: bool = False
    """The host is the lab that made the model."""
    popularity: float = 0.0
    """0 to 1: that of the model, less where the host is not the lab's own; see ``ingest.merge.popularity``."""
    litellm: LiteLLMRoute | None = None

    @property
    def id(self) -> str:
        """``<provider>/<model>``: the models.dev spelling, unique in a catalog."""
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A host of models."""

    id: str
    name: str | None = None
    api: str | None = None
    """The base URL of its API, where it has one of its own; may contain ``${VARIABLES}``."""
    npm: str | None = None
    """The AI SDK package that speaks to it: tells an OpenAI-compatible API from an Anthropic one."""
    doc: str | None = None
    env: tuple[str, ...] = ()
    """Environment variables that hold its credentials."""
    litellm_prefix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page about a model."""

    __pydantic_config__ = DOCUMENTED

    label: str
    url: str
    """An http or https address."""
    kind: str | None = None
    """``model_card``, ``announcement`` and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A score of a model, as its lab tells it."""

    __pydantic_config__ = DOCUMENTED

    name: str
    score: float
    metric: str | None = None
    """What the score is: ``percent correct`` and the like."""
    variant: str | None = None
    version: str | None = None
    dataset: str | None = None
    harness: str | None = None
    """The program that ran it."""
    source: str | None = None
    """The page that states it."""
    date: str | None = None
    """``YYYY-MM-DD`` or ``YYYY-MM``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A base model: the same weights, at however many hosts."""

    base: str
    lab: str | None
    """Who made it: a key of the table in ``ingest.merge.labs``."""
    family: str | None
    release_date: str | None
    """As the lab's own hosts say, else most others."""
    popularity: float
    """The share of neutral hosts that carry it, 0 to 1; see ``ingest.merge.popularity``."""
    offers: tuple[str, ...]
    """Offer ids, best first: the lab's own host, then by popularity."""
    licence: str | None = None
    """The licence of its weights, as the lab names it."""
    links: tuple[Link, ...] = ()
    weights: tuple[Link, ...] = ()
    """Where its weights are published."""
    benchmarks: tuple[Benchmark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed that a catalog is made from."""

    ref: FeedRef
    records: int
    rejects: int
    licence: str = "MIT"
