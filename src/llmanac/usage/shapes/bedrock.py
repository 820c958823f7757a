"""Bedrock Converse: what is read from and written to the cache is apart from the input."""

from __future__ import annotations

from llmanac.usage.counts import Object, contradiction, count, required
from llmanac.usage.record import HostHint, NotPricedReason, UsageCounts, UsageFault, UsageReading
from llmanac.usage.service_tiers import service_of
from llmanac.usage.shapes.shape import UsageShape

HOUR = "1h"


def read(response: Object, usage: Object) -> UsageReading:
    """Read a Converse response."""
    fresh, output = required(usage, "inputTokens"), required(usage, "outputTokens")
    cache_read, written = count(usage, "cacheReadInputTokens"), count(usage, "cacheWriteInputTokens")
    hour = _written_for_an_hour(usage, written)
    whole, total = fresh + cache_read + written, usage.get("totalTokens")
    if total is not None and count(usage, "totalTokens") not in {whole + output, fresh + output}:
        raise contradiction(f"totalTokens is {total:,}, and its parts are {whole + output:,}.")
    tier = response.get("serviceTier")
    service = service_of(tier.get("type") if isinstance(tier, dict) else tier)
    return UsageReading(UsageCounts(whole, cache_read, written - hour, hour, 0, 0, 0, output), service)


def _written_for_an_hour(usage: Object, written: int) -> int:
    details = usage.get("cacheDetails") or ()
    if not isinstance(details, list | tuple) or not all(isinstance(item, dict) for item in details):
        raise UsageFault(NotPricedReason.BAD_COUNT, "cacheDetails is no list of objects.")
    by_time = [(item.get("ttl"), count(item, "inputTokens")) for item in details]
    if by_time and sum(number for _, number in by_time) != written:
        raise contradiction(
            f"cacheDetails are {sum(number for _, number in by_time):,} tokens, of {written:,} written."
        )
    return sum(number for ttl, number in by_time if ttl == HOUR)


SHAPE = UsageShape(
    "bedrock",
    "Bedrock Converse",
    lambda _, usage: "inputTokens" in usage or "outputTokens" in usage,
    read,
    HostHint("amazon-bedrock"),
)
