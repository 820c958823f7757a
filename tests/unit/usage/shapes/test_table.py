"""Each vendor's usage is recognised by its own shape, and read as the vendor means it."""

from __future__ import annotations

from typing import Any

import pytest
from genai_prices import extract_usage

from llmanac.usage.logs.vendor_lines import VendorLines
from llmanac.usage.record import NotPricedReason, UsageCounts, UsageFault, UsageRecord
from llmanac.usage.shapes.table import SHAPES

from ..vendor_logs import AT, VENDOR_LINES, VendorLine

GENAI_FLAVORS = {
    "openai_chat": ("openai", "chat"),
    "openai_responses": ("openai", "responses"),
    "anthropic": ("anthropic", "default"),
    "gemini": ("google", "default"),
    "bedrock": ("aws", "default"),
    "deepseek": ("deepseek", "chat"),
    "openrouter": ("openrouter", "chat"),
}
"""The provider and the API by which genai-prices reads each shape; it reads no spend logs."""
GENAI_FIELDS = {
    "input": "input_tokens",
    "cache_read": "cache_read_tokens",
    "output": "output_tokens",
    "reasoning": "output_reasoning_tokens",
}


def read(line: dict[str, Any]) -> UsageRecord:
    return VendorLines().read(line)


def counts_of(usage: dict[str, Any], **more: Any) -> UsageCounts:
    return read({"time": AT, "model": "m", "usage": usage, **more}).reading.counts


def reason_of(usage: dict[str, Any], **more: Any) -> NotPricedReason:
    with pytest.raises(UsageFault) as fault:
        counts_of(usage, **more)
    return fault.value.why.reason


@pytest.mark.parametrize("vendor", VENDOR_LINES, ids=lambda it: f"{it.shape} {it.work}")
def test_a_line_is_read_as_its_vendor_means_it(vendor: VendorLine) -> None:
    record = read(vendor.line)
    assert record.shape == vendor.shape
    assert record.reading.counts == vendor.counts
    assert record.reading.service == vendor.service
    assert dict(record.reading.extras) == vendor.extras


def test_every_shape_is_among_them() -> None:
    assert {vendor.shape for vendor in VENDOR_LINES} == {shape.name for shape in SHAPES}


@pytest.mark.parametrize("vendor", [it for it in VENDOR_LINES if it.shape in GENAI_FLAVORS], ids=lambda it: it.work)
def test_genai_prices_reads_the_same(vendor: VendorLine) -> None:
    provider, flavor = GENAI_FLAVORS[vendor.shape]
    line = {"model": vendor.line.get("modelId"), **vendor.line}
    theirs = vars(extract_usage(line, provider_id=provider, api_flavor=flavor).usage)
    assert {name: getattr(vendor.counts, name) for name in GENAI_FIELDS} == {
        name: theirs.get(field) or 0 for name, field in GENAI_FIELDS.items()
    }
    written = vendor.counts.cache_write + vendor.counts.cache_write_1h
    assert written == (theirs.get("cache_write_tokens") or 0)
    assert vendor.counts.cache_write_1h == (theirs.get("cache_write_1h_tokens") or 0)


class TestConventions:
    def test_reasoning_beside_the_completion_is_added_where_the_total_says_so(self) -> None:
        usage = {
            "prompt_tokens": 100,
            "completion_tokens": 10,
            "total_tokens": 160,
            "completion_tokens_details": {"reasoning_tokens": 50},
        }
        assert counts_of(usage) == UsageCounts(input=100, output=60, reasoning=50)

    def test_embeddings_have_no_completion(self) -> None:
        assert counts_of({"prompt_tokens": 8, "total_tokens": 8}) == UsageCounts(input=8)

    def test_the_python_library_of_gemini_spells_names_its_own_way(self) -> None:
        usage = {
            "prompt_token_count": 10,
            "candidates_token_count": 5,
            "thoughts_token_count": 2,
            "total_token_count": 17,
        }
        record = read({"time": AT, "model": "gemini-2.5-flash", "usage_metadata": usage})
        assert record.reading.counts == UsageCounts(input=10, output=7, reasoning=2)
        assert record.host == "google"

    def test_audio_of_gemini_that_is_cached_is_a_cache_read_and_named(self) -> None:
        usage = {
            "promptTokenCount": 100,
            "cachedContentTokenCount": 60,
            "candidatesTokenCount": 1,
            "totalTokenCount": 101,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 20}, {"modality": "AUDIO", "tokenCount": 80}],
            "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 60}],
        }
        record = read({"time": AT, "model": "gemini-2.5-flash", "usageMetadata": usage})
        assert record.reading.counts == UsageCounts(input=100, cache_read=60, input_audio=20, output=1)
        assert record.reading.extras == (("cached_audio_tokens", 60),)

    @pytest.mark.parametrize(
        ("traffic", "service"),
        [("ON_DEMAND", "standard"), ("ON_DEMAND_FLEX", "flex"), ("PROVISIONED_THROUGHPUT", "provisioned_throughput")],
    )
    def test_the_traffic_of_vertex_is_a_service(self, traffic: str, service: str) -> None:
        usage = {"promptTokenCount": 1, "totalTokenCount": 1, "trafficType": traffic}
        assert read({"time": AT, "model": "m", "usageMetadata": usage}).reading.service == service

    def test_the_output_of_a_batch_is_a_batch(self) -> None:
        usage = {"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10}
        body = {"model": "gpt-4o", "created": 1794312000, "usage": usage}
        line = {"id": "b", "custom_id": "1", "response": {"status_code": 200, "body": body}, "error": None}
        assert read(line).reading.service == "batch"

    def test_a_batch_of_anthropic_says_so_itself(self) -> None:
        usage = {"input_tokens": 1, "output_tokens": 1, "service_tier": "batch"}
        line = {
            "custom_id": "1",
            "time": AT,
            "result": {"type": "succeeded", "message": {"model": "c", "usage": usage}},
        }
        assert read(line).reading.service == "batch"

    def test_a_higher_speed_is_a_service(self) -> None:
        usage = {"input_tokens": 1, "output_tokens": 1, "service_tier": "standard", "speed": "fast"}
        assert read({"time": AT, "model": "c", "usage": usage}).reading.service == "fast"

    def test_a_cache_of_an_hour_behind_litellm_is_told_from_one_of_minutes(self) -> None:
        usage = {
            "prompt_tokens": 100,
            "completion_tokens": 1,
            "total_tokens": 101,
            "cache_creation_input_tokens": 50,
            "prompt_tokens_details": {"cache_creation_token_details": {"ephemeral_1h_input_tokens": 20}},
        }
        assert counts_of(usage) == UsageCounts(input=100, cache_write=30, cache_write_1h=20, output=1)


class TestBadCounts:
    @pytest.mark.parametrize("value", [-1, 1.5, "7", True, [], {}, float("inf")])
    def test_a_count_that_is_none(self, value: object) -> None:
        assert reason_of({"prompt_tokens": value, "completion_tokens": 1}) is NotPricedReason.BAD_COUNT

    @pytest.mark.parametrize(
        "usage",
        [
            {"prompt_tokens": 10**9 + 1, "completion_tokens": 1},
            {"inputTokens": 1, "outputTokens": 10**30},
        ],
    )
    def test_a_count_that_no_request_has(self, usage: dict[str, Any]) -> None:
        assert reason_of(usage) is NotPricedReason.HUGE_COUNT

    @pytest.mark.parametrize(
        "usage",
        [
            {"prompt_tokens": 1},
            {"prompt_tokens": 1, "completion_tokens": None, "total_tokens": 3},
            {"inputTokens": 1},
            {"prompt_cache_hit_tokens": 1, "prompt_tokens": 1, "completion_tokens": 0},
        ],
    )
    def test_a_count_that_is_missing(self, usage: dict[str, Any]) -> None:
        assert reason_of(usage) is NotPricedReason.MISSING_COUNT

    @pytest.mark.parametrize(
        "usage",
        [
            {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 11}},
            {"prompt_tokens": 10, "completion_tokens": 1, "completion_tokens_details": {"reasoning_tokens": 2}},
            {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 12},
            {"input_tokens": 10, "output_tokens": 1, "total_tokens": 12, "input_tokens_details": {}},
            {
                "input_tokens": 1,
                "output_tokens": 1,
                "cache_creation_input_tokens": 5,
                "cache_creation": {"ephemeral_5m_input_tokens": 4},
            },
            {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 3},
            {"inputTokens": 1, "outputTokens": 1, "totalTokens": 3},
            {
                "inputTokens": 1,
                "outputTokens": 1,
                "cacheWriteInputTokens": 5,
                "cacheDetails": [{"ttl": "1h", "inputTokens": 4}],
            },
            {"prompt_tokens": 10, "completion_tokens": 1, "prompt_cache_hit_tokens": 3, "prompt_cache_miss_tokens": 3},
        ],
    )
    def test_counts_that_contradict_each_other(self, usage: dict[str, Any]) -> None:
        if "promptTokenCount" in usage:
            with pytest.raises(UsageFault) as fault:
                read({"time": AT, "model": "m", "usageMetadata": usage})
            assert fault.value.why.reason is NotPricedReason.CONTRADICTORY_COUNTS
        else:
            assert reason_of(usage) is NotPricedReason.CONTRADICTORY_COUNTS

    @pytest.mark.parametrize("usage", [{}, {"tokens": 5}, {"input": 1, "output": 2}])
    def test_a_usage_of_no_known_shape(self, usage: dict[str, Any]) -> None:
        assert reason_of(usage) is NotPricedReason.UNKNOWN_SHAPE

    def test_what_nobody_charged_for(self) -> None:
        usage = {"prompt_tokens": 1, "completion_tokens": 1}
        with pytest.raises(UsageFault) as fault:
            read({"call_type": "completion", "cache_hit": "True", "model": "m", "startTime": AT, **usage})
        assert fault.value.why.reason is NotPricedReason.NOT_CHARGED
        assert reason_of({**usage, "cost": 0, "is_byok": True}) is NotPricedReason.OWN_KEY


def test_shapes_are_tried_from_the_most_telling_on() -> None:
    names = [shape.name for shape in SHAPES]
    assert names.index("openai_chat") > max(map(names.index, ("litellm", "openrouter", "deepseek")))
