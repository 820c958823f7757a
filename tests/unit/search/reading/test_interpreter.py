"""Interpretation: the mode that a text needs, and the offers that it matches."""

from __future__ import annotations

import pytest
from pyroaring import BitMap

from llmanac.search.index.index import Index
from llmanac.search.reading.interpretation import MatchMode
from llmanac.search.reading.interpreter import interpret


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
    reading = interpret(text, small_index)
    assert reading.all
    assert (reading.mode, reading.corrected, reading.dropped) == (MatchMode.WHOLE, (), ())


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
    reading = interpret(text, small_index)
    assert reading.all
    assert (reading.mode, list(reading.corrected)) == (MatchMode.SPELLING, corrected)


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
    reading = interpret(text, small_index)
    assert (reading.mode, reading.words, reading.dropped) == (MatchMode.PARTIAL, kept, dropped)


def test_a_word_that_tells_nothing_is_left_out_before_slips_are_looked_for(small_index: Index) -> None:
    reading = interpret("sonnet 4.5 model", small_index)
    assert (reading.mode, reading.words, reading.dropped) == (MatchMode.PARTIAL, ("sonnet", "45"), ("model",))


def test_an_id_keeps_its_marks_when_a_slip_in_it_is_forgiven(small_index: Index) -> None:
    reading = interpret("acme/anthropic/claude-sonet-4-5-20250929", small_index)
    assert reading.corrected == (("sonet", "sonnet"),)
    assert reading.all == interpret("acme/anthropic/claude-sonnet-4-5-20250929", small_index).all != BitMap()


@pytest.mark.parametrize(("text", "words"), [("gpt oss 1", ("gpt", "oss", "1")), ("llama 3 3", ("llama", "33"))])
def test_a_number_at_the_end_ends_a_version_or_begins_a_size(
    text: str, words: tuple[str, ...], small_index: Index
) -> None:
    assert interpret(text, small_index).words == words


@pytest.mark.parametrize(
    ("text", "is_cut_off"), [("gemini-", True), ("openai:", True), ("openai/", False), ("gemini-3", False)]
)
def test_a_mark_at_the_end_says_that_a_name_goes_on(text: str, is_cut_off: bool, small_index: Index) -> None:  # noqa: FBT001 -- a case
    assert interpret(text, small_index).is_cut_off is is_cut_off


@pytest.mark.parametrize("text", ["", "?!", "…", "-" * 256, "zzqqy", "qqq www zzz"])
def test_what_means_nothing_finds_nothing(text: str, small_index: Index) -> None:
    assert not interpret(text, small_index).all


def test_a_looser_reading_is_no_part_of_a_stricter_one(small_index: Index) -> None:
    strict, loose = interpret("gemini 3.7 flash", small_index), interpret("gemini 3.7 flahs", small_index)
    assert strict.mode is MatchMode.WHOLE
    assert loose.mode is MatchMode.SPELLING
    assert strict.all == loose.all
