from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from llmanac.errors import StorageError
from llmanac.history.change import ChangeKind, DifferenceCause
from llmanac.service.editions.build import build_edition
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.history.diffs import DiffJob, StoredEdition
from llmanac.service.history.store import Selection
from llmanac.storage.database import Database

from ....shelf import Shelf
from ...small_overlays import overlaid_edition
from ...small_past import (
    FIRST,
    NOON,
    SECOND,
    THIRD,
    Installation,
    edition_of,
    installation_on,
    litellm,
    model,
    models_dev,
)

pytestmark = pytest.mark.anyio


@pytest.fixture(name="installation")
def unrecorded(database: Database) -> Installation:
    """An installation whose past is still to be recorded."""
    return installation_on(database)


async def recorded_changes(installation: Installation) -> list[tuple[int, ChangeKind, str]]:
    found = await installation.archive.history.changes(Selection(), limit=100)
    return [(it.epoch, it.change.kind, it.change.offer) for it in reversed(found)]


async def test_a_new_history_begins_with_the_past_that_the_package_knows(installation: Installation) -> None:
    history = installation.archive.history
    await history.ready()

    assert [(epoch.day, epoch.offers) for epoch in history.timeline.epochs] == [(FIRST, 3), (SECOND, 2), (THIRD, 3)]
    assert sorted(await recorded_changes(installation)) == [
        (2, ChangeKind.PRICE, "acme/alpha"),
        (2, ChangeKind.REMOVED, "acme/large-1"),
        (2, ChangeKind.RENAMED, "acme/lab/large-2"),
        (3, ChangeKind.ADDED, "acme/large-3"),
        (3, ChangeKind.LIMITS, "acme/alpha"),
        (3, ChangeKind.STATUS, "acme/lab/large-2"),
    ]


async def test_a_later_start_finds_all_as_it_was(database: Database, installation: Installation) -> None:
    await installation.archive.history.ready()

    again = installation_on(database)
    await again.archive.history.ready()

    assert again.archive.history.timeline == installation.archive.history.timeline


async def test_two_processes_that_begin_at_once_make_one_history(database: Database) -> None:
    one, other = installation_on(database), installation_on(database)

    await asyncio.gather(one.archive.history.ready(), other.archive.history.ready())
    await asyncio.gather(one.archive.history.follow(), other.archive.history.follow())

    assert len(one.archive.history.timeline.epochs) == 3
    assert one.archive.history.timeline == other.archive.history.timeline


async def test_an_edition_other_than_the_packages_is_recorded_as_of_now(database: Database) -> None:
    local = edition_of(models_dev(date(2026, 7, 2), alpha=model()), litellm())
    history = installation_on(database, served=local).archive.history
    await history.ready()

    last = history.timeline.last
    assert last is not None
    assert (last.number, last.began_at, last.digest) == (4, NOON, local.digest)


async def test_memory_is_returned_after_a_recording_and_not_where_nothing_was_recorded(database: Database) -> None:
    calls: list[int] = []
    installation = installation_on(
        database, after_recording=lambda: calls.append(len(installation.archive.history.timeline.epochs))
    )
    history = installation.archive.history
    await history.follow()
    await history.follow()

    installation.reader.publish(edition_of(models_dev(date(2026, 7, 14), alpha=model()), litellm()))
    await history.follow()
    await history.follow()

    assert calls == [3, 4]


async def test_a_new_edition_is_recorded_with_its_changes(installation: Installation) -> None:
    history = installation.archive.history
    await history.follow()
    newer = edition_of(models_dev(date(2026, 7, 14), alpha=model()), litellm())

    installation.reader.publish(newer)
    await history.follow()
    await history.follow()

    assert len(history.timeline.epochs) == 4
    assert (await recorded_changes(installation))[-1][0] == 4


async def test_an_edition_that_another_process_recorded_is_not_recorded_again(database: Database) -> None:
    one, other = installation_on(database), installation_on(database)
    await one.archive.history.follow()
    await other.archive.history.follow()
    newer = edition_of(models_dev(date(2026, 7, 14), alpha=model()), litellm())
    newest = edition_of(models_dev(date(2026, 7, 15), beta=model()), litellm())

    for edition in (newer, newest):
        one.reader.publish(edition)
        await one.archive.history.follow()
    for edition in (newer, newest):
        other.reader.publish(edition)
        await other.archive.history.follow()

    assert len(other.archive.history.timeline.epochs) == 5
    assert other.archive.history.timeline == one.archive.history.timeline


async def test_of_processes_that_share_editions_one_records_what_all_serve(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    one, other = installation_on(database, shelf=shelf), installation_on(database, shelf=shelf)
    await one.archive.history.follow()
    await other.archive.history.follow()
    newer = edition_of(models_dev(date(2026, 7, 14), alpha=model()), litellm())
    record = one.archive.history._run_in_worker

    async def follow_meanwhile(function: Callable[[object], object], argument: object) -> object:
        await other.archive.history.follow()
        assert len(other.archive.history.timeline.epochs) == 3
        return await record(function, argument)

    monkeypatch.setattr(one.archive.history, "_run_in_worker", follow_meanwhile)
    monkeypatch.setattr(other.archive.history, "_run_in_worker", None)
    for it in (one, other):
        it.reader.publish(newer)
    await one.archive.history.follow()
    await other.archive.history.follow()

    assert len(other.archive.history.timeline.epochs) == 4
    assert other.archive.history.timeline == one.archive.history.timeline


async def test_the_feeds_of_an_epoch_make_its_very_catalog_again(installation: Installation) -> None:
    history = installation.archive.history
    await history.ready()

    for epoch in history.timeline.epochs:
        assert edition_of(*await history.feeds(epoch)).digest == epoch.digest


async def test_a_damaged_feed_is_an_error(installation: Installation) -> None:
    history = installation.archive.history
    await history.ready()
    epoch = history.timeline.epochs[0]
    other = history.timeline.epochs[1]
    mixed = replace(epoch, feeds=tuple(replace(it, ref=replace(it.ref, sha256="0" * 64)) for it in other.feeds))

    with pytest.raises(StorageError):
        await history.feeds(mixed)


async def test_a_failure_to_begin_is_raised_and_the_next_call_tries_again(installation: Installation) -> None:
    history = installation.archive.history
    store, attempts = history._store, 0

    class Failing:
        async def epochs(self, *, after: int = 0) -> object:
            nonlocal attempts
            attempts += 1
            if attempts == 1:
                raise StorageError("The disk is full.")
            return await store.epochs(after=after)

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

    history._store = Failing()  # type: ignore[assignment]  # -- all of a store but for one failure

    with pytest.raises(StorageError, match="disk is full"):
        await history.ready()
    await history.ready()
    assert len(history.timeline.epochs) == 3


async def test_an_edition_published_while_another_is_recorded_is_recorded_next(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = installation.archive.history
    await history.follow()
    newer = edition_of(models_dev(date(2026, 7, 14), alpha=model()), litellm())
    newest = edition_of(models_dev(date(2026, 7, 15), beta=model()), litellm())

    async def publish_meanwhile(function: Callable[[object], object], argument: object) -> object:
        installation.reader.publish(newest)
        return function(argument)

    installation.reader.publish(newer)
    monkeypatch.setattr(history, "_run_in_worker", publish_meanwhile)
    await history.follow()
    await history.follow()

    assert [epoch.digest for epoch in history.timeline.epochs[3:]] == [newer.digest, newest.digest]


async def test_catalogs_whose_editions_are_stored_are_not_built_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    installation = installation_on(database, shelf=shelf)
    history = installation.archive.history
    await history.ready()
    jobs: list[DiffJob] = []

    async def look(function: Callable[[object], object], argument: object) -> object:
        assert isinstance(argument, DiffJob)
        jobs.append(argument)
        return function(argument)

    monkeypatch.setattr(history, "_run_in_worker", look)
    for day in (14, 15):
        feeds = {it.name: it for it in (models_dev(date(2026, 7, day), **{f"alpha_{day}": model()}), litellm())}
        installation.reader.publish(shelf.kept[build_edition(EditionSpec(feeds=feeds), store=shelf).key])
        await history.follow()

    assert [(type(job.before), type(job.served)) for job in jobs] == [
        (tuple, StoredEdition),
        (StoredEdition, StoredEdition),
    ]
    assert len(history.timeline.epochs) == 5


async def test_an_edition_dropped_before_its_comparison_is_built_the_next_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    installation = installation_on(database, shelf=shelf)
    history = installation.archive.history
    await history.ready()
    feeds = {it.name: it for it in (models_dev(date(2026, 7, 14), alpha=model()), litellm())}
    installation.reader.publish(shelf.kept[build_edition(EditionSpec(feeds=feeds), store=shelf).key])

    async def drop(function: Callable[[object], object], argument: object) -> object:
        shelf.kept.clear()
        return function(argument)

    with monkeypatch.context() as patch:
        patch.setattr(history, "_run_in_worker", drop)
        with pytest.raises(StorageError, match="is gone"):
            await history.follow()
    await history.follow()

    assert history.timeline.epochs[-1].digest == installation.reader.edition.digest


async def test_a_beginning_ends_with_the_history(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    history = installation.archive.history
    has_begun, has_ended = asyncio.Event(), asyncio.Event()

    async def last_for_ever(_function: object, _argument: object) -> None:
        has_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            has_ended.set()

    monkeypatch.setattr(history, "_run_in_worker", last_for_ever)
    asking = asyncio.create_task(history.ready())
    await has_begun.wait()
    asking.cancel()  # cancels the waiter, not the beginning itself
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not has_ended.is_set()

    await history.close()

    assert has_ended.is_set()


async def test_what_overlays_change_and_add_is_told_from_what_the_sources_change(database: Database) -> None:
    installation = installation_on(database, served=overlaid_edition())
    await installation.archive.history.ready()
    recorded = await installation.archive.history.changes(Selection(offers=("acme/alpha", "rack/own")), limit=100)

    causes = {
        (it.change.offer, it.change.kind): {difference.cause for difference in it.change.differences}
        for it in recorded
        if it.epoch == 4
    }
    assert causes == {
        ("acme/alpha", ChangeKind.PRICE): {DifferenceCause.OVERLAY, None},
        ("acme/alpha", ChangeKind.LIMITS): {None},
        ("acme/alpha", ChangeKind.OWN): {DifferenceCause.OVERLAY},
        ("rack/own", ChangeKind.ADDED): {DifferenceCause.OVERLAY},
    }
