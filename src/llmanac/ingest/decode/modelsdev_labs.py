"""models.dev's ``models.json``: what a lab itself says of each of its models, wherever they are hosted.

Its form is ``{"cohere/command-r-plus-08-2024": {"name": …, "family": …, "release_date": …, …}}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from llmanac.errors import InvalidSource
from llmanac.ingest.content.document import Document, kind_of
from llmanac.ingest.decode.memo import DecodeMemo
from llmanac.ingest.decode.reader import BLOCK, FLAG, FLAG_OR_BLOCK, LIST, TEXT, RecordReader, Schema, is_showable
from llmanac.ingest.layer import Layer

SOURCE = "models.dev/models"

LAB_MODEL = Schema(
    "model",
    (TEXT, "id name description family status knowledge release_date last_updated license"),
    (FLAG, "attachment reasoning tool_call structured_output temperature open_weights"),
    (FLAG_OR_BLOCK, "interleaved"),
    (LIST, "reasoning_options weights links benchmarks"),
    (BLOCK, "modalities limit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRecord:
    """One model, as its lab describes it."""

    id: str
    """``lab/model``; the same as ``canonical_model_id`` in ``api.json``."""
    name: str | None
    family: str | None
    knowledge: str | None
    release_date: str | None
    last_updated: str | None
    open_weights: bool | None
    licence: str | None


def decode(document: Document, recall: DecodeMemo | None = None) -> Layer[LabRecord]:
    """Read ``models.json``. Raises InvalidSource where nothing in it describes a model."""
    reader = RecordReader(recall)
    records = tuple(_records(document.content, reader))
    if not any(record.name for record in records):
        raise InvalidSource(
            "no described model was found. An object of models by 'lab/model' is expected, as in "
            "https://models.dev/models.json."
        )
    return reader.layer(SOURCE, records, document=document)


def _records(content: dict[str, Any], reader: RecordReader) -> Iterator[LabRecord]:
    for key, values in content.items():
        if not is_showable(key) or "/" not in key:
            reader.reject(f"{key[:40]!r}", "not usable as an id: 'lab/model' is expected")
        elif type(values) is not dict:
            reader.reject(key, f"{kind_of(values)}, where a model (an object) is expected")
        else:
            yield _recorded(key, values, reader)


def _recorded(key: str, values: dict[str, Any], reader: RecordReader) -> LabRecord:
    return reader.record(key, values, lambda: _record(key, reader.sift(values, LAB_MODEL, key), reader))


def _record(key: str, values: dict[str, Any], reader: RecordReader) -> LabRecord:
    return LabRecord(
        id=key,
        name=reader.text(values, "name", key),
        family=reader.text(values, "family", key),
        knowledge=reader.date(values, "knowledge", key),
        release_date=reader.date(values, "release_date", key),
        last_updated=reader.date(values, "last_updated", key),
        open_weights=values.get("open_weights"),
        licence=reader.text(values, "license", key),
    )
