"""Decoder of models.dev's ``models.json``: the labs' own facts about their models, wherever these are hosted.

Its form is ``{"cohere/command-a-03-2025": {"name": …, "release_date": …, "license": …, "weights": [{"label": …,
"url": …}], "links": [{"label": …, "url": …, "type": …}], "benchmarks": [{"name": …, "score": …, …}], …}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from llmanac.domain.feed import MODELS_DEV_MODELS
from llmanac.domain.records import Benchmark, Link
from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import Document, kind_of
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.reader import (
    BLOCK,
    FLAG,
    FLAG_OR_BLOCK,
    LIST,
    NUMBER,
    TEXT,
    RecordReader,
    Schema,
    is_showable,
)
from llmanac.ingest.layer import Layer, ModelClaims

SOURCE = MODELS_DEV_MODELS

LAB_MODEL = Schema(
    "model",
    (TEXT, "id name description family status knowledge release_date last_updated license"),
    (FLAG, "attachment reasoning tool_call structured_output temperature open_weights"),
    (FLAG_OR_BLOCK, "interleaved"),
    (LIST, "reasoning_options weights links benchmarks"),
    (BLOCK, "modalities limit"),
)
LINK = Schema("model.link", (TEXT, "label url type quantization"))
BENCHMARK = Schema(
    "model.benchmark", (TEXT, "name metric variant version dataset harness source date"), (NUMBER, "score")
)

WEB = ("https://", "http://")


def decode(document: Document, memo: DecodeMemo | None = None) -> Layer:
    """Decode ``models.json``. Raises InvalidSource where nothing in it describes a model."""
    reader = RecordReader(memo)
    models = tuple(_models(document.content, reader))
    if not any(model.name for model in models):
        raise InvalidSource(
            "no described model was found. An object of models by 'lab/model' is expected, as in "
            "https://models.dev/models.json."
        )
    return reader.layer(SOURCE, document, models=models)


def _models(content: dict[str, Any], reader: RecordReader) -> Iterator[ModelClaims]:
    for key, values in content.items():
        if not is_showable(key) or "/" not in key:
            reader.reject(f"{key[:40]!r}", "not usable as an id: 'lab/model' is expected")
        elif type(values) is not dict:
            reader.reject(key, f"{kind_of(values)}, where a model (an object) is expected")
        else:
            yield _recorded(key, values, reader)


def _recorded(key: str, values: dict[str, Any], reader: RecordReader) -> ModelClaims:
    return reader.record(key, values, lambda: _model(key, reader.select(values, LAB_MODEL, key), reader))


def _model(key: str, values: dict[str, Any], reader: RecordReader) -> ModelClaims:
    return ModelClaims(
        id=key,
        name=reader.text(values, "name", key),
        family=reader.text(values, "family", key),
        knowledge=reader.date(values, "knowledge", key),
        release_date=reader.date(values, "release_date", key),
        last_updated=reader.date(values, "last_updated", key),
        open_weights=values.get("open_weights"),
        licence=reader.text(values, "license", key),
        links=tuple(_links(values.get("links", ()), f"{key}: links", reader)),
        weights=tuple(_links(values.get("weights", ()), f"{key}: weights", reader)),
        benchmarks=tuple(_benchmarks(values.get("benchmarks", ()), f"{key}: benchmarks", reader)),
    )


def _links(items: Iterable[Any], within: str, reader: RecordReader) -> Iterator[Link]:
    for where, item in _objects(items, within, reader):
        stated = reader.select(item, LINK, where)
        label, url = reader.text(stated, "label", where), reader.text(stated, "url", where)
        if label is None or url is None or not url.startswith(WEB):
            reader.reject(where, "not a link: a label and an http or https address are expected")
        else:
            yield Link(label=label, url=url, kind=reader.text(stated, "type", where))


def _benchmarks(items: Iterable[Any], within: str, reader: RecordReader) -> Iterator[Benchmark]:
    for where, item in _objects(items, within, reader):
        stated = reader.select(item, BENCHMARK, where)
        name, score = reader.text(stated, "name", where), stated.get("score")
        if name is None or score is None:
            reader.reject(where, "not a benchmark: a name and a score are expected")
        else:
            yield Benchmark(
                name=name,
                score=float(score),
                metric=reader.text(stated, "metric", where),
                variant=reader.text(stated, "variant", where),
                version=reader.text(stated, "version", where),
                dataset=reader.text(stated, "dataset", where),
                harness=reader.text(stated, "harness", where),
                source=reader.text(stated, "source", where),
                date=reader.date(stated, "date", where),
            )


def _objects(items: Iterable[Any], within: str, reader: RecordReader) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a list, each with its path; other items are rejected."""
    for number, item in enumerate(items):
        where = f"{within}.{number}"
        if type(item) is dict:
            yield where, item
        else:
            reader.reject(where, f"{kind_of(item)}, not an object")
