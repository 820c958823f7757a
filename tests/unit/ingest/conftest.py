"""Feeds of a few records, for expectations about single ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from llmanac.ingest.content.document import read_document
from llmanac.ingest.decode.formats import litellm, modelsdev
from llmanac.ingest.layer import Layer, ModelClaims

PROVIDER = {
    "id": "acme",
    "name": "Acme",
    "npm": "@ai-sdk/openai-compatible",
    "api": "https://api.acme.example/v1",
    "doc": "https://acme.example/models",
    "env": ["ACME_API_KEY"],
}
MODEL = {
    "name": "Model",
    "family": "model",
    "attachment": False,
    "reasoning": False,
    "tool_call": True,
    "open_weights": False,
    "release_date": "2026-01-02",
    "last_updated": "2026-01-02",
    "modalities": {"input": ["text"], "output": ["text"]},
    "limit": {"context": 128000, "output": 8000},
    "cost": {"input": 1, "output": 2},
}
"""A record without rejects."""


def feed_of(models: dict[str, Any], **provider: Any) -> bytes:
    """An ``api.json`` with the one provider ``acme``."""
    return orjson.dumps({"acme": {**PROVIDER, **provider, "models": models}})


Decode = Callable[..., tuple[ModelClaims, Layer]]


@pytest.fixture
def decode_model() -> Decode:
    """Decodes the model ``acme/model``, in which the given fields differ; a value of ... leaves a field out."""

    def decode(**changes: Any) -> tuple[ModelClaims, Layer]:
        fields = {key: value for key, value in {**MODEL, **changes}.items() if value is not ...}
        layer = modelsdev.decode(read_document(feed_of({"model": fields})))
        return layer.providers[0].models[0], layer

    return decode


DecodeRow = Callable[..., tuple[ModelClaims, Layer]]


@pytest.fixture
def decode_row() -> DecodeRow:
    """Decodes LiteLLM's row ``acme/model`` of the given fields."""

    def decode(**fields: Any) -> tuple[ModelClaims, Layer]:
        layer = litellm.decode(
            read_document(orjson.dumps({"acme/model": {"litellm_provider": "acme", "mode": "chat", **fields}}))
        )
        return layer.models[0], layer

    return decode
