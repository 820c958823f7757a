"""LiteLLM's rows, by what a host calls a model."""

from __future__ import annotations

import pytest

from llmanac.ingest.layer import ModelClaims
from llmanac.ingest.merge.litellm_rows import LiteLLMRows

ROWS = LiteLLMRows(
    ModelClaims(id=id_, litellm_provider=id_.partition("/")[0])
    for id_ in (
        "acme/lab/gpt-oss-120b",
        "acme/DeepSeek-V3.1",
        "acme/one/twin-1",
        "acme/two/twin-1",
        "azure/gpt-35-turbo",
        "other/lab/whisper",
    )
)


@pytest.mark.parametrize(
    ("prefix", "name", "found"),
    [
        ("acme", "gpt-oss-120b", "acme/lab/gpt-oss-120b"),
        ("acme", "deepseek-ai/deepseek-v3-1", "acme/DeepSeek-V3.1"),
        ("azure", "gpt-3.5-turbo", "azure/gpt-35-turbo"),
        ("acme", "ONE/Twin_1", "acme/one/twin-1"),
    ],
)
def test_a_row_is_found_by_another_spelling_of_its_name(prefix: str, name: str, found: str) -> None:
    row = ROWS.find_respelt(prefix, name)

    assert row is not None
    assert row.id == found


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("acme", "whisper"),  # at another host
        ("acme", "twin-1"),  # of two labs
        ("acme", "pearl/gpt-oss-120b"),  # of another lab
        ("acme", "gpt-oss-20b"),
    ],
)
def test_no_row_is_found_that_may_be_another_model(prefix: str, name: str) -> None:
    assert ROWS.find_respelt(prefix, name) is None
