"""The schedule: a refresh is begun when it is due, and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from llmanac.service.refresh.records import RefreshRecord, Status, Trigger
from llmanac.service.refresh.runner import RefreshRunner
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
