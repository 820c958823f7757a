"""LiteLLM's spend logs: cached tokens are part of the prompt, for every vendor behind it."""

from __future__ import annotations

from llmanac.usage.counts import Object, contradiction, count, part
from llmanac.usage.record import NotPricedReason, UsageFault, UsageReading
from llmanac.usage.service_tiers import service_of
from llmanac.usage.shapes.chat_counts import chat_counts
from llmanac.usage.shapes.shape import UsageShape

CACHE_KEYS = frozenset({"cache_read_input_tokens", "cache_creation_input_tokens"})
"""Names of Anthropic's that LiteLLM's usage has beside OpenAI's."""


def read(response: Object, usage: Object) -> UsageReading:
    """Read a spend log, or a usage object of LiteLLM's."""
    if response.get("cache_hit") in (True, "True", "true"):
        raise UsageFault(NotPricedReason.NOT_CHARGED, "LiteLLM answered from its own cache.")
    if response.get("status") == "failure":
        raise UsageFault(NotPricedReason.NOT_CHARGED, "The request failed.")
    metadata = response.get("metadata")
    details: Object = metadata if isinstance(metadata, dict) else {}
    stated = details.get("usage_object")
    more = details.get("additional_usage_values")
    source = stated if isinstance(stated, dict) and "prompt_tokens" in stated else usage
    beside: Object = more if isinstance(more, dict) else {}
    cached = count(source, "cache_read_input_tokens") or count(beside, "cache_read_input_tokens")
    written = count(source, "cache_creation_input_tokens") or count(beside, "cache_creation_input_tokens")
    counts = chat_counts(source, cached=cached or None, cache_write=written or None)
    kept = part(part(source, "prompt_tokens_details"), "cache_creation_token_details")
    if hour := count(kept, "ephemeral_1h_input_tokens"):
        if hour > counts.cache_write:
            raise contradiction(f"Of {counts.cache_write:,} tokens written to the cache, {hour:,} are for an hour.")
        counts = counts._replace(cache_write=counts.cache_write - hour, cache_write_1h=hour)
    return UsageReading(counts, service_of(source.get("service_tier") or response.get("service_tier")))


SHAPE = UsageShape(
    "litellm",
    "LiteLLM spend logs",
    lambda response, usage: "prompt_tokens" in usage and ("call_type" in response or not CACHE_KEYS.isdisjoint(usage)),
    read,
)
