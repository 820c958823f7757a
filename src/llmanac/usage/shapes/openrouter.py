"""OpenRouter: a chat completion that says what it cost; models are named by their labs, and OpenRouter serves them."""

from __future__ import annotations

from llmanac.usage.counts import Object, tools
from llmanac.usage.record import HostHint, NotPricedReason, UsageFault, UsageReading
from llmanac.usage.service_tiers import service_of
from llmanac.usage.shapes.chat_counts import chat_counts
from llmanac.usage.shapes.shape import UsageShape


def read(response: Object, usage: Object) -> UsageReading:
    """Read a chat completion of OpenRouter's."""
    if usage.get("is_byok") is True:
        raise UsageFault(NotPricedReason.OWN_KEY, "OpenRouter passed it on with a key of one's own, to be paid there.")
    used = usage.get("server_tool_use")
    extras = tools(used, *used) if isinstance(used, dict) and used else ()
    return UsageReading(chat_counts(usage), service_of(response.get("service_tier")), extras)


SHAPE = UsageShape(
    "openrouter",
    "OpenRouter",
    lambda _, usage: "prompt_tokens" in usage and "cost" in usage and not usage.isdisjoint({"is_byok", "cost_details"}),
    read,
    HostHint("openrouter", is_sure=True),
)
