"""A refresh that is waited for answers 200 once it has ended, and only then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from llmanac.auth.principal import Principal
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.refresh.records import Outcome, RefreshRecord, SourceOutcome, Status, Trigger

from ...small_past import Installation

pytestmark = pytest.mark.anyio

BEGUN = RefreshRecord(id="r1", trigger=Trigger.REQUEST, started_at=datetime(2026, 11, 23, 12, tzinfo=UTC))
ADMIN = Principal(None, "ops", frozenset({"admin"}))


class Everyone:
    """An authenticator that takes everyone for an administrator."""

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        return ADMIN

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        return ADMIN


class Runner:
    """A runner whose refresh has come to this record by the time that a waiter gives up or is done."""

    def __init__(self, waited_for: RefreshRecord) -> None:
        self._waited_for = waited_for

    async def start(self, trigger: Trigger) -> RefreshRecord:
        return replace(BEGUN, trigger=trigger)

    async def wait(self, record: RefreshRecord) -> RefreshRecord:
        assert record == BEGUN
        return self._waited_for


@asynccontextmanager
async def client_of(installation: Installation, waited_for: RefreshRecord) -> AsyncIterator[httpx2.AsyncClient]:
    runner: Any = Runner(waited_for)
    app = create_app(Services(reader=installation.reader, authenticator=Everyone(), refresh_runner=runner))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test/api/v1") as client:
        yield client


async def test_a_refresh_that_has_ended_is_200(installation: Installation) -> None:
    ended = replace(
        BEGUN,
        status=Status.ENDED,
        ended_at=BEGUN.started_at,
        sources=(SourceOutcome(name="litellm", outcome=Outcome.UPDATED),),
    )
    async with client_of(installation, ended) as client:
        response = await client.post("/refreshes?wait=true")

    assert (response.status_code, response.json()["status"]) == (200, "ended")


async def test_a_refresh_whose_process_is_gone_has_not_ended(installation: Installation) -> None:
    async with client_of(installation, BEGUN) as client:
        response = await client.post("/refreshes?wait=true")

    assert (response.status_code, response.json()["status"]) == (202, "running")
    assert response.headers["location"] == "/api/v1/refreshes/r1"


async def test_a_source_that_failed_is_502(installation: Installation) -> None:
    failed = SourceOutcome(name="litellm", outcome=Outcome.FAILED, detail="500 Oops")
    ended = replace(BEGUN, status=Status.ENDED, ended_at=BEGUN.started_at, sources=(failed,))
    async with client_of(installation, ended) as client:
        response = await client.post("/refreshes?wait=true")

    assert response.status_code == 502
    assert "litellm: 500 Oops" in response.json()["detail"]
