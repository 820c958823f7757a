"""Runs refreshes one at a time among all processes that share a store, and records each from beginning to end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from llmanac.clock import Clock
from llmanac.errors import LlmanacError, NotFound, WriteConflict
from llmanac.service.refresh.executor import SETTLED, RefreshExecutor
from llmanac.service.refresh.held import HeldFeed
from llmanac.service.refresh.records import Outcome, RefreshRecord, Status, Trigger, new_refresh_id
from llmanac.service.refresh.schedule import Schedule
from llmanac.service.refresh.store import RefreshStore

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""The time without a heartbeat after which a refresh counts as interrupted."""
HEARTBEAT_S = 15.0
POLL_S = 0.5
RECORDS_SEARCHED = 10
"""Records that are searched for the last refresh that asked the sources; others are a person's decisions."""

Job = Callable[[RefreshRecord], Awaitable[RefreshRecord]]


class RefreshRunner:
    """Starts refreshes, waits for them, and reads their records. Each method may raise StorageError."""

    def __init__(self, store: RefreshStore, executor: RefreshExecutor, *, clock: Clock, poll_s: float = POLL_S) -> None:
        """``poll_s`` is the interval at which a refresh of another process is looked at."""
        self._store = store
        self._poll_s = poll_s
        self._executor = executor
        self._clock = clock
        self._running: dict[str, asyncio.Task[RefreshRecord]] = {}

    async def refresh(self, trigger: Trigger) -> RefreshRecord:
        """Run a refresh to its end; where one is running already, wait for that one."""
        return await self.wait(await self.start(trigger))

    async def refresh_if_due(self, schedule: Schedule) -> None:
        """Run a refresh to its end if the schedule says that one is due."""
        if schedule.is_due(await self.last_began_at(), now=self._clock()):
            await self.refresh(Trigger.SCHEDULE)

    async def start(self, trigger: Trigger) -> RefreshRecord:
        """Start a refresh, and return its record, or that of the one that is running already."""
        return await self._start(trigger, self._executor.refresh)

    async def accept(self, refresh_id: str) -> RefreshRecord:
        """Start serving what a refresh held, as it is, and return the record of this.

        Raises NotFound, and WriteConflict where it held nothing, a source has sent something else since, or another
        refresh is running.
        """
        held = {it.name: it.sha256 for it in (await self.record(refresh_id)).sources if it.pending_count}
        if not held:
            raise WriteConflict(f"The refresh {refresh_id} held nothing.")
        states = await self._store.states()
        for name, sha256 in held.items():
            state = states.get(name)
            if state is None or state.seen_sha256 != sha256 or not state.anomalies:
                raise WriteConflict(f"{name}: {SETTLED}")
        begun = await self._start(Trigger.ACCEPT, lambda own: self._executor.accept(own, frozenset(held)))
        if begun.id not in self._running:
            raise WriteConflict(f"The refresh {begun.id} is running. Try again when it has ended.")
        return begun

    async def held(self, refresh_id: str) -> tuple[HeldFeed, ...]:
        """The feeds of which a refresh holds something, side by side with those that are served.

        Raises NotFound, and WriteConflict where that is settled, or a source has sent something else since.
        """
        return await self._executor.held(it for it in (await self.record(refresh_id)).sources if it.pending_count)

    async def record(self, refresh_id: str) -> RefreshRecord:
        """One refresh. Raises NotFound."""
        record = await self._store.record(refresh_id)
        if record is None:
            raise NotFound(
                f"There is no refresh {refresh_id[:40]!r}; the last ones are kept and listed, older ones are not."
            )
        return record

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        """The last refreshes, the newest first."""
        return await self._store.records(limit=limit)

    async def last_began_at(self) -> datetime | None:
        """When the last refresh began that asked the sources; None for never."""
        records = await self._store.records(limit=RECORDS_SEARCHED)
        return next((record.started_at for record in records if record.trigger is not Trigger.ACCEPT), None)

    async def wait(self, record: RefreshRecord) -> RefreshRecord:
        """Wait for the end of a refresh, whichever process runs it; its last record where that process is gone.

        That one still has the status RUNNING: the next refresh marks it as interrupted.
        """
        task = self._running.get(record.id)
        if task is not None:
            # Cancelling a waiter must not cancel the refresh.
            return await asyncio.shield(task)
        is_alive = True
        while record.status is Status.RUNNING and is_alive:
            await asyncio.sleep(self._poll_s)
            # Before its record is read: a refresh gives up its lease as it ends, and has then written its last record.
            is_alive = await self._is_alive(record.id)
            record = await self.record(record.id)
        return record

    async def _is_alive(self, refresh_id: str) -> bool:
        """Whether the process that runs a refresh has sent a heartbeat within its lease."""
        until = await self._store.leased_until(refresh_id)
        return until is not None and until > self._clock()

    async def close(self) -> None:
        """Cancel running refreshes; the next refresh marks them as interrupted."""
        for task in list(self._running.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _start(self, trigger: Trigger, job: Job) -> RefreshRecord:
        now = self._clock()
        record = RefreshRecord(id=new_refresh_id(now), trigger=trigger, started_at=now)
        begun = await self._store.begin(record, until=now + LEASE)
        if begun.id == record.id:
            task = asyncio.create_task(self._run(record, job))
            self._running[record.id] = task
            task.add_done_callback(lambda _: self._running.pop(record.id))
        return begun

    async def _run(self, record: RefreshRecord, job: Job) -> RefreshRecord:
        heartbeat = asyncio.create_task(self._send_heartbeats(record.id))
        try:
            ended = await job(record)
        except LlmanacError as error:
            logger.error("The refresh %s failed: %s", record.id, error.detail)  # noqa: TRY400 -- a traceback would add nothing
            return await self._record_failure(record, error.detail)
        except Exception:
            logger.exception("The refresh %s failed", record.id)
            return await self._record_failure(record, "It failed unexpectedly; the server's log has the reason.")
        else:
            _log(ended)
            return ended
        finally:
            heartbeat.cancel()

    async def _send_heartbeats(self, refresh_id: str) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            with contextlib.suppress(LlmanacError):  # if the lease is lost meanwhile, the commit fails
                await self._store.extend(refresh_id, until=self._clock() + LEASE)

    async def _record_failure(self, record: RefreshRecord, detail: str) -> RefreshRecord:
        ended = replace(record, status=Status.ENDED, ended_at=self._clock(), detail=detail)
        try:
            async with self._store.change(record.id) as change:
                await change.end(ended)
        except LlmanacError as error:
            logger.error("The end of the refresh %s cannot be recorded: %s", record.id, error.detail)  # noqa: TRY400 -- a traceback would add nothing
        return ended


def _log(ended: RefreshRecord) -> None:
    for it in ended.sources:
        amounts = f"+{it.added} -{it.removed} ~{it.changed}" if it.outcome is Outcome.UPDATED else ""
        message = " ".join(part for part in (it.outcome.value, amounts, it.detail) if part)
        level = logging.INFO if it.outcome in {Outcome.UPDATED, Outcome.NOT_MODIFIED} else logging.WARNING
        logger.log(level, "Refresh %s: %s %s", ended.id, it.name, message)
