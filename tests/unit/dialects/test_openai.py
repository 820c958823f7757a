"""OpenAI's list, and one model in either spelling."""

from __future__ import annotations

import pytest

from llmanac.dialects.dialect import Question
from llmanac.dialects.openai import DIALECT
from llmanac.errors import NotFound

from ..small_dialects import read, served

LIST, MODEL = DIALECT.documents


def test_every_model_is_listed_with_what_pickers_look_for() -> None:
    listed = {it["id"]: it for it in read(LIST, served())["data"]}
    assert len(listed) == 5
    assert listed["openai/gpt-5"]["pricing"]["prompt"] == "0.000003"
    assert listed["openai/gpt-5"]["pricing"]["overrides"] == [
        {"min_prompt_tokens": 200_001, "prompt": "0.000006", "completion": "0.00003", "input_cache_read": "0.0000006"}
    ]
    assert listed["openai/gpt-5-odd"]["pricing"] is None
    assert listed["kilo/openai/gpt-5"]["context_length"] is None
    assert {(it["object"], type(it["created"])) for it in listed.values()} == {("model", int)}


def test_one_model_is_found_in_any_spelling() -> None:
    catalog = served()
    one = read(MODEL, catalog, Question(path={"id": "gpt-5"}))
    assert one == read(MODEL, catalog, Question(path={"id": "openai/gpt-5"}))
    assert read(MODEL, catalog, Question(path={"id": "whisper-x"}))["id"] == "openai/whisper-x"
    with pytest.raises(NotFound):
        read(MODEL, catalog, Question(path={"id": "nobody/nothing"}))
