"""DeepSeek: the prompt is what the cache hit and what it missed; reasoning is part of the completion."""

from __future__ import annotations

from llmanac.usage.counts import Object, contradiction, required
from llmanac.usage.record import HostHint, UsageReading
from llmanac.usage.shapes.chat_counts import chat_counts
from llmanac.usage.shapes.shape import UsageShape


def read(_: Object, usage: Object) -> UsageReading:
    """Read a chat completion of DeepSeek's."""
    hit, missed = required(usage, "prompt_cache_hit_tokens"), required(usage, "prompt_cache_miss_tokens")
    counts = chat_counts(usage, cached=hit)
    if hit + missed != counts.input:
        raise contradiction(f"The cache hit {hit:,} and missed {missed:,} tokens, of {counts.input:,} of the prompt.")
    return UsageReading(counts)


SHAPE = UsageShape(
    "deepseek",
    "DeepSeek chat completions",
    lambda _, usage: not usage.isdisjoint({"prompt_cache_hit_tokens", "prompt_cache_miss_tokens"}),
    read,
    HostHint("deepseek"),
)
