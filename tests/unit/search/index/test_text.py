from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.search.index.text import Cuts, cut, number_of, squash


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("claude-sonnet-4-5", "claude sonnet 45"),
        ("Claude Sonnet 4.5", "claude sonnet 45"),
        ("claude_sonnet_4_5", "claude sonnet 45"),
        ("gpt4o-mini", "gpt 4o mini"),
        ("Llama3.3-70B", "llama 33 70b"),
        ("llama-v3p1-8b", "llama v31 8b"),
        ("kimi-k2.5", "kimi k25"),
        ("qwen3:8b", "qwen 3 8b"),
        ("anthropic.claude-v2:1", "anthropic claude v21"),
        ("gpt-4o-2024-08-06", "gpt 4o 20240806"),
        ("ministral 3 - 14B", "ministral 3 14b"),
        ("gemini-2.5-pro-preview-05-06", "gemini 25 pro preview 05 06"),
        ("command-r7b-12-2024", "command r7b 12 2024"),
        ("kimi的k2.5", "kimi 的 k25"),
        ("Café", "cafe"),
        ("\uff27\uff30\uff34-\uff15", "gpt 5"),
        ("??? --- !!!", ""),
        ("", ""),
    ],
)
def test_case_width_separators_and_points_go(text: str, words: str) -> None:
    assert cut(text) == words.split()


def test_squashed_texts_are_equal_however_they_were_separated() -> None:
    assert squash("gpt-4o mini") == squash("GPT4o_Mini") == squash("gpt 4o-mini")


@pytest.mark.parametrize(
    ("word", "number"), [("v32", "32"), ("k2", "2"), ("m25", "25"), ("32", None), ("deepseek", None)]
)
def test_a_numbered_letter_has_a_number_of_its_own(word: str, number: str | None) -> None:
    assert number_of(word) == number


@given(st.text(max_size=256))
def test_words_of_any_text_have_no_separators(text: str) -> None:
    assert all(word and not any(letter.isspace() or letter in "-_./:" for letter in word) for word in cut(text))


@given(st.text(alphabet="abc3.:/-_ v2p", max_size=40))
def test_texts_cut_by_parts_of_a_path_are_cut_alike(text: str) -> None:
    assert Cuts().cut(text) == tuple(cut(text))
    assert Cuts().squash(text) == squash(text)
