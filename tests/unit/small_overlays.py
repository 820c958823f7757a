"""A small catalog with the organisation's word: three offers of a host, one of LiteLLM's, and one of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import build_overlaid

from .small_past import THIRD, litellm, model, models_dev

NOW = datetime(2026, 7, 10, tzinfo=UTC)

RULES: list[dict[str, Any]] = [
    {
        "match": "acme/*",
        "set": {"tags": "contract", "regions": "eu", "retention_days": 30, "trains_on_data": False, "discount": 0.5},
        "reason": "Agreement",
        "valid_until": "2027-12-31",
    },
    {
        "match": "acme/alpha",
        "set": {"rates": {"input": 1}, "aliases": "work-horse", "approved": True, "owner": "platform"},
        "reason": "Negotiated",
    },
    {
        "match": ["acme/beta", "acme/gamma"],
        "set": {"aliases": "+shared", "approved": False, "successor": "acme/alpha", "status": "deprecated"},
        "reason": "No agreement",
    },
    {"match": "openai/gpt-x", "set": {"tags": "rare", "aliases": "rarity"}, "reason": "Seldom asked for"},
    {"add_host": {"id": "rack", "name": "Our rack"}, "reason": "Our machines"},
    {"add": {"id": "rack/own", "like": "acme/alpha"}, "set": {"rates": {"input": 0.1}}, "reason": "Our own"},
]


def overlaid_edition(*rules: dict[str, Any]) -> Edition:
    """The small catalog with these rules over it, or with all of RULES; their author is Ann."""
    overlay = Overlay.model_validate({"name": "corp", "rules": rules or RULES})
    own = feed_of([DeclaredOverlay(overlay=overlay, author="ann", written_at=NOW)], NOW)
    assert own is not None
    return build_overlaid([models_dev(THIRD, alpha=model(), beta=model(), gamma=model()), litellm(), own]).edition()
