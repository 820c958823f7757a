"""The records of the catalog: offers (one model at one host), base models, hosts and sources."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmanac.domain.documented import DOCUMENTED
from llmanac.domain.feed import MODELS_DEV, FeedRef
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle
from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import UNKNOWN_PRICE, Price

MAX_NAME_LENGTH = 256
"""Maximum length of a name or of a part of an id, in characters; the longest real one has 61."""
MAX_ID_LENGTH = MAX_NAME_LENGTH + len("/") + MAX_NAME_LENGTH
"""Maximum length of an offer's id, in characters."""


class Capability(StrEnum):
    """A capability of a model, in the order in which every response lists them."""

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


class ModelKind(StrEnum):
    """The kind of use that a model is for, in the order in which they are counted."""

    CHAT = "chat"
    COMPLETION = "completion"
    EMBEDDING = "embedding"
    RERANK = "rerank"
    IMAGE = "image"
    AUDIO = "audio"
    """Talks: takes and gives speech in real time, or makes music."""
    SPEECH = "speech"
    """Reads text aloud."""
    TRANSCRIPTION = "transcription"
    VIDEO = "video"
    MODERATION = "moderation"
    SEARCH = "search"
    OCR = "ocr"


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
    """The way in which LiteLLM reaches an offer."""

    NATIVE = "native"
    """By the id alone."""
    NATIVE_BASE = "native_base"
    """By the id, with the host's own ``api_base`` (another region, or a plan)."""
    COMPATIBLE = "compatible"
    """As an OpenAI- or Anthropic-compatible endpoint, with the host's ``api_base``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteLLMRoute:
    """The id that LiteLLM calls for an offer."""

    id: str
    kind: RouteKind
    known: bool
    """True if the id is in LiteLLM's own price map."""
    primary: bool
    """True for the one offer that the id stands for, of all offers that share it."""
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
    lifecycle: Lifecycle = NO_LIFECYCLE
    first_party: bool = False
    """True if the host is the lab that made the model."""
    popularity: float = 0.0
    """The popularity of the model, 0 to 1, reduced at hosts that are not the lab's own; ``ingest.merge.popularity``."""
    litellm: LiteLLMRoute | None = None
    kind: ModelKind = ModelKind.CHAT
    listed_by: str = MODELS_DEV
    """The first source that lists it; LiteLLM for what it alone lists, ``overlays`` for what the organisation added."""
    own: OwnFacts | None = None
    """The facts that only the organisation knows; None where it states none."""

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
    """The AI SDK package for its API; distinguishes an OpenAI-compatible API from an Anthropic one."""
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
    """A score of a model, as its lab states it."""

    __pydantic_config__ = DOCUMENTED

    name: str
    score: float
    metric: str | None = None
    """The metric of the score: ``percent correct`` and the like."""
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
    """The lab that made it: a key of the table in ``ingest.merge.labs``."""
    family: str | None
    release_date: str | None
    """The date that the lab's own hosts state, else the one that most other hosts state."""
    popularity: float
    """The share of neutral hosts that carry it, 0 to 1; see ``ingest.merge.popularity``."""
    offers: tuple[str, ...]
    """Offer ids, best first: the lab's own host, then by popularity."""
    licence: str | None = None
    """The licence of its weights, as the lab names it."""
    links: tuple[Link, ...] = ()
    weights: tuple[Link, ...] = ()
    """The pages at which its weights are published."""
    benchmarks: tuple[Benchmark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed that a catalog is made from."""

    ref: FeedRef
    records: int
    rejects: int
    licence: str = "MIT"
