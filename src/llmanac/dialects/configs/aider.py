"""aider's metadata of models: LiteLLM's rows, found by exactly the id that is called."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from llmanac.dialects.configs.config import Config
from llmanac.dialects.configs.hosts import host_of, litellm_route
from llmanac.dialects.litellm_figures import new_row
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.records import ModelKind, Offer

CODING = frozenset({ModelKind.CHAT, ModelKind.COMPLETION})
"""The kinds of models that aider talks to."""


def make(offers: Sequence[Offer], served: ServedCatalog) -> bytes:
    """A row for each id that LiteLLM calls."""
    keys = [key(offer, served) for offer in offers]
    rows = {name: new_row(offer, name) for name, offer in zip(keys, offers, strict=True)}
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def omission(offer: Offer, served: ServedCatalog) -> str | None:
    """Why aider has no use for an offer."""
    if offer.kind not in CODING:
        return "no chat"
    return None if litellm_route(offer, host_of(offer, served)) else "LiteLLM has no way to it"


def key(offer: Offer, served: ServedCatalog) -> str:
    """The id that aider calls."""
    route = litellm_route(offer, host_of(offer, served))
    return route.id if route else offer.id


CONFIG = Config(
    name="aider",
    client="aider",
    file_name=".aider.model.metadata.json",
    media_type="application/json",
    omission=omission,
    key=key,
    make=make,
)
