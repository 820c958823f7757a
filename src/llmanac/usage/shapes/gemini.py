"""Gemini: cached content is part of the prompt; thoughts and the prompts of tools are apart."""

from __future__ import annotations

from collections.abc import Mapping

from llmanac.usage.counts import Object, consistent, contradiction, count
from llmanac.usage.record import STANDARD, Extras, HostHint, NotPricedReason, UsageCounts, UsageFault, UsageReading
from llmanac.usage.shapes.shape import UsageShape

SERVICES = {
    "ON_DEMAND": STANDARD,
    "TRAFFIC_TYPE_UNSPECIFIED": STANDARD,
    "STANDARD": STANDARD,
    "ON_DEMAND_FLEX": "flex",
    "FLEX": "flex",
    "ON_DEMAND_PRIORITY": "priority",
    "PRIORITY": "priority",
}
"""Services by ``trafficType`` and ``serviceTier``."""
SPELLINGS = {
    "prompt_token_count": "promptTokenCount",
    "cached_content_token_count": "cachedContentTokenCount",
    "candidates_token_count": "candidatesTokenCount",
    "thoughts_token_count": "thoughtsTokenCount",
    "tool_use_prompt_token_count": "toolUsePromptTokenCount",
    "total_token_count": "totalTokenCount",
    "prompt_tokens_details": "promptTokensDetails",
    "cache_tokens_details": "cacheTokensDetails",
    "candidates_tokens_details": "candidatesTokensDetails",
    "tool_use_prompt_tokens_details": "toolUsePromptTokensDetails",
    "traffic_type": "trafficType",
    "service_tier": "serviceTier",
    "token_count": "tokenCount",
}
"""The names of the API, by those of its Python library."""


def read(_: Object, usage: Object) -> UsageReading:
    """Read the usage metadata of a generated content."""
    if "prompt_token_count" in usage or "total_token_count" in usage:
        usage = {SPELLINGS.get(name, name): value for name, value in usage.items()}
    prompt, tools = count(usage, "promptTokenCount"), count(usage, "toolUsePromptTokenCount")
    made, thoughts = count(usage, "candidatesTokenCount"), count(usage, "thoughtsTokenCount")
    if usage.get("promptTokenCount") is None and not tools:
        raise UsageFault(NotPricedReason.MISSING_COUNT, "promptTokenCount is missing.")
    total = usage.get("totalTokenCount")
    if total is not None and count(usage, "totalTokenCount") != prompt + tools + made + thoughts:
        raise contradiction(f"totalTokenCount is {total:,}, and its parts are {prompt + tools + made + thoughts:,}.")
    read_, cached = _by_modality(usage, "promptTokensDetails"), _by_modality(usage, "cacheTokensDetails")
    of_tools, written = (
        _by_modality(usage, "toolUsePromptTokensDetails"),
        _by_modality(usage, "candidatesTokensDetails"),
    )
    counts = UsageCounts(
        prompt + tools,
        count(usage, "cachedContentTokenCount"),
        0,
        0,
        0,
        # What is cached of them is charged as a cache read.
        max(0, read_.get("AUDIO", 0) - cached.get("AUDIO", 0)) + of_tools.get("AUDIO", 0),
        max(0, read_.get("IMAGE", 0) - cached.get("IMAGE", 0)) + of_tools.get("IMAGE", 0),
        made + thoughts,
        thoughts,
        written.get("AUDIO", 0),
        written.get("IMAGE", 0),
    )
    return UsageReading(consistent(counts), _service(usage), _extras(cached))


def _by_modality(usage: Object, name: str) -> Mapping[str, int]:
    """The tokens of a list of details, by their modality."""
    details = usage.get(name)
    if not details:
        return {}
    if not isinstance(details, list):
        raise UsageFault(NotPricedReason.BAD_COUNT, f"{name} is no list.")
    found: dict[str, int] = {}
    for item in details:
        if not isinstance(item, dict) or not isinstance(item.get("modality"), str):
            raise UsageFault(NotPricedReason.BAD_COUNT, f"{name} has an item without a modality.")
        modality = item["modality"].rpartition(".")[2].upper()
        found[modality] = found.get(modality, 0) + count(item, "tokenCount" if "tokenCount" in item else "token_count")
    return found


def _service(usage: Object) -> str:
    named = usage.get("trafficType") or usage.get("serviceTier")
    if named is None:
        return STANDARD
    name = str(named).rpartition(".")[2]
    return SERVICES.get(name.upper(), name.lower()[:40])


def _extras(cached: Mapping[str, int]) -> Extras:
    """Cached audio, which some hosts charge more for than for cached text."""
    return (("cached_audio_tokens", cached["AUDIO"]),) if cached.get("AUDIO") else ()


SHAPE = UsageShape(
    "gemini",
    "Gemini generateContent",
    lambda _, usage: (
        not usage.isdisjoint({"promptTokenCount", "totalTokenCount", "prompt_token_count", "total_token_count"})
    ),
    read,
    HostHint("google"),
)
