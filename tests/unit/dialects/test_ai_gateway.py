"""The gateway provider's configuration, in the specification that each version takes."""

from __future__ import annotations

import pytest

from llmanac.dialects.ai_gateway import DIALECT, specification
from llmanac.dialects.dialect import Question

from ..small_dialects import read, served

[CONFIG] = DIALECT.documents
CATALOG = served()


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("ai-sdk-gateway/4.0.146 ai-sdk/provider-utils/5.0", "v4"),
        ("ai-sdk/gateway/3.0.2", "v3"),
        ("ai-sdk/gateway/2.1.0", "v2"),
        ("ai/5 ai-sdk/gateway/1.0.9", "v2"),
        ("ai-sdk-gateway/5.0.0", "v4"),
        ("curl/8", "v4"),
    ],
)
def test_the_specification_is_the_one_that_the_caller_takes(agent: str, expected: str) -> None:
    assert specification({b"user-agent": agent.encode()}, {}) == expected
    listed = read(CONFIG, CATALOG, Question(variant=expected))["models"]
    assert {it["specification"]["specificationVersion"] for it in listed} == {expected}


def test_prices_are_strings_and_null_where_unknown() -> None:
    listed = {it["id"]: it for it in read(CONFIG, CATALOG)["models"]}
    assert listed["openai/gpt-5"]["pricing"] == {
        "input": "0.000003",
        "output": "0.000015",
        "input_cache_read": "0.0000003",
    }
    assert listed["openai/gpt-5-odd"]["pricing"] is None
    assert listed["openai/text-embedding-3"]["modelType"] == "embedding"
