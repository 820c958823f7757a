from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest

from llmanac.domain.feed import LITELLM, MODELS_DEV
from llmanac.ingest.decode.sources import SOURCES, EntryLayout, SourceFormat
from llmanac.ingest.guard.quarantine import presence, quarantine
from llmanac.ingest.guard.rules import Anomaly, GuardRule

SERVED = {
    "host": {
        "id": "host",
        "api": "https://host.example",
        "models": {
            "one": {"name": "One", "cost": {"input": 1, "output": 2}, "note": "kept"},
            "two": {"name": "Two", "cost": {"input": 3}},
        },
    },
}
ROWS = {"a/one": {"litellm_provider": "a", "input_cost_per_token": 1e-6, "max_input_tokens": 10}}


def anomaly(rule: GuardRule, entry: str) -> Anomaly:
    return Anomaly(rule=rule, entry=entry, detail="", key="")


def copied(content: object) -> dict[str, Any]:
    """Another object of the same JSON."""
    copy: dict[str, Any] = orjson.loads(orjson.dumps(content))
    return copy


def held(
    newer: object, *anomalies: Anomaly, served: object = SERVED, source: SourceFormat = SOURCES[MODELS_DEV]
) -> Any:
    compressed = quarantine(source, copied(newer), served=copied(served), anomalies=anomalies)
    return None if compressed is None else orjson.loads(gzip.decompress(compressed.data))


def newer(**changes: object) -> dict[str, Any]:
    """The served feed with other values in host/one."""
    content = copied(SERVED)
    content["host"]["models"]["one"].update(changes)
    return content


def test_a_jump_holds_the_price_and_nothing_else() -> None:
    content = newer(cost={"input": 100, "output": 200}, name="Uno")

    assert held(content, anomaly(GuardRule.JUMPED, "host/one")) == newer(name="Uno")


@pytest.mark.parametrize("unreadable", [[], None, "gone"])
def test_an_odd_price_of_an_entry_that_could_not_be_read_is_left_out(unreadable: object) -> None:
    served = newer()
    served["host"]["models"]["one"] = unreadable
    content = newer(cost={"input": 270_000})

    assert "cost" not in held(content, anomaly(GuardRule.ABSURD, "host/one"), served=served)["host"]["models"]["one"]


def test_a_jump_of_litellms_holds_every_price_of_the_row() -> None:
    row = {"litellm_provider": "a", "input_cost_per_token": 1, "cache_read_input_token_cost": 2, "max_input_tokens": 20}

    assert held({"a/one": row}, anomaly(GuardRule.JUMPED, "a/one"), served=ROWS, source=SOURCES[LITELLM]) == {
        "a/one": {"litellm_provider": "a", "input_cost_per_token": 1e-6, "max_input_tokens": 20}
    }


@pytest.mark.parametrize(
    ("key", "price"),
    [
        ("tiered_pricing", [{"range": [0, 1000], "input_cost_per_token": 1}]),
        ("off_peak_pricing", {"input_cost_per_token": 1}),
        ("provider_specific_entry", {"fast": 60}),
        ("regional_processing_uplift_multiplier_eu", 11),
    ],
)
def test_a_jump_of_litellms_holds_prices_under_keys_that_do_not_say_cost(key: str, price: object) -> None:
    row = {**ROWS["a/one"], key: price, "max_input_tokens": 20}

    assert held({"a/one": row}, anomaly(GuardRule.JUMPED, "a/one"), served=ROWS, source=SOURCES[LITELLM]) == {
        "a/one": {**ROWS["a/one"], "max_input_tokens": 20}
    }


def test_a_jump_in_an_experimental_mode_holds_its_price() -> None:
    def modes(price: float) -> dict[str, Any]:
        return {"modes": {"fast": {"cost": {"input": price}}}}

    content, served = newer(experimental=modes(100), name="Uno"), newer(experimental=modes(1))

    assert held(content, anomaly(GuardRule.JUMPED, "host/one"), served=served) == newer(
        experimental=modes(1), name="Uno"
    )


def test_what_vanished_holds_the_record() -> None:
    content = newer(name=7, note="new")
    content["host"]["models"]["three"] = {}

    expected = newer()
    expected["host"]["models"]["three"] = {}
    assert held(content, anomaly(GuardRule.VANISHED, "host/one")) == expected


def test_a_look_alike_is_left_out() -> None:
    content = newer(note="new")
    content["host"]["models"]["ONE"] = {}

    assert held(content, anomaly(GuardRule.LOOKALIKE, "host/ONE")) == newer(note="new")


def test_a_look_alike_host_is_left_out_with_its_models() -> None:
    content = newer(note="new")
    content["HOST"] = {"models": {"one": {}}}

    anomalies = anomaly(GuardRule.LOOKALIKE, "HOST/one"), anomaly(GuardRule.LOOKALIKE, "HOST")
    assert held(content, *anomalies) == newer(note="new")


@pytest.mark.parametrize("host", ["gone", None, [], {}, {"models": 7}])
def test_a_host_that_cannot_be_read_is_put_together_again(host: object) -> None:
    anomalies = [anomaly(GuardRule.VANISHED, entry) for entry in ("host/one", "host", "host/two")]

    assert held({"host": host}, *anomalies) is None  # Nothing is left that is new


def test_nothing_is_new_where_only_the_order_differs() -> None:
    content = {"host": dict(reversed(list(newer(cost={"input": 9}).pop("host").items())))}

    assert held(content, anomaly(GuardRule.JUMPED, "host/one")) is None


def test_presence_is_told_of_entries_that_cannot_be_read() -> None:
    is_present = presence(EntryLayout.BY_PROVIDER, {"host": {"models": {"one": 7}}, "broken": "x"})

    assert [is_present(it) for it in ("host", "host/one", "broken", "broken/one")] == [True] * 4
    assert [is_present(it) for it in ("other", "host/two", "other/one")] == [False] * 3


def test_presence_in_a_feed_of_rows() -> None:
    is_present = presence(EntryLayout.FLAT, {"a/one": 7})

    assert (is_present("a/one"), is_present("a/two"), is_present("a")) == (True, False, False)
