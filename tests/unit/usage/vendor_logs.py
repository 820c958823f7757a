"""A request of each vendor as its API reports it, with the counts and the total that were worked out by hand.

The totals are in USD, at the prices of the packaged catalog; the work stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from llmanac.usage.record import UsageCounts

AT = "2026-11-10T12:00:00Z"


@dataclass(frozen=True)
class VendorLine:
    """A line of a log, and how it should be read."""

    shape: str
    offer: str
    line: dict[str, Any]
    counts: UsageCounts
    total: Decimal
    work: str
    service: str = "standard"
    extras: dict[str, int] = field(default_factory=dict)


VENDOR_LINES = (
    VendorLine(
        "openai_chat",
        "openai/gpt-5.4",
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1794312000,
            "model": "gpt-5.4",
            "service_tier": "default",
            "usage": {
                "prompt_tokens": 10_000,
                "completion_tokens": 1_000,
                "total_tokens": 11_000,
                "prompt_tokens_details": {"cached_tokens": 4_000, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 600, "audio_tokens": 0},
            },
        },
        UsageCounts(input=10_000, cache_read=4_000, output=1_000, reasoning=600),
        Decimal("0.031"),
        "6000 x 2.5 + 4000 x 0.25 + 1000 x 15",
    ),
    VendorLine(
        "openai_chat",
        "openai/gpt-5.4",
        {
            "time": AT,
            "model": "gpt-5.4",
            "usage": {
                "prompt_tokens": 300_000,
                "completion_tokens": 1_000,
                "total_tokens": 301_000,
                "prompt_tokens_details": {"cached_tokens": 200_000},
            },
        },
        UsageCounts(input=300_000, cache_read=200_000, output=1_000),
        Decimal("0.6225"),
        "above 272k: 100000 x 5 + 200000 x 0.5 + 1000 x 22.5",
    ),
    VendorLine(
        "openai_chat",
        "openai/gpt-5.4",
        {
            "time": AT,
            "model": "gpt-5.4",
            "service_tier": "flex",
            "usage": {"prompt_tokens": 10_000, "completion_tokens": 1_000, "total_tokens": 11_000},
        },
        UsageCounts(input=10_000, output=1_000),
        Decimal("0.02"),
        "flex: 10000 x 1.25 + 1000 x 7.5",
        service="flex",
    ),
    VendorLine(
        "openai_responses",
        "openai/gpt-4o",
        {
            "id": "resp_1",
            "object": "response",
            "created_at": 1794312000,
            "model": "gpt-4o",
            "output": [{"type": "web_search_call"}, {"type": "web_search_call"}, {"type": "message"}],
            "usage": {
                "input_tokens": 8_000,
                "input_tokens_details": {"cached_tokens": 2_000},
                "output_tokens": 500,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": 8_500,
            },
        },
        UsageCounts(input=8_000, cache_read=2_000, output=500),
        Decimal("0.0225"),
        "6000 x 2.5 + 2000 x 1.25 + 500 x 10",
        extras={"web_search_call": 2},
    ),
    VendorLine(
        "anthropic",
        "anthropic/claude-sonnet-4-5-20250929",
        {
            "timestamp": AT,
            "type": "message",
            "model": "claude-sonnet-4-5-20250929",
            "usage": {
                "input_tokens": 1_000,
                "cache_read_input_tokens": 8_000,
                "cache_creation_input_tokens": 3_000,
                "cache_creation": {"ephemeral_5m_input_tokens": 2_000, "ephemeral_1h_input_tokens": 1_000},
                "output_tokens": 500,
                "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 0},
                "service_tier": "standard",
            },
        },
        UsageCounts(input=12_000, cache_read=8_000, cache_write=2_000, cache_write_1h=1_000, output=500),
        Decimal("0.0264"),
        "1000 x 3 + 8000 x 0.3 + 2000 x 3.75 + 1000 x 6 + 500 x 15",
        extras={"web_search_requests": 3},
    ),
    VendorLine(
        "gemini",
        "google/gemini-2.5-pro",
        {
            "createTime": AT,
            "modelVersion": "gemini-2.5-pro",
            "usageMetadata": {
                "promptTokenCount": 10_000,
                "cachedContentTokenCount": 4_000,
                "candidatesTokenCount": 500,
                "thoughtsTokenCount": 1_500,
                "toolUsePromptTokenCount": 200,
                "totalTokenCount": 12_200,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 10_000}],
                "trafficType": "ON_DEMAND",
            },
        },
        UsageCounts(input=10_200, cache_read=4_000, output=2_000, reasoning=1_500),
        Decimal("0.02825"),
        "6200 x 1.25 + 4000 x 0.125 + 2000 x 10",
    ),
    VendorLine(
        "bedrock",
        "amazon-bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        {
            "time": AT,
            "modelId": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "usage": {
                "inputTokens": 1_000,
                "outputTokens": 400,
                "totalTokens": 8_400,
                "cacheReadInputTokens": 5_000,
                "cacheWriteInputTokens": 2_000,
                "cacheDetails": [{"ttl": "5m", "inputTokens": 2_000}],
            },
        },
        UsageCounts(input=8_000, cache_read=5_000, cache_write=2_000, output=400),
        Decimal("0.0198"),
        "1000 x 3.3 + 5000 x 0.33 + 2000 x 4.125 + 400 x 16.5",
    ),
    VendorLine(
        "deepseek",
        "deepseek/deepseek-chat",
        {
            "created": 1794312000,
            "model": "deepseek-chat",
            "usage": {
                "prompt_tokens": 10_000,
                "completion_tokens": 1_000,
                "total_tokens": 11_000,
                "prompt_tokens_details": {"cached_tokens": 6_000},
                "completion_tokens_details": {"reasoning_tokens": 300},
                "prompt_cache_hit_tokens": 6_000,
                "prompt_cache_miss_tokens": 4_000,
            },
        },
        UsageCounts(input=10_000, cache_read=6_000, output=1_000, reasoning=300),
        Decimal("0.001708"),
        "4000 x 0.28 + 6000 x 0.028 + 1000 x 0.42",
    ),
    VendorLine(
        "openrouter",
        "openrouter/anthropic/claude-sonnet-5",
        {
            "created": 1794312000,
            "model": "anthropic/claude-sonnet-5",
            "provider": "Amazon Bedrock",
            "usage": {
                "prompt_tokens": 5_000,
                "completion_tokens": 300,
                "total_tokens": 5_300,
                "cost": 0.0122,
                "is_byok": False,
                "prompt_tokens_details": {"cached_tokens": 1_000, "cache_write_tokens": 2_000, "audio_tokens": 0},
                "cost_details": {"upstream_inference_cost": None},
                "completion_tokens_details": {"reasoning_tokens": 0},
            },
        },
        UsageCounts(input=5_000, cache_read=1_000, cache_write=2_000, output=300),
        Decimal("0.0122"),
        "2000 x 2 + 1000 x 0.2 + 2000 x 2.5 + 300 x 10",
    ),
    VendorLine(
        "litellm",
        "openai/gpt-4o-mini",
        {
            "request_id": "chatcmpl-2",
            "call_type": "acompletion",
            "spend": 0.000285,
            "total_tokens": 2_100,
            "prompt_tokens": 2_000,
            "completion_tokens": 100,
            "startTime": AT,
            "endTime": "2026-11-10T12:00:01Z",
            "model": "gpt-4o-mini",
            "model_id": "0f1e2d",
            "custom_llm_provider": "openai",
            "cache_hit": "False",
            "metadata": {
                "usage_object": {
                    "prompt_tokens": 2_000,
                    "completion_tokens": 100,
                    "total_tokens": 2_100,
                    "prompt_tokens_details": {"cached_tokens": 1_000},
                }
            },
        },
        UsageCounts(input=2_000, cache_read=1_000, output=100),
        Decimal("0.000285"),
        "1000 x 0.15 + 1000 x 0.075 + 100 x 0.6",
    ),
)
