"""Refreshes on the pages: what is held, side by side with what is served, and accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from llmanac.errors import NotFound, WriteConflict
from llmanac.service.refresh.held import HeldEntry, HeldFeed, HeldField
from llmanac.service.refresh.records import Outcome, Pending, RefreshRecord, SourceOutcome, Status, Trigger
from llmanac.storage.database import Database

from ....small_pages import Bearer, client_of, page_routes
from ....small_past import installation_on
from ....small_policies import InstalledPolicies
from .conftest import READER, WRITER

pytestmark = pytest.mark.anyio

JUMPED = Pending(rule="jumped", entry="acme/alpha", detail="output 15 → 1500.", times=2)
SOURCE = SourceOutcome(name="models.dev", outcome=Outcome.HELD, pending=(JUMPED,), pending_count=1, sha256="a" * 64)
RECORD = RefreshRecord(
    id="20261127T120000Z-1a2b3c",
    trigger=Trigger.SCHEDULE,
    started_at=datetime(2026, 11, 27, 12, tzinfo=UTC),
    status=Status.ENDED,
    sources=(SOURCE,),
)
HELD = HeldFeed(
    source="models.dev",
    served_date="2026-11-26",
    sha256="a" * 64,
    entries=(
        HeldEntry(
            entry="acme/alpha",
            anomalies=(JUMPED,),
            is_new=False,
            is_gone=False,
            fields=(HeldField(field="cost.output", served=15, held=1500),),
        ),
    ),
    total=1,
)


class OneRefresh:
    """An installation with one refresh, of which something is held until it is accepted."""

    def __init__(self) -> None:
        self.accepted: list[str] = []
        self.settled = False

    async def records(self, *, limit: int) -> tuple[RefreshRecord, ...]:
        return (RECORD,)[:limit]

    async def record(self, refresh_id: str) -> RefreshRecord:
        if refresh_id != RECORD.id:
            raise NotFound("There is no such refresh.")
        return RECORD

    async def held(self, refresh_id: str) -> tuple[HeldFeed, ...]:
        if self.settled:
            raise WriteConflict(f"{refresh_id}: this is settled.")
        return (HELD,)

    async def accept(self, refresh_id: str) -> RefreshRecord:
        if self.settled:
            raise WriteConflict("This is settled.")
        self.accepted.append(refresh_id)
        return replace(RECORD, id="20261127T130000Z-1a2b3c", trigger=Trigger.ACCEPT)


async def test_what_is_held_stands_beside_what_is_served_and_is_accepted(database: Database) -> None:
    refreshes = OneRefresh()
    policies = await InstalledPolicies(database).open()
    routes = page_routes(installation_on(database), Bearer(WRITER), policies=policies, refreshes=refreshes)
    async with client_of(routes) as client:
        assert f"/refreshes/{RECORD.id}" in (await client.get("/refreshes")).text
        html = (await client.get(f"/refreshes/{RECORD.id}")).text
        assert "<code>cost.output</code></th><td>15</td><td>1500</td>" in html
        assert "seen 2 times" in html

        done = await client.post(f"/refreshes/{RECORD.id}/accept")
        assert (done.status_code, done.headers["location"]) == (303, "/refreshes/20261127T130000Z-1a2b3c")
        assert refreshes.accepted == [RECORD.id]

        refreshes.settled = True
        late = await client.post(f"/refreshes/{RECORD.id}/accept")
        assert late.status_code == 409
        assert "Nothing of it can be accepted any more" in late.text
        assert "Accept all" not in late.text
        assert (await client.get("/refreshes/unknown")).status_code == 404


async def test_whoever_may_not_refresh_sees_and_accepts_nothing(database: Database) -> None:
    refreshes = OneRefresh()
    policies = await InstalledPolicies(database).open()
    routes = page_routes(installation_on(database), Bearer(READER), policies=policies, refreshes=refreshes)
    async with client_of(routes) as client:
        for path in ("/refreshes", f"/refreshes/{RECORD.id}"):
            response = await client.get(path)
            assert response.status_code == 403
            assert "refresh:write" in response.text
        assert (await client.post(f"/refreshes/{RECORD.id}/accept")).status_code == 403
    assert refreshes.accepted == []
