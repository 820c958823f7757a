from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.search.index.vocabulary import WIDE, Vocabulary

FOUND = {"claude": [0, 1, 2], "claudette": [9], "opus": [0, 5], "sonnet": [1, 2], "bedrock": [2, 5]}


@pytest.fixture(params=["built", "mapped"])
def vocabulary(request: pytest.FixtureRequest) -> Vocabulary:
    built = Vocabulary.of(FOUND, core={"claude": [0, 1, 2], "opus": [0]}, hosted={"bedrock": [2, 5]})
    if request.param == "built":
        return built
    return Vocabulary.unpack({name: memoryview(bytes(buffer)) for name, buffer in built.pack().items()})


def test_a_word_is_found_where_it_stands(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.offers_with("opus")) == {0, 5}
    assert set(vocabulary.offers_with_core("opus")) == {0}
    assert set(vocabulary.offers_at("bedrock")) == {2, 5}
    assert "sonnet" in vocabulary
    assert len(vocabulary) == 5


def test_an_unknown_word_is_nowhere(vocabulary: Vocabulary) -> None:
    assert "haiku" not in vocabulary
    for found in (vocabulary.offers_with, vocabulary.offers_with_core, vocabulary.offers_at):
        assert not found("haiku")
    assert not vocabulary.offers_with_beginning("haiku")


def test_an_unfinished_word_is_all_that_it_may_become(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.offers_with_beginning("clau")) == {0, 1, 2, 9}
    assert set(vocabulary.offers_with_beginning("claude")) == {0, 1, 2, 9}
    assert set(vocabulary.offers_with_beginning("opus")) == {0, 5}
    assert set(vocabulary.offers_with_beginning("son")) == {1, 2}


@given(
    st.dictionaries(st.text(alphabet="ab1", min_size=1, max_size=6), st.lists(st.integers(0, 99), max_size=4)),
    st.text(alphabet="ab1", min_size=1, max_size=4),
)
def test_beginnings_agree_with_a_reading_of_all_words(found: dict[str, list[int]], beginning: str) -> None:
    vocabulary = Vocabulary.of(found, core={}, hosted={})
    expected = {number for word, numbers in found.items() if word.startswith(beginning) for number in numbers}
    assert set(vocabulary.offers_with_beginning(beginning)) == expected


def test_beginnings_of_many_words_are_kept_as_one() -> None:
    vocabulary = Vocabulary.of({f"word{number:02}": [number] for number in range(2 * WIDE)}, core={}, hosted={})
    assert len(vocabulary.offers_with_beginning("word")) == 2 * WIDE
    assert len(vocabulary.offers_with_beginning("word0")) == 10
