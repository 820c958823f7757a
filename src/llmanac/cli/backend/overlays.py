"""Overlays for commands: those of the database on this machine, or of a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

import orjson

from llmanac import bootstrap, database
from llmanac.cli.backend.client import Answer
from llmanac.cli.backend.remote import RemoteClient
from llmanac.rules.documents import as_written
from llmanac.rules.overlay import Overlay
from llmanac.service.json_encoder import encode
from llmanac.service.rules.overlays.overlays import OverlayRecord, Overlays
from llmanac.settings import Settings

Result = TypeVar("Result")


class OverlayClient(Protocol):
    """The work of commands on overlays; the answers are those of the API, as parsed JSON."""

    def list(self) -> Answer: ...

    def plan(self, overlays: Sequence[Overlay], *, without: Sequence[str], prune: bool, limit: int) -> Answer: ...

    def apply(self, overlays: Sequence[Overlay], *, prune: bool) -> None: ...

    def delete(self, name: str) -> None: ...


def open_overlays(chosen: Settings) -> OverlayClient:
    """The overlays of the server that the settings name, else of this machine's database."""
    if chosen.url is None:
        return LocalOverlays(chosen)
    return RemoteOverlays(RemoteClient(chosen.url, token=chosen.token.get_secret_value() if chosen.token else None))


class LocalOverlays:
    """Overlays of this machine's database, which is created if it is missing."""

    def __init__(self, chosen: Settings) -> None:
        self._chosen = chosen

    def list(self) -> Answer:
        if not database.has_database(self._chosen) and self._chosen.overlays is None:
            return {"overlays": [], "total": 0, "trouble": None, "unreadable": {}}

        async def listed(overlays: Overlays) -> Answer:
            records = await overlays.all()
            return {
                "overlays": [_described(it) for it in records],
                "total": len(records),
                "trouble": overlays.trouble,
                "unreadable": dict(overlays.unreadable),
            }

        return self._run(listed)

    def plan(self, overlays: Sequence[Overlay], *, without: Sequence[str], prune: bool, limit: int) -> Answer:
        async def planned(service: Overlays) -> Answer:
            made: Answer = orjson.loads(encode(await service.plan(overlays, without=without, prune=prune, shown=limit)))
            return made

        return self._run(planned)

    def apply(self, overlays: Sequence[Overlay], *, prune: bool) -> None:
        self._run(lambda service: service.apply(overlays, prune=prune))

    def delete(self, name: str) -> None:
        self._run(lambda service: service.delete(name))

    def _run(self, job: Callable[[Overlays], Awaitable[Result]]) -> Result:
        async def run() -> Result:
            async with bootstrap.open_overlays(self._chosen) as overlays:
                return await job(overlays)

        return asyncio.run(run())


class RemoteOverlays:
    """Overlays of a server."""

    def __init__(self, client: RemoteClient) -> None:
        self._client = client

    def list(self) -> Answer:
        return self._client.overlays()

    def plan(self, overlays: Sequence[Overlay], *, without: Sequence[str], prune: bool, limit: int) -> Answer:
        return self._client.preview_overlays(
            {"overlays": [*map(as_written, overlays)], "without": [*without], "prune": prune, "limit": limit}
        )

    def apply(self, overlays: Sequence[Overlay], *, prune: bool) -> None:
        self._client.apply_overlays({"overlays": [*map(as_written, overlays)], "prune": prune})

    def delete(self, name: str) -> None:
        self._client.delete_overlay(name)


def _described(record: OverlayRecord) -> Answer:
    described: Answer = {
        "overlay": as_written(record.document),
        "version": record.version,
        "file": record.file,
        "author": record.author,
        "written_at": record.written_at.isoformat(),
        "rules": orjson.loads(encode(record.rules)),
    }
    return described
