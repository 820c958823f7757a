"""Labs' own facts about their models, from ``models.json``."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from llmanac.domain.records import Benchmark, Link
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import read_document
from llmanac.ingest.decode.formats import modelsdev_labs
from llmanac.ingest.layer import ModelClaims


def test_a_record_in_order_is_mirrored_with_nothing_to_report() -> None:
    described = {
        "id": "cohere/command",
        "name": "Command",
        "family": "command",
        "knowledge": "2024-06",
        "release_date": "2024-08-30",
        "last_updated": "2024-09-01",
        "open_weights": True,
        "license": "CC-BY-NC-4.0",
        "links": [{"label": "Model card", "url": "https://example.com/card", "type": "model_card"}],
        "benchmarks": [
            {"name": "MMLU", "score": 88, "metric": "percent", "variant": "5-shot", "source": "s", "date": "2024-09"}
        ],
        "weights": [{"label": "Hugging Face", "url": "https://example.com"}],
    }

    layer = modelsdev_labs.decode(read_document(orjson.dumps({"cohere/command": described})))

    assert layer.models == (
        ModelClaims(
            id="cohere/command",
            name="Command",
            family="command",
            knowledge="2024-06",
            release_date="2024-08-30",
            last_updated="2024-09-01",
            open_weights=True,
            licence="CC-BY-NC-4.0",
            links=(Link(label="Model card", url="https://example.com/card", kind="model_card"),),
            weights=(Link(label="Hugging Face", url="https://example.com"),),
            benchmarks=(
                Benchmark(name="MMLU", score=88.0, metric="percent", variant="5-shot", source="s", date="2024-09"),
            ),
        ),
    )
    assert (layer.size, layer.rejects, layer.unknown_keys) == (1, (), {})


def test_bad_records_and_fields_are_rejected_and_unknown_keys_counted() -> None:
    content: dict[str, Any] = {
        "lab/good": {"name": "Good", "release_date": "2025-99", "colour": "red"},
        "lab/bad": 7,
        "nolab": {"name": "x"},
    }

    layer = modelsdev_labs.decode(read_document(orjson.dumps(content)))

    assert [record.id for record in layer.models] == ["lab/good"]
    assert [reject.where for reject in layer.rejects] == ["lab/good: release_date", "lab/bad", "'nolab'"]
    assert layer.unknown_keys == {"model.colour": 1}


@pytest.mark.parametrize(
    ("field", "item", "where"),
    [
        ("links", 7, "lab/model: links.0"),
        ("links", {"label": "Card"}, "lab/model: links.0"),
        ("links", {"label": "Card", "url": "javascript:alert(1)"}, "lab/model: links.0"),
        ("weights", {"label": "Card", "url": "ftp://example.com"}, "lab/model: weights.0"),
        ("benchmarks", "MMLU", "lab/model: benchmarks.0"),
        ("benchmarks", {"name": "MMLU"}, "lab/model: benchmarks.0"),
        ("benchmarks", {"score": 1}, "lab/model: benchmarks.0"),
    ],
)
def test_an_item_that_cannot_be_used_is_rejected_and_the_model_kept(field: str, item: object, where: str) -> None:
    content = {"lab/model": {"name": "Model", field: [item]}}

    layer = modelsdev_labs.decode(read_document(orjson.dumps(content)))

    assert [reject.where for reject in layer.rejects] == [where]
    assert [getattr(model, field) for model in layer.models] == [()]


@pytest.mark.parametrize("content", [{"error": "x"}, {"openai": {"models": {}}}, {"a/b": {}}])
def test_a_feed_without_a_described_model_is_refused_with_what_is_expected(content: dict[str, Any]) -> None:
    with pytest.raises(InvalidSource, match=r"models\.dev/models\.json"):
        modelsdev_labs.decode(read_document(orjson.dumps(content)))
