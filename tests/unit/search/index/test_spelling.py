from __future__ import annotations

import pytest

from llmanac.search.index.spelling import LONGEST, Spelling

WORDS = ("claude", "deepseek", "gemini", "gpt", "grok", "llama", "mistral", "qwen", "sonnet", "v32", "70b", "instruct")


@pytest.fixture(params=["built", "mapped"])
def spelling(request: pytest.FixtureRequest) -> Spelling:
    built = Spelling.of(enumerate(WORDS))
    if request.param == "built":
        return built
    return Spelling.unpack({name: memoryview(bytes(buffer)) for name, buffer in built.pack().items()})


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("cluade", "claude"),
        ("claud", "claude"),
        ("claudee", "claude"),
        ("claide", "claude"),
        ("laude", "claude"),
        ("grko", "grok"),
        ("gtp", "gpt"),
        ("loama", "llama"),
        ("deeseek", "deepseek"),
        ("deeepseeek", "deepseek"),
        ("instrutc", "instruct"),
        ("sonnnet", "sonnet"),
    ],
)
def test_a_letter_wrong_missing_doubled_or_exchanged_is_forgiven(spelling: Spelling, slip: str, meant: str) -> None:
    assert next(spelling.corrections(slip, WORDS))[1][0] == meant


def test_the_nearest_word_comes_first_with_its_slips(spelling: Spelling) -> None:
    assert list(spelling.corrections("deepsek", WORDS)) == [(1, ["deepseek"])]
    assert list(spelling.corrections("deeepseeek", WORDS)) == [(2, ["deepseek"])]


@pytest.mark.parametrize("word", ["v33", "80b", "45", "gp", "xyzzy", "claude", "c" * (LONGEST + 1), ""])
def test_other_numbers_short_words_and_strangers_are_left_alone(spelling: Spelling, word: str) -> None:
    assert list(spelling.corrections(word, WORDS)) == []


def test_a_wrong_letter_beside_a_number_is_forgiven(spelling: Spelling) -> None:
    assert list(spelling.corrections("70v", WORDS)) == [(1, ["70b"])]
