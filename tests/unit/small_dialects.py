"""A small catalog for the tests of dialects: prices of every state, tiers, plans, oddities; with LiteLLM's own rows."""

from __future__ import annotations

from typing import Any

import orjson

from llmanac.dialects.dialect import Document, Question
from llmanac.ingest.decode.feed import Feed
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.service.editions.served_catalog import ServedEdition

from .small_past import NOON, THIRD, model

TIER = {"input": 6, "output": 30, "tier": {"type": "context", "size": 200_000}}
HOSTS: dict[str, dict[str, Any]] = {
    "openai": {
        "id": "openai",
        "name": "OpenAI",
        "npm": "@ai-sdk/openai",
        "env": ["OPENAI_API_KEY"],
        "doc": "https://openai.example",
        "models": {
            "gpt-5": model(
                name="GPT-5",
                cost={"input": 3, "output": 15, "cache_read": 0.3, "tiers": [TIER]},
                reasoning=True,
                reasoning_options=[{"type": "effort", "values": ["low", "high", None]}, "nonsense"],
                modalities={"input": ["text", "image", "pdf"], "output": ["text"]},
                experimental={"modes": {"fast": {"cost": {"input": 6, "output": 30}, "provider": {"body": {"a": 1}}}}},
                a_new_field={"kept": True},
            ),
            "gpt-5-odd": model(name=None, cost=None, experimental=["nonsense"], reasoning_options={"no": "list"}),
            "text-embedding-3": model(
                name="Embedding", tool_call=False, cost={"input": 0.1, "output": 0}, family="text-embedding"
            ),
        },
    },
    "kilo": {
        "id": "kilo",
        "name": "Kilo",
        "api": "https://kilo.example/v1",
        "npm": "@ai-sdk/openai-compatible",
        "env": ["KILO_KEY"],
        "doc": "https://kilo.example",
        "models": {
            "openai/gpt-5": model(name="GPT-5", cost={"input": 4, "output": 16}, limit={"context": 0, "output": 0}),
            "free-one": model(name="Free One", cost={"input": 0, "output": 0}),
        },
    },
}
ROWS: dict[str, dict[str, Any]] = {
    "sample_spec": {"mode": "one of: chat", "input_cost_per_token": 0},
    "gpt-5": {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 3e-6,
        "output_cost_per_token": 15e-6,
        "input_cost_per_token_batches": 1.5e-6,
        "output_cost_per_token_batches": 7.5e-6,
        "max_input_tokens": 128_000,
        "max_output_tokens": 8_000,
        "supports_vision": True,
        "supports_reasoning": False,
        "a_new_field": [1],
    },
    "whisper-x": {"litellm_provider": "openai", "mode": "audio_transcription", "input_cost_per_second": 1e-4},
}
HALF = {"match": "openai/*", "set": {"discount": 0.5}, "reason": "Contract"}


def served(*rules: dict[str, Any], rows: dict[str, Any] = ROWS) -> ServedEdition:
    """The catalog, with these rules over it."""
    feeds = [
        Feed.of(name="models.dev", origin="seed", date=THIRD.isoformat(), data=orjson.dumps(HOSTS)),
        Feed.of(name="litellm", origin="seed", date=THIRD.isoformat(), data=orjson.dumps(rows)),
    ]
    if rules:
        overlay = Overlay.model_validate({"name": "corp", "rules": rules})
        own = feed_of([DeclaredOverlay(overlay=overlay, author="ann", written_at=NOON)], NOON)
        assert own is not None
        feeds.append(own)
    return ServedEdition(build_overlaid(feeds).edition())


def read(document: Document, catalog: ServedEdition, question: Question | None = None) -> Any:
    """The JSON of a document."""
    return orjson.loads(document.make(catalog, question or document.plain_question()))
