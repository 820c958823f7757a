"""The catalog of Codex: models that call tools, with what its agent has to know of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Headers, Question
from llmanac.dialects.effort_levels import effort_levels
from llmanac.dialects.error_response import encode_error_with_object
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.records import Capability, ModelKind, Offer
from llmanac.search.query.parameter import Parameter

CLIENT_VERSION = Parameter(name="client_version", type=str, description="Codex's own version, which it sends always")
VARIANT = "codex"

MEDIA = ("text", "image")
"""The kinds of input that Codex knows; any other costs the whole list."""
INSTRUCTIONS = "You are a coding agent. You work in the user's own files, with the tools that you are given."
"""Codex sends them as the model's own; it has none for a model that it does not ship with."""
TRUNCATION: Mapping[str, Any] = {"mode": "tokens", "limit": 10_000}
"""How much of a tool's output Codex passes on: what it ships for its own models."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["models"],
    "properties": {"models": {"type": "array", "items": {"type": "object", "required": ["slug"]}}},
}


def recognise(_headers: Headers, values: Mapping[str, Any]) -> str | None:
    """The variant for Codex, which names its version."""
    return VARIANT if CLIENT_VERSION.name in values else None


def make_list(served: ServedCatalog, _question: Question) -> bytes:
    """The featured models that call tools, in their order, and then those that the organisation added."""
    models = [entry(offer, served, priority) for priority, offer in enumerate(_offers(served), 1)]
    return orjson.dumps({"models": models})


def entry(offer: Offer, served: ServedCatalog, priority: int) -> dict[str, Any]:
    """The entry of an offer, under its models.dev id."""
    levels = effort_levels(offer, served)
    return {
        "slug": offer.id,
        "display_name": offer.name or offer.model,
        "description": None,
        "supported_reasoning_levels": [{"effort": level, "description": level} for level in levels],
        "shell_type": "unified_exec",
        "visibility": "list",
        "supported_in_api": True,
        "priority": priority,
        "support_verbosity": False,
        "truncation_policy": TRUNCATION,
        "context_window": offer.limits.context,
        "max_context_window": offer.limits.context,
        "max_output_tokens": offer.limits.output,
        "experimental_supported_tools": [],
        "input_modalities": [medium for medium in MEDIA if medium in (*offer.modalities.input, "text")],
        "base_instructions": INSTRUCTIONS,
    }


def _offers(served: ServedCatalog) -> Iterator[Offer]:
    added = (offer.id for offer in served.catalog.offers if offer.listed_by == OVERLAYS)
    for id_ in dict.fromkeys((*served.catalog.featured, *added)):
        offer = served.listed(id_)
        if offer is not None and Capability.TOOL_CALL in offer.capabilities and offer.kind is ModelKind.CHAT:
            yield offer


DIALECT = Dialect(
    name="codex",
    client="Codex",
    encode_error=encode_error_with_object,
    documents=(
        Document(
            path=paths.MODELS,
            summary="List models, as Codex reads them",
            description=f"With the parameter `{CLIENT_VERSION.name}` in Codex's shape: the featured models that call "
            "tools, and those that overlays add.",
            schema=SCHEMA,
            make=make_list,
            parameters=(CLIENT_VERSION,),
            variant=recognise,
        ),
    ),
)
