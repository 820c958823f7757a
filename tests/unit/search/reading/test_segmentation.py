from __future__ import annotations

from collections import defaultdict

import pytest

from llmanac.search.index.vocabulary import Vocabulary
from llmanac.search.reading.segmentation import LONGEST_RUN, cut_apart, regrouped

NAMES = [
    "gpt 4o mini",
    "gpt oss 20b",
    "kimi k25",
    "deepseek r1",
    "openai gpt 56 sol",
    "minimax m2",
    "grok latest",
    "43",
]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(NAMES):
        for word in name.split():
            found[word].append(number)
    return Vocabulary.of(found, core={}, hosted={})


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("gpt4omini", "gpt 4o mini"),
        ("gptoss20b", "gpt oss 20b"),
        ("kimik25", "kimi k25"),
        ("openaigpt56sol", "openai gpt 56 sol"),
        ("gpt4omi", "gpt 4o mi"),
    ],
)
def test_words_run_together_are_cut_where_words_stand_together(vocabulary: Vocabulary, run: str, words: str) -> None:
    assert cut_apart(run, vocabulary) == tuple(words.split())


def test_words_that_stand_nowhere_together_are_cut_if_there_is_nothing_better(vocabulary: Vocabulary) -> None:
    assert cut_apart("grok43latest", vocabulary) is None
    assert list(regrouped(("grok43latest",), "grok43latest", vocabulary)) == [("grok", "43", "latest")]


def test_what_could_only_be_spelt_is_not_cut() -> None:
    letters = Vocabulary.of({"a": [0], "f": [1], "h": [2], "lite": [3], "gemini": [4]}, core={}, hosted={})
    assert list(regrouped(("geminifalite",), "geminifalite", letters)) == [("gemini", "f", "a", "lite")]
    assert list(regrouped(("geminifahlite",), "geminifahlite", letters)) == []


def test_words_cut_apart_are_put_together(vocabulary: Vocabulary) -> None:
    assert next(regrouped(("deep", "seek", "r1"), "deepseekr1", vocabulary)) == ("deepseek", "r1")
    assert next(regrouped(("open", "ai", "gpt"), "openaigpt", vocabulary)) == ("openai", "gpt")


def test_unknown_letters_stay_as_they_are(vocabulary: Vocabulary) -> None:
    assert list(regrouped(("xyzzy",), "xyzzy", vocabulary)) == []


def test_a_run_without_end_is_not_tried(vocabulary: Vocabulary) -> None:
    assert cut_apart("gpt" * LONGEST_RUN, vocabulary) is None
