"""Anthropic messages: what is read from and written to the cache is apart from the input; thinking is output."""

from __future__ import annotations

from llmanac.usage.counts import Object, contradiction, count, part, required, tools
from llmanac.usage.record import Extras, UsageCounts, UsageReading
from llmanac.usage.service_tiers import service_of
from llmanac.usage.shapes.shape import UsageShape

ANYWHERE = frozenset({"global", "not_available", ""})
"""Places of inference that cost nothing more."""


def read(response: Object, usage: Object) -> UsageReading:
    """Read a message."""
    fresh, output = required(usage, "input_tokens"), required(usage, "output_tokens")
    cache_read, written = count(usage, "cache_read_input_tokens"), count(usage, "cache_creation_input_tokens")
    hour = 0
    kept = part(usage, "cache_creation")
    if kept:
        minutes, hour = count(kept, "ephemeral_5m_input_tokens"), count(kept, "ephemeral_1h_input_tokens")
        if "cache_creation_input_tokens" in usage and minutes + hour != written:
            raise contradiction(f"cache_creation has {minutes + hour:,} tokens, and the sum of it is {written:,}.")
        written = minutes + hour
    whole = fresh + cache_read + written
    total = usage.get("total_tokens")
    if total is not None and count(usage, "total_tokens") != whole + output:
        raise contradiction(f"total_tokens is {total:,}, and its parts are {whole + output:,}.")
    counts = UsageCounts(whole, cache_read, written - hour, hour, 0, 0, 0, output)
    return UsageReading(counts, _service(response, usage), _extras(usage))


def _service(response: Object, usage: Object) -> str:
    """The service; a request at a higher speed is one of its own."""
    speed = usage.get("speed")
    if speed is not None and speed != "standard":
        return service_of(speed)
    return service_of(usage.get("service_tier") or response.get("service_tier"))


def _extras(usage: Object) -> Extras:
    used = usage.get("server_tool_use")
    extras = tools(used, *used) if isinstance(used, dict) and used else ()
    place = usage.get("inference_geo")
    return extras if not isinstance(place, str) or place in ANYWHERE else (*extras, (f"inference_geo {place[:20]}", 1))


SHAPE = UsageShape(
    "anthropic",
    "Anthropic messages",
    lambda _, usage: "input_tokens" in usage and "output_tokens" in usage,
    read,
)
