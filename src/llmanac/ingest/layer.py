"""Layer: all claims of one source, in the same shape for every source, and what was left out.

A claim is a field of a model or of a provider, and its value. The claims of one record are one value, ``ModelClaims``
or ``ProviderClaims``: there are a dozen for each of some ten thousand records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle
from llmanac.domain.pricing import Fee, OffPeak, Rates, Service, Tier
from llmanac.domain.records import Benchmark, Capability, Limits, Link, Modalities

NO_LIMITS = Limits()
NO_MODALITIES = Modalities()
NO_RATES = Rates()


@dataclass(frozen=True, slots=True)
class Cost:
    """The rates of a model, those for longer contexts, of other services and in some hours, and its fees."""

    rates: Rates
    tiers: tuple[Tier, ...] = ()
    services: tuple[Service, ...] = ()
    off_peak: OffPeak | None = None
    fees: tuple[Fee, ...] = ()


class ModelClaims(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """All claims of a source about one model: at one host, at the host that a LiteLLM id calls, or at any host.

    None and empty tuples are fields without a claim. Zeros are as the source wrote them: 0 may mean free, or included
    in a plan. A struct, since there are thousands of each source: made in a sixth of the time of a dataclass.
    """

    id: str
    """A host's own id for the model, LiteLLM's, or ``lab/model``."""
    name: str | None = None
    family: str | None = None
    canonical: str | None = None
    """``lab/model``: upstream's own name for the base model."""
    status: str | None = None
    knowledge: str | None = None
    release_date: str | None = None
    last_updated: str | None = None
    deprecation_date: str | None = None
    open_weights: bool | None = None
    capabilities: tuple[Capability, ...] = ()
    limits: Limits = NO_LIMITS
    modalities: Modalities = NO_MODALITIES
    cost: Cost | None = None
    npm: str | None = None
    """The AI SDK package of this model, where it differs from the provider's."""
    api: str | None = None
    mode: str | None = None
    """LiteLLM's kind of use of the model: chat, embedding and so on."""
    litellm_provider: str | None = None
    page: str | None = None
    """The page that the record was taken from."""
    licence: str | None = None
    links: tuple[Link, ...] = ()
    weights: tuple[Link, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()

    @property
    def rates(self) -> Rates:
        """The claimed rates; without a cost, all of them are unknown."""
        return self.cost.rates if self.cost else NO_RATES

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The rates for longer contexts."""
        return self.cost.tiers if self.cost else ()

    @property
    def services(self) -> tuple[Service, ...]:
        """The rates of other services."""
        return self.cost.services if self.cost else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderClaims:
    """All claims of a source about one provider, and about the models that it hosts."""

    id: str
    name: str | None = None
    npm: str | None = None
    api: str | None = None
    doc: str | None = None
    env: tuple[str, ...] = ()
    models: tuple[ModelClaims, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceClaims:
    """The claims of one source about a model."""

    source: str
    claims: ModelClaims


@dataclass(frozen=True, slots=True)
class LiteLLMListing:
    """A row of LiteLLM's map that no host at models.dev has, as a model at its host."""

    provider: str
    model: str
    row: ModelClaims
    lifecycle: Lifecycle = NO_LIFECYCLE

    @property
    def id(self) -> str:
        """The id of the offer."""
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class Reject:
    """A record, or a field of one, that was left out."""

    where: str
    """``provider/model``, or ``provider/model: field``."""
    reason: str
    """The reason, with what would have been valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The decoded content of one feed."""

    source: str
    providers: tuple[ProviderClaims, ...] = ()
    models: tuple[ModelClaims, ...] = ()
    """Claims about models without a provider: by LiteLLM's id, or by ``lab/model``."""
    size: int
    """The number of models in the feed."""
    rejects: tuple[Reject, ...] = ()
    unknown_keys: Mapping[str, int]
    """Dotted path of each key that the decoder does not know, and how often it was seen."""
    sha256: str
    """The SHA-256 of the feed's uncompressed content, in hexadecimal digits."""


NOTHING_DECODED: Mapping[str, Layer] = MappingProxyType({})
"""No layers, by source."""
