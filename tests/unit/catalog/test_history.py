"""Editions of past days: one for all days of an epoch, in little memory where many are asked for in turn."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from llmanac.catalog.catalog import Catalog
from llmanac.catalog.history import EditionsInTurn, RecordedHistory
from llmanac.errors import NotFound
from llmanac.service.archive import Archive
from llmanac.service.offers.billing import BillOptions
from llmanac.storage.database import open_sqlite

from ..small_past import FIRST, NOON, SECOND, THIRD, installation_on

Opened = AbstractAsyncContextManager[Archive]


class Openings:
    """Opens the archive of a small past, and counts how often."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.number = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Archive]:
        self.number += 1
        database = await open_sqlite(self._folder)
        installation = installation_on(database)
        try:
            yield installation.archive
        finally:
            await installation.archive.history.close()
            await database.close()


@pytest.fixture
def openings(tmp_path: Path) -> Openings:
    return Openings(tmp_path)


def test_all_days_of_an_epoch_have_one_edition(openings: Openings) -> None:
    history = RecordedHistory(openings.open, clock=lambda: NOON)
    days = [SECOND + timedelta(days=number) for number in range((THIRD - SECOND).days)]
    editions = [history.edition(day) for day in days]
    assert all(edition is editions[0] for edition in editions)
    assert openings.number == 2, "once for the timeline, and once for the edition"


def test_a_day_that_has_ended_meanwhile_is_read_anew(openings: Openings) -> None:
    now = [NOON]
    history = RecordedHistory(openings.open, clock=lambda: now[0])
    assert history.edition(NOON.date()) is None
    assert history.edition(FIRST) is not None
    now[0] = NOON + timedelta(days=1)
    assert history.edition(NOON.date()) is not None
    with pytest.raises(NotFound):
        history.edition(FIRST - timedelta(days=1))


def test_an_edition_gives_its_pages_back_when_it_is_anothers_turn() -> None:
    released: list[str] = []

    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

        def release_pages(self) -> list[None]:
            released.append(self.name)
            return [None]

    named = {date(2026, 5, day): Named(str(day)) for day in (1, 2)}
    in_turn = EditionsInTurn(named.__getitem__)  # type: ignore[arg-type]  # -- as far as an edition is asked here
    for day in (1, 1, 2, 1):
        in_turn(date(2026, 5, day))
    assert released == ["1", "2"]


@pytest.mark.slow
def test_a_log_is_priced_by_the_days_of_its_requests(catalog: Catalog, tmp_path: Path) -> None:
    days = ("2026-05-20", "2026-05-30", "2026-09-30", "2026-11-20")
    usage = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    lines = [json.dumps({"time": f"{day}T12:00:00Z", "model": "gpt-4o", "usage": usage}) for day in days]
    log = tmp_path / "usage.jsonl"
    log.write_text("\n".join(lines), encoding="utf-8")
    bill = catalog.price(log, io.BytesIO(b"?"), options=BillOptions(by=("day",), listed=1))
    expected = [catalog.get("gpt-4o", as_of=date.fromisoformat(day)).price.rates.input for day in days[1:]]
    assert [group.total for group in bill.groups] == expected
    assert bill.total == sum((it or Decimal(0) for it in expected), Decimal(0))
    assert [(it.file, it.line) for it in bill.listed] == [(str(log), 1)]
