"""Decoder of LiteLLM's ``model_prices_and_context_window.json``: LiteLLM's own facts about each id that it calls.

Its form is ``{"gemini/gemini-3.5-flash": {"litellm_provider": "gemini", "mode": "chat", "input_cost_per_token":
3e-07, "max_input_tokens": 1048576, "supports_vision": true, …}}``. ``litellm_prices`` reads the prices: USD per token
there, per million here. Source: https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from llmanac.domain.feed import LITELLM
from llmanac.domain.records import Capability, Limits
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import Document, kind_of
from llmanac.ingest.decode.formats.litellm_prices import RATE_KEY, PriceReader
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.reader import ANYTHING, FLAG, NUMBER, TEXT, RecordReader, Schema, is_showable
from llmanac.ingest.layer import Layer, ModelClaims

SOURCE = LITELLM

NOT_MODELS = frozenset({"sample_spec", "fallback_generalizations"})
"""Rows about the format or about models in general, whose zeros are not prices."""

CAPABILITY_KEYS = {
    "supports_function_calling": Capability.TOOL_CALL,
    "supports_reasoning": Capability.REASONING,
    "supports_response_schema": Capability.STRUCTURED_OUTPUT,
    "supports_vision": Capability.VISION,
    "supports_pdf_input": Capability.PDF,
    "supports_audio_input": Capability.AUDIO_INPUT,
    "supports_video_input": Capability.VIDEO_INPUT,
    "supports_audio_output": Capability.AUDIO_OUTPUT,
    "supports_prompt_caching": Capability.PROMPT_CACHING,
}
OTHER_KEYS = re.compile(
    r"(.+_)?cost(_.+)?"
    r"|(bedrock_.*)?supports_.+"
    r"|(supported|reasoning|token_count|gemini|uses|use)_.+"
    r"|regional_.+_uplift_multiplier(_.+)?"
    r"|comment|metadata|rules|tiered_pricing|off_peak_pricing|provider_specific_entry|search_free_requests"
    r"|audio_transcription_config|bedrock_output_config_effort_ceiling|default_reasoning_effort|thinking_always_on"
    r"|vertex_ai_audio_api|web_search_billing_unit"
)
"""Other known keys: prices that are no plain rate per token; flags, lists of what is supported and notes, not read."""

ROW = Schema(
    "row",
    (TEXT, "litellm_provider mode deprecation_date source"),
    (NUMBER, "max_input_tokens max_output_tokens max_tokens rpm tpm output_vector_size prompt_cache_min_tokens"),
    (FLAG, " ".join(CAPABILITY_KEYS)),
    patterns=((NUMBER, RATE_KEY), (ANYTHING, OTHER_KEYS)),
)


def decode(document: Document, memo: DecodeMemo | None = None) -> Layer:
    """Decode the price map. Raises InvalidSource where no row of it is recognised."""
    reader = _Reader(RecordReader(memo))
    rows = tuple(reader.rows(document.content))
    if not any(row.litellm_provider for row in rows):
        raise InvalidSource(
            "no row names a 'litellm_provider'. LiteLLM's model_prices_and_context_window.json is expected: "
            "an object of model ids."
        )
    return reader.reader.layer(SOURCE, document, models=rows)


class _Reader:
    """Reads rows; equal parts of them are the same object."""

    def __init__(self, reader: RecordReader) -> None:
        self.reader = reader
        self._prices = PriceReader(reader)
        self._limits: dict[tuple[object, ...], Limits] = {}

    def rows(self, content: dict[str, Any]) -> Iterator[ModelClaims]:
        """Every readable row."""
        for key, values in content.items():
            if key in NOT_MODELS:
                continue
            if not is_showable(key):
                self.reader.reject(f"{key[:40]!r}", "not usable as an id: blank, overlong or unprintable")
            elif type(values) is not dict:
                self.reader.reject(key, f"{kind_of(values)}, where a row (an object) is expected")
            else:
                yield self._recorded(key, values)

    def _recorded(self, key: str, values: dict[str, Any]) -> ModelClaims:
        return self.reader.record(key, values, lambda: self._row(key, values))

    def _row(self, key: str, values: dict[str, Any]) -> ModelClaims:
        reader, values = self.reader, self.reader.select(values, ROW, key)
        return ModelClaims(
            id=key,
            litellm_provider=reader.text(values, "litellm_provider", key),
            mode=reader.text(values, "mode", key),
            cost=self._prices.read(values, key),
            limits=self._limits_of(values, key),
            capabilities=tuple([capability for name, capability in CAPABILITY_KEYS.items() if values.get(name)]),
            deprecation_date=reader.date(values, "deprecation_date", key),
            page=reader.text(values, "source", key),
        )

    def _limits_of(self, values: dict[str, Any], where: str) -> Limits:
        key = (values.get("max_input_tokens"), values.get("max_output_tokens"))
        return self.reader.once(
            self._limits,
            key,
            lambda: Limits(
                input=self.reader.count(values, "max_input_tokens", where),
                output=self.reader.count(values, "max_output_tokens", where),
            ),
        )
