"""The standing of models, by which a list without a query is ordered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from llmanac.ingest.merge.standing import CarriedModel, age_of, line_of, recency, standings, version_of

TODAY = date(2026, 9, 30)


def model(base: str, share: float, *, age: int, lab: str | None = "acme", own: bool = True) -> CarriedModel:
    released = (TODAY - timedelta(days=age)).isoformat()
    return CarriedModel(base=base, lab=lab, released=released, popularity=share, at_its_lab=own)


def order(*models: CarriedModel) -> list[str]:
    found = standings(models, today=TODAY)
    return sorted(found, key=lambda base: -found[base])


def test_popularity_counts_less_with_age_down_to_a_half() -> None:
    found = standings([model("a", 0.4, age=0), model("b", 0.4, age=90), model("c", 0.4, age=900)], today=TODAY)

    assert found["a"] == 0.4
    assert found["a"] > found["b"] > found["c"] == 0.2


def test_a_newer_model_stands_before_the_older_ones_of_its_line() -> None:
    assert order(model("glm-5.2", 0.62, age=109), model("glm-5.3", 0.48, age=47)) == ["glm-5.3", "glm-5.2"]
    found = standings([model("opus-4.8", 0.5, age=125), model("opus-5", 0.37, age=170)], today=TODAY)
    assert found["opus-5"] < found["opus-4.8"]  # by date it is the older one


def test_what_has_just_arrived_takes_over_the_standing_of_what_it_replaces() -> None:
    found = standings([model("grok-4.6", 0.5, age=49), model("grok-4.7", 0.02, age=9)], today=TODAY)

    assert found["grok-4.7"] > found["grok-4.6"]


@pytest.mark.parametrize(
    "newer",
    [
        model("grok-4.7-lite", 0.02, age=9),  # of another line
        model("grok-4.7", 0.01, age=9),  # at no host yet
        model("grok-4.7", 0.1, age=70),  # a side variant
        model("grok-4.7", 0.1, age=9, own=False),  # not at its lab
        model("grok-4.7", 0.1, age=9, lab="other"),
    ],
)
def test_other_newer_models_do_not(newer: CarriedModel) -> None:
    assert order(model("grok-4.6", 0.5, age=109), newer) == ["grok-4.6", newer.base]


@pytest.mark.parametrize(
    ("base", "line", "version"),
    [
        ("claude-opus-4.5", "claude-opus", 4.5),
        ("gpt-oss-120b", "gpt-oss", 0.0),
        ("kimi-k2.7-code", "kimi-code", 2.7),
        ("hy3", "hy", 0.0),
        ("deepseek-v4-pro", "deepseek-pro", 4.0),
        ("gemini-3.1-pro-preview", "gemini-pro", 3.1),
        ("o3", "o3", 0.0),
        ("mistral-large-2512", "mistral-large", 0.0),
    ],
)
def test_a_line_is_a_name_without_version_and_size(base: str, line: str, version: float) -> None:
    assert (line_of(base), version_of(base)) == (line, version)


def test_the_age_of_what_has_no_date_or_one_yet_to_come_is_none() -> None:
    assert [age_of(stated, TODAY) for stated in (None, "2026-10", "2026-09-30", "2026-09")] == [0, 0, 0, 29]


def test_recency_halves_with_each_half_life() -> None:
    assert recency(180, floor=0.0) == 0.5
    assert recency(360, floor=0.0) == 0.25
    assert recency(360) == 0.5
