"""Decoder of models.dev's ``api.json``: providers, and the models that each of them hosts.

Its form is ``{"anthropic": {"name": …, "npm": …, "api": …, "env": […], "models": {"claude-sonnet-5": {…}}}}``,
where a model is ``{"name": …, "limit": {"context": …, "output": …}, "cost": {"input": …, "output": …}, …}``.
Prices are USD per million tokens. Optional keys are absent, never null. Upstream's schema:
https://github.com/anomalyco/models.dev/blob/dev/packages/core/src/schema.ts
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.pricing import RATE_NAMES, Rates, Service, Tier
from llmanac.domain.records import Capability, Limits, Modalities
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import Document, kind_of
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.reader import (
    BLOCK,
    FLAG,
    FLAG_OR_BLOCK,
    LIST,
    NUMBER,
    TEXT,
    RecordReader,
    Schema,
    is_showable,
)
from llmanac.ingest.layer import Cost, Layer, ModelClaims, ProviderClaims

SOURCE = MODELS_DEV

NOT_STATED = frozenset({"cache_write_1h", "cache_write_12h", "input_image", "output_image"})
"""Rates that models.dev has no key for."""
RATE_KEYS = tuple(name for name in RATE_NAMES if name not in NOT_STATED)
"""The rates of models.dev, which have our names."""

PROVIDER = Schema("provider", (TEXT, "id name npm api doc"), (LIST, "env"), (BLOCK, "models"))
MODEL = Schema(
    "model",
    (TEXT, "id name description family canonical_model_id status knowledge release_date last_updated"),
    (FLAG, "attachment reasoning tool_call structured_output temperature open_weights"),
    (FLAG_OR_BLOCK, "interleaved"),
    (LIST, "reasoning_options"),
    (BLOCK, "modalities limit cost provider experimental"),
)
LIMIT = Schema("model.limit", (NUMBER, "context input output"))
MODALITIES = Schema("model.modalities", (LIST, "input output"))
ENDPOINT = Schema("model.provider", (TEXT, "npm api shape"), (BLOCK, "body headers"))
RATES = " ".join(RATE_KEYS)
COST = Schema("model.cost", (NUMBER, RATES), (LIST, "tiers"), (BLOCK, "context_over_200k"))
COST_OVER_200K = Schema("model.cost.context_over_200k", (NUMBER, RATES))
COST_TIER = Schema("model.cost.tiers", (NUMBER, RATES), (BLOCK, "tier"))
TIER = Schema("model.cost.tiers.tier", (TEXT, "type"), (NUMBER, "size"))
EXPERIMENTAL = Schema("model.experimental", (BLOCK, "modes"))
MODE = Schema("model.experimental.modes", (BLOCK, "cost provider"))

OVER_200K = 200_000
"""The boundary of ``context_over_200k``, in tokens; ``tiers`` have the exact size, and take precedence."""

FLAGS = {
    "tool_call": Capability.TOOL_CALL,
    "reasoning": Capability.REASONING,
    "structured_output": Capability.STRUCTURED_OUTPUT,
    "attachment": Capability.ATTACHMENT,
    "temperature": Capability.TEMPERATURE,
}
INPUT_MEDIA = {
    "image": Capability.VISION,
    "pdf": Capability.PDF,
    "audio": Capability.AUDIO_INPUT,
    "video": Capability.VIDEO_INPUT,
}
OUTPUT_MEDIA = {
    "image": Capability.IMAGE_OUTPUT,
    "audio": Capability.AUDIO_OUTPUT,
    "video": Capability.VIDEO_OUTPUT,
}


def decode(document: Document, memo: DecodeMemo | None = None) -> Layer:
    """Decode ``api.json``. Raises InvalidSource where no provider in it has models."""
    reader = _Reader(RecordReader(memo))
    providers = tuple(reader.providers(document.content))
    if not any(provider.models for provider in providers):
        raise InvalidSource(
            "no provider with models was found. An object of providers is expected, as in "
            "https://models.dev/api.json; each has an object of 'models'."
        )
    return reader.reader.layer(SOURCE, document, providers=providers)


class _Reader:
    """Reads records; equal limits, modalities and prices are the same object, since they repeat a lot."""

    def __init__(self, reader: RecordReader) -> None:
        self.reader = reader
        self._limits: dict[tuple[object, ...], Limits] = {}
        self._modalities: dict[tuple[object, ...], Modalities] = {}
        self._rates: dict[tuple[object, ...], Rates] = {}
        self._costs: dict[tuple[object, ...], Cost] = {}
        self._capabilities: dict[tuple[object, ...], tuple[Capability, ...]] = {}

    def providers(self, content: dict[str, Any]) -> Iterator[ProviderClaims]:
        """Every readable provider."""
        for key, values in content.items():
            if not is_provider_id(key):
                self.reader.reject(f"{key[:40]!r}", "not usable as a provider id: blank, with a space or a '/'")
            elif type(values) is not dict:
                self.reader.reject(key, f"{kind_of(values)}, where a provider (an object) is expected")
            else:
                yield self._provider(key, values)

    def _provider(self, key: str, values: dict[str, Any]) -> ProviderClaims:
        reader, values = self.reader, self.reader.select(values, PROVIDER, key)
        self._check_id(key, key, values)
        if "models" not in values:
            reader.reject(f"{key}: models", "missing or not usable, so the provider is without models")
        return ProviderClaims(
            id=key,
            name=reader.text(values, "name", key),
            npm=reader.text(values, "npm", key),
            api=reader.text(values, "api", key),
            doc=reader.text(values, "doc", key),
            env=reader.texts(values, "env", key),
            models=tuple(self._models(key, values.get("models", {}))),
        )

    def _models(self, provider: str, models: dict[str, Any]) -> Iterator[ModelClaims]:
        for key, values in models.items():
            if not is_showable(key):
                self.reader.reject(f"{provider}/{key[:40]!r}", "not usable as an id: blank, overlong or unprintable")
            elif type(values) is not dict:
                self.reader.reject(f"{provider}/{key}", f"{kind_of(values)}, where a model (an object) is expected")
            else:
                yield self._recorded(f"{provider}/{key}", key, values)

    def _recorded(self, where: str, key: str, values: dict[str, Any]) -> ModelClaims:
        return self.reader.record(where, values, lambda: self._model(where, key, values))

    def _model(self, where: str, key: str, values: dict[str, Any]) -> ModelClaims:
        reader, values = self.reader, self.reader.select(values, MODEL, where)
        self._check_id(where, key, values)
        modalities = self._modalities_of(values, where)
        cost = self._cost_of(values, where)
        endpoint = reader.select(values["provider"], ENDPOINT, where) if "provider" in values else {}
        return ModelClaims(
            id=key,
            name=reader.text(values, "name", where),
            family=reader.text(values, "family", where),
            canonical=reader.text(values, "canonical_model_id", where),
            status=reader.text(values, "status", where),
            knowledge=reader.date(values, "knowledge", where),
            release_date=reader.date(values, "release_date", where),
            last_updated=reader.date(values, "last_updated", where),
            open_weights=values.get("open_weights"),
            capabilities=self._capabilities_of(values, modalities, cost),
            limits=self._limits_of(values, where),
            modalities=modalities,
            cost=cost,
            npm=reader.text(endpoint, "npm", where),
            api=reader.text(endpoint, "api", where),
        )

    def _check_id(self, where: str, key: str, values: dict[str, Any]) -> None:
        """Reject an ``id`` that differs from the key, which is the one that callers use."""
        stated = values.get("id", key)
        if stated != key:
            self.reader.reject(f"{where}: id", f"{stated[:40]!r} differs from the key of the record, which is used")

    def _limits_of(self, values: dict[str, Any], where: str) -> Limits:
        stated = self.reader.select(values.get("limit", {}), LIMIT, where)
        key = (stated.get("context"), stated.get("output"), stated.get("input"))
        return self.reader.once(self._limits, key, lambda: self._new_limits(stated, f"{where}: limit"))

    def _new_limits(self, stated: dict[str, Any], where: str) -> Limits:
        count = self.reader.count
        return Limits(count(stated, "context", where), count(stated, "output", where), count(stated, "input", where))

    def _modalities_of(self, values: dict[str, Any], where: str) -> Modalities:
        stated = self.reader.select(values.get("modalities", {}), MODALITIES, where)
        inputs = self.reader.texts(stated, "input", where)
        outputs = self.reader.texts(stated, "output", where)
        return self.reader.once(self._modalities, (inputs, outputs), lambda: Modalities(inputs, outputs))

    def _capabilities_of(
        self, values: dict[str, Any], modalities: Modalities, cost: Cost | None
    ) -> tuple[Capability, ...]:
        flags = tuple(map(values.get, FLAGS))
        interleaved = values.get("interleaved", False) is not False
        caching = cost is not None and cost.rates.cache_read is not None
        key = (flags, interleaved, caching, modalities.input, modalities.output)
        return self.reader.once(
            self._capabilities,
            key,
            lambda: capabilities_of(flags, modalities, interleaved=interleaved, caching=caching),
        )

    def _cost_of(self, values: dict[str, Any], where: str) -> Cost | None:
        if "cost" not in values:
            return None
        block = self.reader.select(values["cost"], COST, where)
        if "tiers" in block or "context_over_200k" in block or "experimental" in values:
            tiers = sorted(self._tiers(block, where), key=lambda tier: tier.above)
            return Cost(self._rates_of(block, f"{where}: cost"), tuple(tiers), tuple(self._services(values, where)))
        key = tuple(map(block.get, RATE_KEYS))
        return self.reader.once(self._costs, key, lambda: Cost(self._rates_of(block, f"{where}: cost")))

    def _services(self, values: dict[str, Any], where: str) -> Iterator[Service]:
        """The experimental modes that have their own price."""
        experimental = self.reader.select(values.get("experimental", {}), EXPERIMENTAL, where)
        for name, mode in experimental.get("modes", {}).items():
            cost = self.reader.select(mode, MODE, where).get("cost") if type(mode) is dict else None
            if cost is not None:
                block = self.reader.select(cost, COST, where)
                at = f"{where}: experimental.modes.{name}.cost"
                tiers = sorted(self._tiers(block, at), key=lambda tier: tier.above)
                yield Service(name, self._rates_of(block, at), tuple(tiers))

    def _tiers(self, block: dict[str, Any], where: str) -> Iterator[Tier]:
        if "tiers" not in block and "context_over_200k" not in block:
            return
        if "tiers" not in block:
            over = self.reader.select(block["context_over_200k"], COST_OVER_200K, where)
            yield Tier(OVER_200K, self._rates_of(over, f"{where}: cost.context_over_200k"))
            return
        for item in block["tiers"]:
            stated = self.reader.select(item, COST_TIER, where) if type(item) is dict else {}
            tier = self.reader.select(stated.get("tier", {}), TIER, where)
            size = (
                self.reader.count(tier, "size", f"{where}: cost.tiers.tier")
                if tier.get("type", "context") == "context"
                else None
            )
            if size is None:
                self.reader.reject(f"{where}: cost.tiers", "not a tier by context with a size; its rates are left out")
            else:
                yield Tier(round_boundary(size), self._rates_of(stated, f"{where}: cost.tiers"))

    def _rates_of(self, block: dict[str, Any], where: str) -> Rates:
        key = tuple(map(block.get, RATE_KEYS))
        return self.reader.once(
            self._rates, key, lambda: Rates(**{name: self.reader.price(block, name, where) for name in RATE_KEYS})
        )


def capabilities_of(
    flags: tuple[bool | None, ...], modalities: Modalities, *, interleaved: bool, caching: bool
) -> tuple[Capability, ...]:
    """The capabilities of a model, in the order of Capability. ``flags`` are the values of FLAGS, in order.

    Media follow from the modalities, since ``attachment`` states only that files are accepted. A price for cache
    reads implies prompt caching.
    """
    able = {capability for capability, flag in zip(FLAGS.values(), flags, strict=True) if flag}
    able |= {capability for medium, capability in INPUT_MEDIA.items() if medium in modalities.input}
    able |= {capability for medium, capability in OUTPUT_MEDIA.items() if medium in modalities.output}
    able |= {Capability.INTERLEAVED} if interleaved else set()
    able |= {Capability.PROMPT_CACHING} if caching else set()
    return tuple(capability for capability in Capability if capability in able)


def is_provider_id(key: str) -> bool:
    """Returns True if a key can be a provider's id: the part of an offer's id before the first ``/``."""
    return is_showable(key) and "/" not in key and " " not in key


def round_boundary(size: int) -> int:
    """The number of tokens above which a tier applies: 200000 and 200001 both mean "more than 200000"."""
    return next((near for near in (size, size - 1, size + 1) if near % 1000 == 0 or near % 1024 == 0), size)
