"""Datasette on SQLite's full-text search: the quickest way to put a table of models on the web."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.client import Target
from bench.mix import Question
from bench.server import Server, free_port, run
from llmanac.dialects import inference
from llmanac.domain.catalog import CatalogData

TABLE = "/catalog/offers.json"

SCHEMA = """
CREATE TABLE offers (
    rank INTEGER PRIMARY KEY, id TEXT, name TEXT, provider TEXT, status TEXT, release_date TEXT, knowledge TEXT,
    open_weights INTEGER, capabilities TEXT, cost TEXT, limits TEXT, modalities TEXT, context INTEGER, price REAL
);
"""
INDEXES = """
CREATE VIRTUAL TABLE offers_fts USING fts5 (id, name, content='offers', content_rowid='rank');
INSERT INTO offers_fts (rowid, id, name) SELECT rank, id, name FROM offers;
CREATE INDEX by_provider ON offers (provider);
CREATE INDEX by_context ON offers (context);
CREATE INDEX by_price ON offers (price);
ANALYZE;
"""
COLUMNS = {
    "query": "_search",
    "provider": "provider__exact",
    "capabilities": "capabilities__arraycontains",
    "open_weights": "open_weights__exact",
    "min_context": "context__gte",
    "max_context": "context__lte",
    "min_price": "price__gte",
    "max_price": "price__lte",
}
"""The parameters of Datasette's table page, by those of the endpoint."""


@contextmanager
def serve(program: Path, directory: Path, catalog: CatalogData) -> Iterator[Server]:
    """Datasette over the catalog, as a database that never changes."""
    file = directory / "catalog.db"
    _fill(file, catalog)
    port = free_port()
    command = [str(program), "serve", f"--immutable={file}", f"--port={port}", "--setting", "suggest_facets", "off"]
    with run("Datasette", command, ready=Target(port, TABLE)) as server:
        yield server


def path(question: Question) -> str:
    """The path of a question for Datasette: twenty rows, and the count of all."""
    fields: list[tuple[str, Any]] = []
    for name, value in question.parameters.items():
        values = value if isinstance(value, list) else [int(value) if isinstance(value, bool) else value]
        fields += [(COLUMNS[name], single) for single in values]
    return f"{TABLE}?{urlencode([*fields, ('_size', 20), ('_shape', 'objects')])}"


def _fill(file: Path, catalog: CatalogData) -> None:
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(SCHEMA)
        places = ", ".join("?" * 14)
        database.executemany(f"INSERT INTO offers VALUES ({places})", _rows(catalog))  # noqa: S608 -- only marks
        database.executescript(INDEXES)


def _rows(catalog: CatalogData) -> Iterator[tuple[Any, ...]]:
    for rank, offer in enumerate(catalog.offers):
        entry = inference.entry(offer)
        cells = [json.dumps(cell) if isinstance(cell, dict | list | tuple) else cell for cell in entry.values()]
        bound = offer.price.bound
        yield (rank, *cells, offer.limits.context, None if bound is None else float(bound))
