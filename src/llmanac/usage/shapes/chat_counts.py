"""The counts of a chat completion, which many vendors report in OpenAI's form, with details of their own."""

from __future__ import annotations

from llmanac.usage.counts import Object, consistent, contradiction, count, part, required
from llmanac.usage.record import UsageCounts


def chat_counts(usage: Object, *, cached: int | None = None, cache_write: int | None = None) -> UsageCounts:
    """The counts of a chat completion; ``cached`` and ``cache_write`` where the vendor states them elsewhere.

    Cached tokens are part of the prompt. Reasoning is part of the completion, unless the total says that it is apart,
    as xAI has it. Embeddings have no completion. Raises UsageFault.
    """
    prompt = required(usage, "prompt_tokens")
    read, made = part(usage, "prompt_tokens_details"), part(usage, "completion_tokens_details")
    total = usage.get("total_tokens")
    reasoning = count(made, "reasoning_tokens")
    if usage.get("completion_tokens") is None and total == prompt:
        completion = 0
    else:
        completion = required(usage, "completion_tokens")
    if total is not None and count(usage, "total_tokens") != prompt + completion:
        if total != prompt + completion + reasoning:
            raise contradiction(f"total_tokens is {total:,}, and prompt and completion are {prompt + completion:,}.")
        completion += reasoning
    return consistent(
        UsageCounts(
            prompt,
            count(read, "cached_tokens") if cached is None else cached,
            count(read, "cache_write_tokens") if cache_write is None else cache_write,
            0,
            0,
            count(read, "audio_tokens"),
            count(read, "image_tokens"),
            completion,
            reasoning,
            count(made, "audio_tokens"),
            count(made, "image_tokens"),
        )
    )
