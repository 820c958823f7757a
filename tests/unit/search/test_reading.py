"""What had to be forgiven, and what was made of it."""

from __future__ import annotations

import pytest

from llmanac.search.index import Index
from llmanac.search.meaning import Tier
from llmanac.search.reading import read


@pytest.mark.parametrize(
    "text",
    [
        "gpt-4o-mini",
        "GPT 4o mini",
        "gpt4omini",
        "claude 4.5 sonnet",
        "sonnet45",
        "open ai gpt 5",
        "gemini fla",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "bedrock sonnet",
    ],
)
def test_nothing_needs_forgiving_where_only_separators_differ(text: str, small_index: Index) -> None:
    reading = read(text, small_index)
    assert reading.all
    assert (reading.tier, reading.corrected, reading.dropped) == (Tier.WHOLE, (), ())


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("cluade sonnet", [("cluade", "claude")]),
        ("claude sonet 4.5", [("sonet", "sonnet")]),
        ("groq 4.6", [("groq", "grok")]),
        ("antropic opus", [("antropic", "anthropic")]),
        ("claudesonet45", [("claudesonet45", "claudesonnet45")]),
    ],
)
def test_slips_are_forgiven_and_told(text: str, corrected: list[tuple[str, str]], small_index: Index) -> None:
    reading = read(text, small_index)
    assert reading.all
    assert (reading.tier, list(reading.corrected)) == (Tier.SPELLING, corrected)


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        ("claude opus foobarbaz", ("claude", "opus"), ("foobarbaz",)),
        ("groq opus claude", ("opus", "claude"), ("groq",)),
        ("cheapest gemini flash", ("gemini", "flash"), ("cheapest",)),
        ("cluade opus foobarbaz", ("claude", "opus"), ("foobarbaz",)),
    ],
)
def test_words_are_left_out_last_and_told(
    text: str, kept: tuple[str, ...], dropped: tuple[str, ...], small_index: Index
) -> None:
    reading = read(text, small_index)
    assert (reading.tier, reading.words, reading.dropped) == (Tier.PARTIAL, kept, dropped)


@pytest.mark.parametrize("text", ["", "?!", "…", "-" * 256, "zzqqy", "qqq www zzz"])
def test_what_means_nothing_finds_nothing(text: str, small_index: Index) -> None:
    assert not read(text, small_index).all


def test_a_looser_reading_is_no_part_of_a_stricter_one(small_index: Index) -> None:
    strict, loose = read("gemini 3.7 flash", small_index), read("gemini 3.7 flahs", small_index)
    assert strict.tier is Tier.WHOLE
    assert loose.tier is Tier.SPELLING
    assert strict.all == loose.all
