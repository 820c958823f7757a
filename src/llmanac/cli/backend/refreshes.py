"""Reads the records of refreshes for commands: from the database on this machine, or from a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import orjson

from llmanac import bootstrap, database
from llmanac.cli.backend.client import Answer
from llmanac.cli.backend.remote import RemoteClient
from llmanac.errors import InvalidParameters, NotFound
from llmanac.service.refresh.records import REFRESH_ID, RefreshRecord, serialize_record
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.steps import ObserveStep, unobserved
from llmanac.settings import Settings

LATEST = "latest"
"""The word that stands for the id of the last refresh."""

Result = TypeVar("Result")


def show_refresh(chosen: Settings, refresh_id: str) -> Answer:
    """The record of a refresh, as the API responds with it; ``latest`` is the last one's id.

    Raises InvalidParameters for what cannot be an id, and NotFound.
    """
    if not REFRESH_ID.fullmatch(refresh_id):
        raise InvalidParameters(
            f"{refresh_id[:40]!r} is not the id of a refresh: it reads like 20261123T120000Z-1a2b3c, or {LATEST}. "
            "`llmanac refresh list` lists them."
        )
    if refresh_id == LATEST:
        refresh_id = _latest(chosen)
    if chosen.url is not None:
        return _server(chosen, chosen.url).refresh(refresh_id)
    _require_database(chosen)
    return as_answer(serialize_record(run_local(chosen, lambda refresh_runner: refresh_runner.record(refresh_id))))


def narrow_pending(record: Answer, entry: str) -> Answer:
    """The record with only the anomalies of whole feeds, and of entries whose ids contain a text, in any case.

    Raises NotFound where none of them is recorded.
    """

    def is_wanted(pending: Answer) -> bool:
        return pending["entry"] is None or entry.casefold() in pending["entry"].casefold()

    sources = [{**it, "pending": list(filter(is_wanted, it["pending"]))} for it in record["sources"]]
    if not any(it["pending"] for it in sources):
        raise NotFound(
            f"Refresh {record['id']} held no entry that is recorded with {entry[:40]!r} in its id. "
            f"`llmanac refresh show {record['id']}` lists what it held."
        )
    return {**record, "sources": sources}


def list_refreshes(chosen: Settings, *, limit: int) -> Answer:
    """The records of the last refreshes, the newest first, as the API responds with them. Raises NotFound."""
    if chosen.url is not None:
        return _server(chosen, chosen.url).refreshes(limit=limit)
    _require_database(chosen)
    records = run_local(chosen, lambda refresh_runner: refresh_runner.records(limit=limit))
    return as_answer({"refreshes": [serialize_record(record) for record in records]})


def accept_refresh(chosen: Settings, refresh_id: str, observe: ObserveStep = unobserved) -> RefreshRecord:
    """Serve what a refresh held, as it is; the record of this, once it has ended. Raises NotFound and WriteConflict."""

    async def accept(refresh_runner: RefreshRunner) -> RefreshRecord:
        return await refresh_runner.wait(await refresh_runner.accept(refresh_id))

    _require_database(chosen)
    return run_local(chosen, accept, observe)


def run_local(
    chosen: Settings, job: Callable[[RefreshRunner], Awaitable[Result]], observe: ObserveStep = unobserved
) -> Result:
    """Run a job with the refresh runner of the database on this machine, created if missing; its result."""

    async def run() -> Result:
        async with bootstrap.open_refresher(chosen, observe=observe) as refresh_runner:
            return await job(refresh_runner)

    return asyncio.run(run())


def as_answer(value: object) -> Answer:
    """Convert a value to parsed JSON, as the API responds with it."""
    answer: Answer = orjson.loads(orjson.dumps(value, option=orjson.OPT_UTC_Z))
    return answer


def _require_database(chosen: Settings) -> None:
    """Check that there is a database, since opening one creates it. Raises NotFound."""
    database.require_database(chosen, "there has been no refresh. `llmanac refresh` asks the sources now.")


def _latest(chosen: Settings) -> str:
    records = list_refreshes(chosen, limit=1)["refreshes"]
    if not records:
        raise NotFound("There has been no refresh yet. `llmanac refresh` asks the sources now.")
    return str(records[0]["id"])


def _server(chosen: Settings, url: str) -> RemoteClient:
    return RemoteClient(url, token=chosen.token.get_secret_value() if chosen.token else None)
