"""``llmanac refresh list`` and ``show``: from the database on this machine, and from a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from llmanac import bootstrap, settings
from llmanac.auth.verifier import OpenVerifier
from llmanac.cli.backend import refreshes
from llmanac.cli.backend.remote import RemoteClient
from llmanac.cli.output.refreshes import put_refresh
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.commit import RefreshCommit
from llmanac.service.refresh.records import (
    Outcome,
    Pending,
    RefreshRecord,
    SourceOutcome,
    Status,
    Trigger,
    new_refresh_id,
    serialize_record,
)
from llmanac.service.refresh.steps import unobserved
from llmanac.settings import Settings
from llmanac.storage.database import open_sqlite

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Run = Callable[..., Any]

REPRICED = Pending(rule="repriced", entry=None, detail="prices of 900 of 1800 entries moved by more than half", times=2)
JUMPED = Pending(rule="jumped", entry="host/lab-1", detail="input from 1 to 100", times=1)

BEGUN = RefreshRecord(id=new_refresh_id(NOON), trigger=Trigger.SCHEDULE, started_at=NOON)
HELD = replace(
    BEGUN,
    status=Status.ENDED,
    ended_at=NOON + timedelta(seconds=2.5),
    sources=(
        SourceOutcome(
            name="models.dev", outcome=Outcome.HELD, detail="repriced.", pending=(REPRICED,), pending_count=1, size=1234
        ),
        SourceOutcome(
            name="litellm",
            outcome=Outcome.UPDATED,
            detail="120 entries are quarantined.",
            added=3,
            pending=(JUMPED,),
            pending_count=120,
        ),
    ),
)
CLEAN = replace(
    BEGUN,
    id=new_refresh_id(NOON - timedelta(hours=1)),
    started_at=NOON - timedelta(hours=1),
    status=Status.ENDED,
    ended_at=NOON - timedelta(minutes=59),
    snapshot="82a7aa91a6e7ed64",
    sources=(SourceOutcome(name="models.dev", outcome=Outcome.UPDATED, added=1),),
)


async def keep(records: tuple[RefreshRecord, ...], data_dir: Path) -> None:
    database = await open_sqlite(data_dir)
    try:
        for record in records:
            begun = replace(record, status=Status.RUNNING, ended_at=None, sources=(), snapshot=None)
            await database.refreshes.begin(begun, until=record.started_at + timedelta(minutes=1))
            commit = RefreshCommit(record=record, snapshot=None, states=(), contents={})
            await commit.write(database.refreshes, unobserved)
    finally:
        await database.close()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two refreshes, of which the last one held something."""
    directory = tmp_path_factory.mktemp("data")
    asyncio.run(keep((CLEAN, HELD), directory))
    return directory


class TestShow:
    def test_it_says_why_each_source_was_held(self, run: Run, data_dir: Path) -> None:
        shown = run("refresh", "show", HELD.id, "--data-dir", str(data_dir))

        assert shown.code == 0
        assert f"Refresh {HELD.id}: held" in shown.out
        assert "begun 2026-11-23 12:00:00 UTC by schedule, ended, took 2.5 s" in shown.out
        rows = [line.split() for line in shown.out.splitlines()]
        assert ["models.dev", "held", "0", "0", "0", "0", "1", "0", "1,234", "0.0"] in rows
        assert ["models.dev", "repriced", "(the", "whole", "feed)", "2", *REPRICED.detail.split()] in rows
        assert ["litellm", "jumped", "host/lab-1", "1", *JUMPED.detail.split()] in rows
        assert "119 more" in shown.err
        assert f"llmanac refresh accept {HELD.id}" in shown.err

    def test_latest_is_the_last_one(self, run: Run, data_dir: Path) -> None:
        by_id = run("refresh", "show", HELD.id, "--data-dir", str(data_dir))
        assert run("refresh", "show", "latest", "--data-dir", str(data_dir)) == by_id

    def test_one_that_held_nothing_says_nothing_of_it(self, run: Run, data_dir: Path) -> None:
        shown = run("refresh", "show", CLEAN.id, "--data-dir", str(data_dir))

        assert "snapshot 82a7aa91a6e7ed64 is served since" in shown.out
        assert "RULE" not in shown.out
        assert shown.err == ""

    def test_as_json_it_is_the_record(self, run: Run, data_dir: Path) -> None:
        shown = run("refresh", "show", "latest", "--json", "--data-dir", str(data_dir)).json

        assert shown == refreshes.as_answer(serialize_record(HELD))
        assert (shown["outcome"], shown["started_at"]) == ("held", "2026-11-23T12:00:00Z")

    @pytest.mark.parametrize(
        ("refresh_id", "code", "says"),
        [
            ("20261123T120000Z-ffffff", 3, "There is no refresh '20261123T120000Z-ffffff'"),
            ("no id", 2, "reads like 20261123T120000Z-1a2b3c, or latest"),
            ("x" * 33, 2, "`llmanac refresh list` lists them"),
        ],
    )
    def test_an_unknown_refresh_is_reported(
        self, run: Run, data_dir: Path, refresh_id: str, *, code: int, says: str
    ) -> None:
        refused = run("refresh", "show", refresh_id, "--data-dir", str(data_dir))
        assert (refused.code, refused.out) == (code, "")
        assert says in refused.err

    def test_of_what_was_held_only_the_named_entries_are_shown(self, run: Run, data_dir: Path) -> None:
        narrowed = ("--entry", "HOST/Lab", "--data-dir", str(data_dir))
        shown = run("refresh", "show", HELD.id, *narrowed)

        assert (shown.code, "host/lab-1" in shown.out, REPRICED.detail in shown.out) == (0, True, True)

    def test_what_holds_the_whole_feed_holds_every_entry(self, run: Run, data_dir: Path) -> None:
        narrowed = ("--entry", "gpt-5", "--data-dir", str(data_dir), "--json")
        shown = run("refresh", "show", HELD.id, *narrowed).json

        assert [[it["rule"] for it in source["pending"]] for source in shown["sources"]] == [["repriced"], []]

    def test_an_entry_that_was_not_held_is_not_found(self, run: Run, data_dir: Path) -> None:
        refused = run("refresh", "show", CLEAN.id, "--entry", "gpt-5", "--data-dir", str(data_dir))

        assert (refused.code, refused.out) == (3, "")
        assert f"Refresh {CLEAN.id} held no entry that is recorded with 'gpt-5' in its id." in refused.err

    def test_before_the_first_refresh_there_is_no_latest(self, run: Run, tmp_path: Path) -> None:
        asyncio.run(keep((), tmp_path))
        refused = run("refresh", "show", "latest", "--data-dir", str(tmp_path))
        assert (refused.code, "no refresh yet" in refused.err) == (3, True)


@pytest.mark.parametrize(
    "arguments",
    [("list",), ("show", "latest"), ("show", HELD.id), ("accept", HELD.id)],
    ids=["list", "show the latest", "show by id", "accept"],  # an id of a refresh is random: processes would disagree
)
def test_where_there_is_no_database_none_is_made(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    data_dir = tmp_path / "data"

    refused = run("refresh", *arguments, "--data-dir", str(data_dir))

    assert (refused.code, refused.out) == (3, "")
    assert f"There is no database in {data_dir}" in refused.err
    assert not data_dir.exists()


def test_a_refresh_that_was_run_here_is_printed_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    jumped = tuple(replace(JUMPED, entry=f"host/lab-{number}") for number in range(100))
    source = replace(HELD.sources[1], pending=jumped)

    put_refresh(refreshes.as_answer(serialize_record(replace(HELD, sources=(source,)))), most=10)

    printed = capsys.readouterr()
    assert printed.out.startswith(f"Refresh {HELD.id}: ")
    assert printed.out.count("host/lab-") == 10
    assert "litellm: 110 more are held, and not listed here." in printed.err
    assert f"More of it: llmanac refresh show {HELD.id}" in printed.err


class TestList:
    def test_it_shows_at_a_glance_what_was_held(self, run: Run, data_dir: Path) -> None:
        listed = run("refresh", "list", "--data-dir", str(data_dir)).out.splitlines()

        assert [line.split()[:3] for line in listed[1:]] == [
            [HELD.id, "schedule", "held"],
            [CLEAN.id, "schedule", "updated"],
        ]
        assert "all of models.dev; 120 of litellm" in listed[1]
        assert " - " in listed[2]

    def test_as_json_it_is_what_the_server_answers(self, run: Run, data_dir: Path) -> None:
        listed = run("refresh", "list", "--limit", "1", "--json", "--data-dir", str(data_dir)).json
        assert listed == {"refreshes": [refreshes.as_answer(serialize_record(HELD))]}


@pytest.mark.slow
class TestOnAServer:
    @pytest.fixture
    def chosen(self) -> Settings:
        return settings.load(url="http://testserver")

    @pytest.fixture(autouse=True)
    def _server(self, embedded_edition: Edition, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        """A server on the same database, which commands reach in this process."""

        async def serve(scope: Any, receive: Any, send: Any) -> None:
            async with bootstrap.open_refresher(settings.load(data_dir=data_dir)) as refresh_runner:
                services = Services(
                    reader=Reader(embedded_edition), authenticator=OpenVerifier(), refresh_runner=refresh_runner
                )
                await create_app(services)(scope, receive, send)

        def client(url: str, *, token: str | None) -> RemoteClient:
            return RemoteClient(url, token=token, transport=TestClient(serve)._transport)

        monkeypatch.setattr(refreshes, "RemoteClient", client)

    def test_it_is_the_same(self, chosen: Settings) -> None:
        assert refreshes.show_refresh(chosen, "latest") == refreshes.as_answer(serialize_record(HELD))
        assert refreshes.show_refresh(chosen, CLEAN.id) == refreshes.as_answer(serialize_record(CLEAN))
        assert refreshes.list_refreshes(chosen, limit=1) == {"refreshes": [refreshes.as_answer(serialize_record(HELD))]}
