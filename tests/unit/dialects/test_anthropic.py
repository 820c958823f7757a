"""Anthropic's list in pages, by cursors and lifecycles."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.dialects.anthropic import DIALECT, recognise
from llmanac.dialects.dialect import Question
from llmanac.errors import NotFound

from ..small_dialects import read, served
from ..small_overlays import overlaid_edition

LIST, MODEL = DIALECT.documents
CATALOG = served()


def ids(**values: Any) -> list[str]:
    return [it["id"] for it in read(LIST, CATALOG, Question(values=values))["data"]]


def test_pages_follow_each_other_in_both_directions() -> None:
    everything = ids()
    first = read(LIST, CATALOG, Question(values={"limit": 2}))
    assert (first["first_id"], first["last_id"], first["has_more"]) == (everything[0], everything[1], True)
    assert ids(limit=2, after_id=everything[1]) == everything[2:4]
    assert ids(limit=2, before_id=everything[4]) == everything[2:4]
    assert ids(after_id=everything[-1]) == []
    assert read(LIST, CATALOG, Question(values={"before_id": everything[1]}))["has_more"] is False


def test_a_cursor_that_is_no_model_is_an_error() -> None:
    with pytest.raises(NotFound):
        ids(after_id="nobody/nothing")


def test_lifecycles_choose() -> None:
    assert ids(lifecycle=("retired",)) == []
    assert ids(lifecycle=("active",)) == ids()
    catalog = type(CATALOG)(overlaid_edition())
    listed = read(LIST, catalog, Question(values={"lifecycle": ("deprecated",)}))["data"]
    assert {it["id"] for it in listed} == {"acme/beta", "acme/gamma"}


def test_what_is_unknown_is_null_or_what_anthropic_says_for_it() -> None:
    model = read(MODEL, CATALOG, Question(path={"id": "kilo/openai/gpt-5"}))
    assert (model["type"], model["max_tokens"], model["capabilities"]) == ("model", None, None)
    assert read(MODEL, CATALOG, Question(path={"id": "whisper-x"}))["created_at"] == "1970-01-01T00:00:00Z"


def test_it_is_meant_by_clients_that_send_the_header() -> None:
    assert recognise({b"anthropic-version": b"2023-06-01"}, {}) == "anthropic"
    assert recognise({}, {}) is None
