"""Names of settings that hold a model."""

from __future__ import annotations

import pytest

from llmanac.service.check.words import says_model, words_of


def test_words_in_any_case() -> None:
    assert words_of("titleModel") == words_of("title-model") == words_of("TITLE_MODEL") == ("title", "model")


@pytest.mark.parametrize(
    "name", "model modelId AIDER_MODEL editor-model llm_name models -m defaultModels engine".split()
)
def test_a_setting_that_holds_a_model(name: str) -> None:
    assert says_model(name)


@pytest.mark.parametrize("name", "model_path modelFile MODEL_URL modelSpecs remodel title -x provider".split())
def test_a_setting_that_holds_something_else(name: str) -> None:
    assert not says_model(name)
