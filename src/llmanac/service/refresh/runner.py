"""Refreshes: one at a time over all processes that share a store, each with a record from its beginning to its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from llmanac.clock import Clock
from llmanac.errors import LlmanacError, NotFound, WriteConflict
from llmanac.service.refresh.records import Outcome, RefreshRecord, Status, Trigger, new_refresh_id
from llmanac.service.refresh.run import RefreshRun
from llmanac.service.refresh.schedule import Schedule
from llmanac.service.refresh.store import RefreshStore

logger = logging.getLogger(__name__)

TURN = timedelta(seconds=60)
"""How long a refresh may give no sign of life before others take it for gone."""
SIGN_OF_LIFE_S = 15.0
LOOK_AGAIN_S = 0.5
LOOKED_BACK = 10
"""Records among which the last refresh is looked for, past those of a person's decisions."""

Work = Callable[[RefreshRecord], Awaitable[RefreshRecord]]


class RefreshRunner:
    """Starts refreshes, waits for them, and tells of them. Each method may raise StorageError."""

    def __init__(self, store: RefreshStore, refresh_run: RefreshRun, *, clock: Clock) -> None:
        self._store = store
        self._refresh_run = refresh_run
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[RefreshRecord]] = {}

    async def refresh(self, trigger: Trigger) -> RefreshRecord:
        """A refresh from its beginning to its end; where one is running already, the end of that one."""
        return await self.wait(await self.start(trigger))

    async def refresh_if_due(self, schedule: Schedule) -> None:
        """Ask the sources, and wait for the end, where the schedule says that it is time."""
        if schedule.is_due(await self.last_began_at(), now=self._clock()):
            await self.refresh(Trigger.SCHEDULE)

    async def start(self, trigger: Trigger) -> RefreshRecord:
        """The record of a refresh that has just begun, or of the one that is running."""
        return await self._start(trigger, self._refresh_run.refresh)

    async def accept(self, refresh_id: str) -> RefreshRecord:
        """Accept what a refresh held, to be served as it is: the record of doing so, which has just begun.

        Raises NotFound, and Conflict where it held nothing, or where a source has given something else since.
        """
        held = {it.name: it.sha256 for it in (await self.record(refresh_id)).sources if it.pending_count}
        if not held:
            raise WriteConflict(f"The refresh {refresh_id} held nothing.")
        states = await self._store.states()
        for name, sha256 in held.items():
            state = states.get(name)
            if state is None or state.seen_sha256 != sha256 or not state.anomalies:
                raise WriteConflict(
                    f"{name}: this is settled, or has given way to something newer. See the latest refresh."
                )
        begun = await self._start(Trigger.ACCEPT, lambda own: self._refresh_run.accept(own, frozenset(held)))
        if begun.id not in self._under_way:
            raise WriteConflict(f"The refresh {begun.id} is running. Try again when it has ended.")
        return begun

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
        records = await self._store.records(limit=LOOKED_BACK)
        return next((record.started_at for record in records if record.trigger is not Trigger.ACCEPT), None)

    async def wait(self, record: RefreshRecord) -> RefreshRecord:
        """The same refresh when it has ended, whichever process runs it; as it stands where that process is gone."""
        task = self._under_way.get(record.id)
        if task is not None:
            # One who waits and is called off must not take the refresh with him.
            return await asyncio.shield(task)
        waited = timedelta()
        while record.status is Status.RUNNING and waited < TURN:
            await asyncio.sleep(LOOK_AGAIN_S)
            waited += timedelta(seconds=LOOK_AGAIN_S)
            record = await self.record(record.id)
        return record

    async def close(self) -> None:
        """Give up what is under way; it is told as interrupted by whoever refreshes next."""
        for task in list(self._under_way.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _start(self, trigger: Trigger, work: Work) -> RefreshRecord:
        now = self._clock()
        record = RefreshRecord(id=new_refresh_id(now), trigger=trigger, started_at=now)
        begun = await self._store.begin(record, until=now + TURN)
        if begun.id == record.id:
            task = asyncio.create_task(self._run(record, work))
            self._under_way[record.id] = task
            task.add_done_callback(lambda _: self._under_way.pop(record.id))
        return begun

    async def _run(self, record: RefreshRecord, work: Work) -> RefreshRecord:
        alive = asyncio.create_task(self._show_life(record.id))
        try:
            ended = await work(record)
        except LlmanacError as error:
            logger.error("The refresh %s failed: %s", record.id, error.detail)  # noqa: TRY400 -- all that there is to tell
            return await self._give_up(record, error.detail)
        except Exception:
            logger.exception("The refresh %s failed", record.id)
            return await self._give_up(record, "It failed for a reason that nobody foresaw; the server's log has it.")
        else:
            _log(ended)
            return ended
        finally:
            alive.cancel()

    async def _show_life(self, refresh_id: str) -> None:
        while True:
            await asyncio.sleep(SIGN_OF_LIFE_S)
            with contextlib.suppress(LlmanacError):  # if the turn is lost meanwhile, the end finds out
                await self._store.extend(refresh_id, until=self._clock() + TURN)

    async def _give_up(self, record: RefreshRecord, detail: str) -> RefreshRecord:
        ended = replace(record, status=Status.ENDED, ended_at=self._clock(), detail=detail)
        try:
            async with self._store.change(record.id) as change:
                await change.end(ended)
        except LlmanacError as error:
            logger.error("The end of the refresh %s cannot be recorded: %s", record.id, error.detail)  # noqa: TRY400 -- all that there is to tell
        return ended


def _log(ended: RefreshRecord) -> None:
    for it in ended.sources:
        amounts = f"+{it.added} -{it.removed} ~{it.changed}" if it.outcome is Outcome.UPDATED else ""
        told = " ".join(part for part in (it.outcome.value, amounts, it.detail) if part)
        level = logging.INFO if it.outcome in {Outcome.UPDATED, Outcome.NOT_MODIFIED} else logging.WARNING
        logger.log(level, "Refresh %s: %s %s", ended.id, it.name, told)
