"""The table of dialects. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from llmanac.dialects import (
    ai_gateway,
    anthropic,
    catwalk,
    codex,
    genai_prices,
    inference,
    litellm,
    models_dev,
    openai,
    openrouter,
)
from llmanac.dialects.dialect import Dialect

CONTRACT = inference.DIALECT
"""The contract's dialect, which applies at every path that has no other."""

DIALECTS: tuple[Dialect, ...] = (
    CONTRACT,
    codex.DIALECT,
    anthropic.DIALECT,
    openai.DIALECT,
    models_dev.DIALECT,
    litellm.DIALECT,
    openrouter.DIALECT,
    genai_prices.DIALECT,
    ai_gateway.DIALECT,
    catwalk.DIALECT,
)
"""Every dialect. Of several documents at one address, the first that the client means is the one that it gets."""

EXPORTED = {it.name: it.documents[0] for it in DIALECTS if it.documents and it.documents[0].is_plain}
"""The documents that can be written to a file, by the name of their dialect."""
