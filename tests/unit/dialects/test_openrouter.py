"""OpenRouter's models and endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.dialects.dialect import Question
from llmanac.dialects.openrouter import DIALECT
from llmanac.errors import InvalidRequest, NotFound

from ..small_dialects import HALF, read, served

LIST, COUNT, ENDPOINTS, MODEL = DIALECT.documents
CATALOG = served()
GPT, EMBEDDING = "openai/gpt-5", "openai/text-embedding-3"


def ids(**values: Any) -> list[str]:
    return [it["id"] for it in read(LIST, CATALOG, Question(values=values))["data"]]


def test_models_without_a_price_a_context_or_a_lab_are_left_out() -> None:
    assert ids() == [GPT, EMBEDDING]
    assert read(COUNT, CATALOG) == {"data": {"count": 2}}


def test_prices_are_strings_per_token_and_tiers_are_overrides() -> None:
    pricing = read(LIST, served(HALF))["data"][0]["pricing"]
    assert pricing["prompt"] == "0.0000015"
    assert pricing["overrides"][0]["min_prompt_tokens"] == 200_001


def test_pages_name_the_next_one() -> None:
    page = read(LIST, CATALOG, Question(values={"offset": 0, "limit": 1}))
    assert (len(page["data"]), page["total_count"]) == (1, 2)
    assert page["links"]["next"] == "/openrouter/api/v1/models?offset=1&limit=1"
    assert read(LIST, CATALOG, Question(values={"offset": 1, "limit": 1}))["links"] == {"next": None}
    assert ids(offset=7) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"q": "GPT"}, [GPT]),
        ({"supported_parameters": "tools, reasoning"}, [GPT]),
        ({"input_modalities": "file"}, [GPT]),
        ({"output_modalities": "image"}, []),
        ({"output_modalities": "all"}, [GPT, EMBEDDING]),
        ({"max_price": 1.0}, [EMBEDDING]),
        ({"min_price": 1.0}, [GPT]),
        ({"max_output_price": 0.0}, [EMBEDDING]),
        ({"min_output_price": 15.0}, [GPT]),
        ({"context": 200_000}, []),
        ({"providers": "OpenAI"}, [GPT, EMBEDDING]),
        ({"providers": "kilo"}, []),
        ({"model_authors": "openai,xai"}, [GPT, EMBEDDING]),
        ({"arch": "Embedding"}, [EMBEDDING]),
        ({"zdr": "true"}, []),
        ({"region": "eu"}, []),
        ({"sort": "pricing-low-to-high"}, [EMBEDDING, GPT]),
        ({"sort": "pricing-high-to-low"}, [GPT, EMBEDDING]),
    ],
)
def test_filters_choose(values: dict[str, Any], expected: list[str]) -> None:
    assert ids(**values) == expected


def test_the_organisations_own_facts_answer_where_data_goes() -> None:
    rule = {"match": "openai/gpt-5", "set": {"regions": "eu", "retention_days": 0}, "reason": "Contract"}
    catalog = served(rule)
    for values in ({"zdr": "true"}, {"region": "eu"}):
        assert [it["id"] for it in read(LIST, catalog, Question(values=values))["data"]] == [GPT]


def test_a_filter_that_the_catalog_cannot_answer_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="category"):
        ids(category="finance")


def test_one_model_and_its_endpoints() -> None:
    asked = Question(path={"author": "openai", "slug": "gpt-5"})
    assert read(MODEL, CATALOG, asked)["data"] == read(LIST, CATALOG)["data"][0]
    described = read(ENDPOINTS, CATALOG, asked)["data"]
    assert [it["tag"] for it in described["endpoints"]] == ["openai"]
    assert all(isinstance(it["context_length"], int) for it in described["endpoints"])
    with pytest.raises(NotFound):
        read(ENDPOINTS, CATALOG, Question(path={"author": "openai", "slug": "nothing"}))
