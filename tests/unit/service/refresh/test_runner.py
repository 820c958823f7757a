"""A refresh is begun when it is due, and who waits for one waits for as long as it is alive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from llmanac.service.refresh.records import RefreshRecord, Status, Trigger
from llmanac.service.refresh.runner import HEARTBEAT_S, LEASE, RefreshRunner
from llmanac.service.refresh.schedule import JITTER, SETTLING, Schedule

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Store:
    """Keeps records, and nothing else of a RefreshStore."""

    def __init__(self) -> None:
        self.kept: dict[str, RefreshRecord] = {}

    async def begin(self, record: RefreshRecord, *, until: datetime) -> RefreshRecord:
        assert until > record.started_at
        self.kept[record.id] = record
        return record

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        return tuple(sorted(self.kept.values(), key=lambda it: it.started_at, reverse=True)[:limit])


class Run:
    """Ends every refresh at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def refresh(self, record: RefreshRecord) -> RefreshRecord:
        ended = replace(record, status=Status.ENDED, ended_at=record.started_at)
        self._store.kept[record.id] = ended
        return ended


async def test_a_refresh_runs_once_an_interval() -> None:
    now = [NOON]
    store = Store()
    run: Any = Run(store)
    whole: Any = store
    runner = RefreshRunner(whole, run, clock=lambda: now[0])
    schedule = Schedule(HOUR, started_at=NOON, jitter=lambda: 1.0)

    began = []
    for minutes in range(150):
        now[0] = NOON + timedelta(minutes=minutes)
        before = len(store.kept)
        await runner.refresh_if_due(schedule)
        if len(store.kept) > before:
            began.append(now[0])

    first = NOON + timedelta(minutes=1)  # the first minute after it has settled
    assert began[0] - NOON >= SETTLING
    assert began == [first, first + HOUR * (1 + JITTER), first + 2 * HOUR * (1 + JITTER)]
    assert {it.trigger for it in store.kept.values()} == {Trigger.SCHEDULE}


class Elsewhere(Store):
    """A refresh that another process runs: it sends a heartbeat whenever it is looked at, until it ends or dies."""

    def __init__(self, *, heartbeats: int, ends: bool) -> None:
        super().__init__()
        self.now = NOON
        self._heartbeats = heartbeats
        self._ends = ends
        self._until: datetime | None = NOON + LEASE

    async def leased_until(self, refresh_id: str) -> datetime | None:
        self.now += timedelta(seconds=HEARTBEAT_S)
        if self._heartbeats:
            self._heartbeats -= 1
            self._until = self.now + LEASE
        elif self._ends:
            self._until = None
            self.kept[refresh_id] = replace(self.kept[refresh_id], status=Status.ENDED, ended_at=self.now)
        return self._until

    async def record(self, refresh_id: str) -> RefreshRecord:
        return self.kept[refresh_id]


@pytest.mark.parametrize(("ends", "status"), [(True, Status.ENDED), (False, Status.RUNNING)])
async def test_a_refresh_of_another_process_is_waited_for_as_long_as_it_is_alive(*, ends: bool, status: Status) -> None:
    store = Elsewhere(heartbeats=40, ends=ends)
    begun = await store.begin(RefreshRecord(id="r1", trigger=Trigger.SCHEDULE, started_at=NOON), until=NOON + LEASE)
    whole: Any = store
    run: Any = Run(store)
    runner = RefreshRunner(whole, run, clock=lambda: store.now, poll_s=0)

    waited_for = await runner.wait(begun)

    last_heartbeat = NOON + 40 * timedelta(seconds=HEARTBEAT_S)
    assert waited_for.status is status
    assert last_heartbeat < store.now <= last_heartbeat + LEASE
