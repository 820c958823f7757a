"""A first version on PostgreSQL: a FastAPI route, and one query over a trigram index.

python -m bench.peers.trigram_app PORT DSN
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg  # type: ignore[import-untyped]  # -- it brings no types
import uvicorn
from fastapi import FastAPI, Query, Request, Response

from llmanac.paths import CATALOG as PATH

CONNECTIONS = 8

CONDITIONS = {
    "query": "{} <% text",
    "provider": "provider = {}",
    "capabilities": "capabilities @> {}",
    "open_weights": "open_weights = {}",
    "min_context": "context >= {}",
    "max_context": "context <= {}",
    "min_price": "price >= {}",
    "max_price": "price <= {}",
}


def create_app(dsn: str) -> FastAPI:
    """The application on a database that ``bench.peers.postgresql`` has filled."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get(PATH)
    async def browse(
        request: Request,
        *,
        query: Annotated[str | None, Query(max_length=256)] = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        provider: str | None = None,
        capabilities: Annotated[list[str] | None, Query()] = None,
        open_weights: bool | None = None,
        min_context: Annotated[int | None, Query(ge=1)] = None,
        max_context: Annotated[int | None, Query(ge=1)] = None,
        min_price: float | None = None,
        max_price: float | None = None,
    ) -> Response:
        given = {
            "query": query,
            "provider": provider,
            "capabilities": capabilities,
            "open_weights": open_weights,
            "min_context": min_context,
            "max_context": max_context,
            "min_price": min_price,
            "max_price": max_price,
        }
        rows = await request.app.state.pool.fetch(*_statement(given, limit))
        total = rows[0]["total"] if rows else 0
        entries = ",".join(row["entry"] for row in rows)
        return Response(f'{{"models":[{entries}],"total":{total}}}', media_type="application/json")

    return app


def _statement(given: dict[str, Any], limit: int) -> list[Any]:
    """The SQL and its parameters. ``total`` counts all matches, as the contract wants it."""
    values = {name: value for name, value in given.items() if value is not None}
    where = [CONDITIONS[name].format(f"${number}") for number, name in enumerate(values, start=1)]
    order = "word_similarity($1, text) DESC, rank" if "query" in values else "rank"
    sql = (
        "SELECT entry, count(*) OVER () AS total FROM offers "  # noqa: S608 -- made of the words above alone
        f"WHERE {' AND '.join(where) or 'true'} ORDER BY {order} LIMIT {limit:d}"
    )
    return [sql, *values.values()]


def main() -> None:
    """Serve until a signal ends it."""
    port, dsn = sys.argv[1:]
    uvicorn.run(
        create_app(dsn),
        port=int(port),
        http="httptools",
        loop="uvloop",
        ws="none",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
