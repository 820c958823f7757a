"""OpenAI chat completions, as many other hosts report them: cached tokens and reasoning are parts of the wholes."""

from __future__ import annotations

from llmanac.usage.counts import Object, tools
from llmanac.usage.record import UsageReading
from llmanac.usage.service_tiers import service_of
from llmanac.usage.shapes.chat_counts import chat_counts
from llmanac.usage.shapes.shape import UsageShape


def read(response: Object, usage: Object) -> UsageReading:
    """Read a chat completion, or embeddings."""
    tier = response.get("service_tier") or usage.get("service_tier")
    return UsageReading(
        chat_counts(usage), service_of(tier), tools(usage, "num_search_queries", "num_sources_used", "citation_tokens")
    )


SHAPE = UsageShape("openai_chat", "OpenAI chat completions", lambda _, usage: "prompt_tokens" in usage, read)
