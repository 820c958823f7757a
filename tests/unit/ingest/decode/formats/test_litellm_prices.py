"""Every price of LiteLLM's map is a rate, a tier, a service, an hour's, or a fee that has its name."""

from __future__ import annotations

import gzip
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from llmanac.domain.peak_hours import WeeklyWindow
from llmanac.domain.pricing import Fee, Rates, Service, Tier
from llmanac.ingest.decode.formats.litellm_prices import (
    BY_PROVIDER,
    DBU_KEY,
    OFF_PEAK,
    OLD_CACHE_READ,
    TIERED,
    PriceReader,
    price_key,
)
from llmanac.ingest.decode.reader import RecordReader
from llmanac.ingest.layer import Cost

FEEDS = sorted((Path(__file__).parents[6] / "shared" / "data").glob("litellm-*.json.gz"))


def read(**values: Any) -> Cost:
    """The prices of a row that leaves nothing out."""
    reader = RecordReader()
    cost = PriceReader(reader).read(values, "row")
    assert reader.rejects == []
    return cost


def rejected(**values: Any) -> list[str]:
    reader = RecordReader()
    PriceReader(reader).read(values, "row")
    return [reject.where for reject in reader.rejects]


def usd(**rates: str) -> Rates:
    return Rates(**{name: Decimal(rate) for name, rate in rates.items()})


def test_a_key_is_a_kind_above_a_size_of_a_service() -> None:
    cost = read(
        input_cost_per_token=4e-6,
        cache_creation_input_token_cost_above_1hr=8e-6,
        cache_creation_input_token_cost_above_12hr=1e-5,
        cache_creation_input_token_cost_above_1hr_above_200k_tokens=1.6e-5,
        cache_creation_input_token_cost_above_12hr_above_272k_tokens_batches=1e-5,
        input_cost_per_image_token_flex=3e-6,
        output_cost_per_token_balanced=1e-6,
        output_cost_per_image_token=3e-5,
    )
    assert cost.rates == usd(input="4", cache_write_1h="8", cache_write_12h="10", output_image="30")
    assert cost.tiers == (Tier(200_000, usd(cache_write_1h="16")),)
    assert cost.services == (
        Service("balanced", usd(output="1")),
        Service("batch", Rates(), (Tier(272_000, usd(cache_write_12h="10")),)),
        Service("flex", usd(input_image="3")),
    )


def test_ranges_of_the_context_are_tiers() -> None:
    ranges = [
        {"range": [0, 256000.0], "input_cost_per_token": 4e-7, "output_cost_per_reasoning_token": 4e-6},
        {"range": [256000.0, 1000000.0], "input_cost_per_token": 1.2e-6, "output_cost_per_reasoning_token": 1.2e-5},
    ]
    cost = read(tiered_pricing=ranges)
    assert cost.rates == usd(input="0.4", reasoning="4")
    assert cost.tiers == (Tier(256_000, usd(input="1.2", reasoning="12")),)
    # Stated beside the ranges, a price is the base
    assert read(input_cost_per_token=3e-7, tiered_pricing=ranges).rates.input == Decimal("0.3")


def test_ranges_of_anything_else_are_fees() -> None:
    cost = read(
        tiered_pricing=[
            {"input_cost_per_query": 0.005, "max_results_range": [0, 25]},
            {"input_cost_per_query": 0.025, "max_results_range": [26, 100]},
        ]
    )
    assert [(fee.unit, fee.price) for fee in cost.fees] == [("query", Decimal("0.005")), ("query", Decimal("0.025"))]


def test_off_peak_rates_are_the_base_as_hosts_list_them() -> None:
    cost = read(
        input_cost_per_token=1.32e-6,
        output_cost_per_token=3.96e-6,
        off_peak_pricing={
            "input_cost_per_token": 6.6e-7,
            "output_cost_per_token": 1.98e-6,
            "weekday_timezone": "Asia/Shanghai",
            "windows": [
                {"hours_utc": ["04:00-06:00", "10:00-00:00"], "weekdays": [1, 2]},
                {"hours_utc": "16:30-00:30"},
            ],
        },
    )
    assert cost.rates == usd(input="0.66", output="1.98")
    assert cost.off_peak is not None
    assert (cost.off_peak.rates, cost.off_peak.peak) == (cost.rates, usd(input="1.32", output="3.96"))
    assert cost.off_peak.windows == (
        WeeklyWindow(start=240, end=360, weekdays=(1, 2), timezone="Asia/Shanghai"),
        WeeklyWindow(start=600, end=1440, weekdays=(1, 2), timezone="Asia/Shanghai"),
        WeeklyWindow(start=990, end=30, timezone="Asia/Shanghai"),
    )


@pytest.mark.parametrize(
    "stated",
    [
        [],
        {},
        {"input_cost_per_token": 1e-7},
        {"input_cost_per_token": 1e-7, "windows": [{"hours_utc": "25:00-01:00"}]},
        {"input_cost_per_token": 1e-7, "windows": [{"hours_utc": "noon"}]},
        {"input_cost_per_token": 1e-7, "windows": [{"hours_utc": "01:00-02:00", "weekdays": [0]}]},
        {"input_cost_per_token": 1e-7, "windows": [{"hours_utc": "01:00-02:00"}], "weekday_timezone": "Mars/Olympus"},
    ],
)
def test_off_peak_hours_that_cannot_be_read_are_left_out_and_counted(stated: Any) -> None:
    assert rejected(input_cost_per_token=1e-6, off_peak_pricing=stated) == ["row: off_peak_pricing"]


@pytest.mark.parametrize(
    "stated", [{}, [7], [{"range": ["x", 1], "input_cost_per_token": 1e-7}], [{"range": [0, 5]}, {}]]
)
def test_ranges_that_cannot_be_read_are_left_out_and_counted(stated: Any) -> None:
    assert rejected(tiered_pricing=stated)[-1] == "row: tiered_pricing"


def test_a_factor_makes_a_service_or_is_that_of_a_region() -> None:
    cost = read(
        input_cost_per_token=5e-6,
        cache_creation_input_token_cost_above_1hr=1e-5,
        provider_specific_entry={"us": 1.1, "fast": 2.0, "free_images": 5, "schema": "titan"},
        regional_processing_uplift_multiplier_eu=1.1,
    )
    assert cost.services == (Service("fast", usd(input="10", cache_write_1h="20")),)
    assert [(fee.name, fee.unit, fee.price) for fee in cost.fees] == [
        ("regional_processing_uplift_multiplier_eu", "factor", Decimal("1.1")),
        ("provider_specific_entry.us", "factor", Decimal("1.1")),
    ]


@pytest.mark.parametrize(
    ("key", "value", "fees"),
    [
        ("output_cost_per_image", 0.04, [Fee("output_cost_per_image", "image", Decimal("0.04"))]),
        ("output_cost_per_image_2K", 0.12, [Fee("output_cost_per_image_2K", "image", Decimal("0.12"))]),
        ("input_cost_per_request", 0.005, [Fee("input_cost_per_request", "request", Decimal("0.005"))]),
        ("input_cost_per_character", 1.5e-5, [Fee("input_cost_per_character", "character", Decimal("0.000015"))]),
        ("output_cost_per_second_1080p", 0.165, [Fee("output_cost_per_second_1080p", "second", Decimal("0.165"))]),
        ("ocr_cost_per_page_batches", 0.002, [Fee("ocr_cost_per_page_batches", "page", Decimal("0.002"))]),
        ("input_cost_per_video_token", 3e-6, [Fee("input_cost_per_video_token", "1,000,000 tokens", Decimal(3))]),
        (
            "file_search_cost_per_gb_per_day",
            0.1,
            [Fee("file_search_cost_per_gb_per_day", "GB and day", Decimal("0.1"))],
        ),
        (
            "search_context_cost_per_query",
            {"search_context_size_low": 0.01, "search_context_size_high": 0.0},
            [Fee("search_context_cost_per_query.search_context_size_low", "search", Decimal("0.01"))],
        ),
        ("output_cost_per_image", 0, []),
        ("input_dbu_cost_per_token", 1e-6, []),
    ],
)
def test_any_other_price_is_a_fee_with_its_unit(key: str, value: Any, fees: list[Fee]) -> None:
    assert list(read(**{key: value}).fees) == fees


def test_a_fee_that_is_no_number_is_counted() -> None:
    assert rejected(output_cost_per_image="cheap") == ["row: output_cost_per_image"]


def test_an_older_key_of_cache_reads_counts_where_the_newer_one_is_missing() -> None:
    assert read(input_cost_per_token_cache_hit=1e-7).rates.cache_read == Decimal("0.1")
    assert read(input_cost_per_token_cache_hit=1e-7, cache_read_input_token_cost=2e-7).rates.cache_read == Decimal(
        "0.2"
    )


@pytest.mark.skipif(not FEEDS, reason="the dated feeds are not beside the project")
@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name.removesuffix(".json.gz"))
def test_no_key_about_money_is_dropped(path: Path) -> None:
    feed = json.loads(gzip.decompress(path.read_bytes()))
    keys = {key for row in feed.values() for key in row if re.search("cost|pric|uplift|fee", key)}
    elsewhere = {TIERED, OFF_PEAK, BY_PROVIDER, OLD_CACHE_READ}
    assert {key for key in keys - elsewhere if price_key(key) is None and not DBU_KEY.fullmatch(key)} == set()
