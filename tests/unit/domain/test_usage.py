"""Usage: the tokens of a request, whose parts are in their wholes."""

from __future__ import annotations

import pytest
from hypothesis import given

from llmanac.domain.usage import MAX_TOKENS, Usage
from llmanac.errors import InvalidParameters

from .conftest import usages


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ({"input": 5, "cache_read": 3, "cache_write": 3}, "input"),
        ({"input": 5, "input_audio": 6}, "input"),
        ({"output": 1, "reasoning": 1, "output_audio": 1}, "output"),
        ({"cache_read": 1}, "input"),
    ],
)
def test_parts_are_not_more_than_their_whole(parts: dict[str, int], whole: str) -> None:
    with pytest.raises(InvalidParameters, match="is the whole") as refused:
        Usage(**parts)
    assert [fault.loc for fault in refused.value.faults] == [(whole,)]


@pytest.mark.parametrize("tokens", [-1, MAX_TOKENS + 1])
def test_a_count_has_bounds(tokens: int) -> None:
    with pytest.raises(InvalidParameters, match="between 0 and"):
        Usage(output=tokens)


@given(usages())
def test_every_token_is_charged_once(usage: Usage) -> None:
    assert sum(tokens for _, tokens in usage.charged()) == usage.input + usage.output
