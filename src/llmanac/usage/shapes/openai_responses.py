"""OpenAI responses, and images: cached tokens and reasoning are parts of the wholes."""

from __future__ import annotations

from collections import Counter

from llmanac.usage.counts import Object, consistent, contradiction, count, part, required
from llmanac.usage.record import Extras, UsageCounts, UsageReading
from llmanac.usage.service_tiers import service_of
from llmanac.usage.shapes.shape import UsageShape

TOOL_CALLS = frozenset(
    {"web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "computer_call"}
)
"""Items of the output that may be charged by use."""


def read(response: Object, usage: Object) -> UsageReading:
    """Read a response."""
    total_input, output = required(usage, "input_tokens"), required(usage, "output_tokens")
    if usage.get("total_tokens") is not None and count(usage, "total_tokens") != total_input + output:
        raise contradiction(f"total_tokens is {usage['total_tokens']:,}, and its parts are {total_input + output:,}.")
    of_input, of_output = part(usage, "input_tokens_details"), part(usage, "output_tokens_details")
    counts = UsageCounts(
        total_input,
        count(of_input, "cached_tokens"),
        count(of_input, "cache_write_tokens"),
        0,
        0,
        count(of_input, "audio_tokens"),
        count(of_input, "image_tokens"),
        output,
        count(of_output, "reasoning_tokens"),
        count(of_output, "audio_tokens"),
        count(of_output, "image_tokens"),
    )
    return UsageReading(consistent(counts), service_of(response.get("service_tier")), _tools(response.get("output")))


def _tools(output: object) -> Extras:
    if not isinstance(output, list):
        return ()
    kinds = Counter(item.get("type") for item in output if isinstance(item, dict) and isinstance(item.get("type"), str))
    return tuple((str(kind), number) for kind, number in kinds.items() if kind in TOOL_CALLS)


SHAPE = UsageShape(
    "openai_responses",
    "OpenAI responses",
    lambda _, usage: (
        "input_tokens" in usage
        and not usage.isdisjoint({"total_tokens", "input_tokens_details"})
        and usage.isdisjoint({"cache_read_input_tokens", "cache_creation_input_tokens"})
    ),
    read,
)
