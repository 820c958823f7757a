"""Text of others, without what nobody sees."""

from __future__ import annotations

import pytest

from llmanac.mcp.untrusted_text import made_visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Claude Sonnet 5", "Claude Sonnet 5"),
        ("通义千问 “Qwen” é", "通义千问 “Qwen” é"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("\x1b[31mred\x07", "[31mred"),
        ("gpt\u202e4-\u2066x\u200b", "gpt4-x"),
        ("hidden \U000e0041\U000e0042words", "hidden words"),
        ("\ud800", ""),
    ],
)
def test_what_is_not_seen_is_taken_out(text: str, seen: str) -> None:
    assert made_visible(text) == seen


def test_names_and_values_at_any_depth_are_read() -> None:
    assert made_visible({"a\u202e": [{"b": "c\x00", "d": 1}, None, True]}) == {"a": [{"b": "c", "d": 1}, None, True]}
