"""Answers within a length, and the counts of what is not in them."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from llmanac.mcp.brevity import BYTES_PER_TOKEN, LEFT_OUT, fit, tokens_of, without_unknowns

SCALARS = st.none() | st.integers(0, 2**40) | st.text(max_size=9) | st.just("é" * 900)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=12), inner, max_size=12),
    max_leaves=25,
)
ANSWERS = st.dictionaries(st.text(min_size=1, max_size=20), VALUES, max_size=12)


@settings(max_examples=40)
@given(answer=ANSWERS, tokens=st.integers(500, 1000))
def test_no_answer_is_longer_than_asked_for(answer: dict[str, Any], tokens: int) -> None:
    fitted = fit(answer, tokens=tokens)
    assert tokens_of(fitted) <= tokens
    assert (fitted == answer) is (len(orjson.dumps(answer)) <= int(tokens * BYTES_PER_TOKEN))


@settings(max_examples=40)
@given(answer=ANSWERS, items=st.lists(VALUES, max_size=20), tokens=st.integers(500, 1000))
def test_a_list_gives_up_its_end_and_says_how_much(answer: dict[str, Any], items: list[Any], tokens: int) -> None:
    fitted = fit({**answer, "models": items}, tokens=tokens, items="models")
    assert tokens_of(fitted) <= tokens
    if LEFT_OUT in fitted and "models" in fitted and len(fitted["models"]) > 1:
        assert fitted["models"] == items[: len(fitted["models"])]
        assert fitted[LEFT_OUT].get("models", 0) == len(items) - len(fitted["models"])


def test_the_list_that_the_answer_is_about_goes_before_anything_else() -> None:
    models = [{"id": f"acme/{number}", "tags": ["a", "b", "c"]} for number in range(200)]
    fitted = fit({"models": models, "hosts": [*range(50)], "total": 900}, tokens=500, items="models")
    assert fitted["models"] == models[: len(fitted["models"])]
    assert len(fitted["models"]) > 10
    assert fitted["hosts"] == [*range(50)]
    assert fitted[LEFT_OUT] == {"models": 200 - len(fitted["models"])}


def test_of_an_answer_without_such_a_list_the_longest_gives_way() -> None:
    answer = {"id": "acme/alpha", "offers": [{"id": f"h{number}/alpha"} for number in range(300)], "notes": ["x"] * 9}
    fitted = fit(answer, tokens=500)
    assert fitted["notes"] == answer["notes"]
    assert fitted["offers"] == answer["offers"][: len(fitted["offers"])]
    assert fitted[LEFT_OUT] == {"offers": 300 - len(fitted["offers"])}


def test_an_entry_that_is_too_long_alone_is_shortened_and_marked() -> None:
    fitted = fit({"models": [{"id": "acme/alpha", "description": "é" * 9000}]}, tokens=500, items="models")
    (model,) = fitted["models"]
    assert model["id"] == "acme/alpha"
    assert model["description"].endswith("é…")
    assert LEFT_OUT not in fitted


def test_unknown_and_empty_fields_are_left_away_and_zero_is_not() -> None:
    answer = {"input": 0, "output": None, "free": False, "tiers": [], "own": {"owner": None}, "values": [None, 2]}
    assert without_unknowns(answer) == {"input": 0, "free": False, "values": [None, 2]}
