"""PostgreSQL with pg_trgm behind FastAPI.

Only the application is kept to the server's core; the database may use both, which is to its advantage.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # -- it brings no types

from bench.client import Target
from bench.product import PAGE
from bench.server import Server, free_port, run
from llmanac.dialects import inference
from llmanac.domain.catalog import CatalogData

SCHEMA = """
CREATE EXTENSION pg_trgm;
CREATE TABLE offers (
    rank integer PRIMARY KEY,
    text text NOT NULL,
    provider text NOT NULL,
    capabilities text[] NOT NULL,
    open_weights boolean,
    context bigint,
    price double precision,
    entry text NOT NULL
);
"""
INDEXES = """
CREATE INDEX ON offers USING gin (text gin_trgm_ops);
CREATE INDEX ON offers USING gin (capabilities);
CREATE INDEX ON offers (provider);
CREATE INDEX ON offers (context);
CREATE INDEX ON offers (price);
ANALYZE offers;
"""


@contextmanager
def serve(catalog: CatalogData) -> Iterator[Server]:
    """The application, answering the same parameters as llmanac, without a token."""
    with _database() as dsn:
        asyncio.run(_fill(dsn, catalog))
        port = free_port()
        command = [sys.executable, "-m", "bench.peers.trigram_app", str(port), dsn]
        with run("PostgreSQL pg_trgm", command, ready=Target(port, PAGE)) as server:
            yield server


def find_program(name: str) -> str | None:
    """A program of PostgreSQL, from the path or from Debian's folder of the newest version."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    return shutil.which(name) or (str(versions[-1]) if versions else None)


@contextmanager
def _database() -> Iterator[str]:
    """The address of an empty database on a socket of its own."""
    # The server refuses to be run by root; Debian's package brings the user for it.
    user = "postgres" if os.geteuid() == 0 else None
    directory = Path(tempfile.mkdtemp(prefix="llmanac-bench-"))  # short: a socket's path has at most 107 characters
    if user:
        shutil.chown(directory, user)
    data = directory / "data"

    def command(program: str, *arguments: str) -> None:
        subprocess.run(
            [find_program(program) or program, *arguments],
            check=True,
            user=user,
            cwd=directory,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )

    try:
        command("initdb", f"--pgdata={data}", "--auth=trust", "--username=bench", "--no-sync", "--encoding=UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories='{directory}'"
        command("pg_ctl", "start", f"--pgdata={data}", "--wait", f"--log={directory / 'log'}", f"--options={options}")
        try:
            command("createdb", f"--host={directory}", "--username=bench", "bench")
            yield f"postgresql://bench@/bench?host={directory}"
        finally:
            command("pg_ctl", "stop", f"--pgdata={data}", "--mode=immediate")
    finally:
        shutil.rmtree(directory)


async def _fill(dsn: str, catalog: CatalogData) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(SCHEMA)
        await connection.copy_records_to_table("offers", records=_rows(catalog))
        await connection.execute(INDEXES)
    finally:
        await connection.close()


def _rows(catalog: CatalogData) -> Iterator[tuple[object, ...]]:
    for rank, offer in enumerate(catalog.offers):
        bound = offer.price.bound
        yield (
            rank,
            f"{offer.id} {offer.name or ''}",
            offer.provider,
            [str(capability) for capability in offer.capabilities],
            offer.open_weights,
            offer.limits.context,
            None if bound is None else float(bound),
            inference.encode(offer, offer.id).decode(),
        )
