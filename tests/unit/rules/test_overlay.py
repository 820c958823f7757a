"""The documents of overlays: what they take, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from llmanac.rules.overlay import Overlay


def overlay(*rules: dict[str, Any], **changes: Any) -> Overlay:
    return Overlay.model_validate({"name": "corp", "rules": rules, **changes})


RULE: dict[str, Any] = {"match": "azure/*", "set": {"tags": "x"}, "reason": "because"}


def test_a_single_text_is_a_list_of_one() -> None:
    [rule] = overlay(RULE).rules

    assert (rule.match, rule.set and rule.set.tags) == (("azure/*",), ("x",))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reason": ""}, "at least 1 character|printable"),
        ({"reason": "\x1b[31m"}, "printable"),
        ({"set": {}}, "at least one field"),
        ({"set": {"name": None}}, "at least one field"),
        ({"set": {"unset": []}}, "at least one field"),
        ({"set": {"rates": {}}}, "at least one field"),
        ({"set": {"limits": {"context": None}}}, "at least one field"),
        ({"set": None}, "states something"),
        ({"set": {"discount": 1.5}}, "less than or equal to 1"),
        ({"set": {"discount": 0.1, "factor": 2}}, "two ways to say the same"),
        ({"set": {"factor": 0}}, "greater than 0"),
        ({"set": {"factor": "NaN"}}, "finite|valid"),
        ({"set": {"rates": {"input": -1}}}, "greater than or equal to 0"),
        ({"set": {"rates": {"input": 1_000_000}}}, "another unit"),
        ({"set": {"rates": {"input": True}}}, "a number"),
        ({"set": {"capabilities": ["vision", "+pdf"]}}, "whole list"),
        ({"set": {"capabilities": ["telepathy"]}}, "pattern"),
        ({"set": {"tags": ["+"]}}, "behind each"),
        ({"set": {"limits": {"context": 0}}}, "greater than or equal to 1"),
        ({"set": {"retires_on": "soon"}}, "pattern"),
        ({"set": {"successor": "no-slash"}}, "pattern"),
        ({"set": {"tagz": "x"}}, "[Ee]xtra"),
        ({"match": []}, "says what it is about"),
        ({"match": "  "}, "printable|glob"),
        ({"where": {"provdr": "azure"}}, "nearest is 'provider'"),
        ({"where": {"min_price": 5, "max_price": 1}}, "nothing could match"),
        ({"where": {"provider": ["a", "b"]}}, "takes one value"),
        ({"where": {"kind": "telepathy"}}, "one of chat"),
        ({"add": {"id": "acme/x"}}, "either says what it is about"),
        ({"valid_from": "2026-01-01T10:00:00"}, "timezone|date"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        overlay({**RULE, **changes})


@pytest.mark.parametrize("name", ["", "Corp", "a b", "-a", "a/b", "x" * 65])
def test_a_name_stands_in_addresses(name: str) -> None:
    with pytest.raises(ValidationError):
        overlay(RULE, name=name)


@pytest.mark.parametrize("id_", ["own", "acme/*", "/x", "acme/"])
def test_what_is_added_has_the_id_of_an_offer(id_: str) -> None:
    with pytest.raises(ValidationError):
        overlay({"add": {"id": id_}, "reason": "because"})


def test_there_are_not_endlessly_many_rules() -> None:
    with pytest.raises(ValidationError, match="10000"):
        overlay(*[RULE] * 10_001)
