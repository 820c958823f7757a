"""The fields of lines by which bills are grouped: texts that are bounded, whatever a line holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.usage.own_fields import LONGEST, MOST_MEMBERS, NO_FIELDS, field_reader

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"x": "search"}, "search"),
        ({"x": 3}, "3"),
        ({"x": 0}, "0"),
        ({"x": 1.5}, "1.5"),
        ({"x": True}, "true"),
        ({"x": ["a", 2, None, False]}, "a,2,false"),
        ({"x": ""}, None),
        ({"x": []}, None),
        ({"x": None}, None),
        ({"x": {"a": 1}}, None),
        ({"x": [["a"], {"b": 1}]}, None),
        ({}, None),
    ],
)
def test_a_field_is_read_as_text(line: dict[str, Any], text: str | None) -> None:
    assert field_reader(["x"])(line) == {"x": text}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({"a": {"b": {"c": "deep"}}}, "deep"),
        ({"a.b.c": "by its name", "a": {"b": {"c": "deep"}}}, "by its name"),
        ({"a": {"b": "too short"}}, None),
        ({"a": ["b"]}, None),
    ],
)
def test_a_field_within_others_is_read_by_its_path(line: dict[str, Any], text: str | None) -> None:
    assert field_reader(["a.b.c"])(line) == {"a.b.c": text}


def test_without_names_nothing_is_read() -> None:
    assert field_reader([])({"x": "search"}) is NO_FIELDS


@pytest.mark.parametrize("value", ["x" * 10**6, 10**LONGEST * 10, ["y" * 90] * 10**5, [[0]] * 10**5])
def test_a_text_is_bounded(value: object) -> None:
    text = field_reader(["x"])({"x": value})["x"]
    assert text is None or (len(text) == LONGEST and text.endswith("…"))


def test_only_so_many_members_are_read() -> None:
    assert field_reader(["x"])({"x": ["1"] * 10**5}) == {"x": ",".join("1" * MOST_MEMBERS)}


def test_nesting_breaks_nothing() -> None:
    line = json.loads('{"x":' + "[" * 900 + "]" * 900 + "}")
    assert field_reader(["x", "x.y.z"])(line) == {"x": None, "x.y.z": None}


@given(VALUES)
def test_any_value_is_a_short_text_or_none(value: Any) -> None:
    for text in field_reader(["x", "x.a", "x.a.b"])({"x": value}).values():
        assert text is None or 0 < len(text) <= LONGEST
