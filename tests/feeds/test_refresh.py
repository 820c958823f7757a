"""Refreshes of feeds that are in order, or odd and yet true: updates, confirmations, politeness."""

from __future__ import annotations

import asyncio
import gzip
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import brotli
import orjson
import pytest
from backports import zstd

from llmanac.domain.feed import FIGURES
from llmanac.domain.pricing import PriceState
from llmanac.errors import NotFound, WriteConflict
from llmanac.ingest.decode.figure_history import FigureHistory, Statement
from llmanac.ingest.fetch.upstream import Upstream
from llmanac.search.query.schema import build_query
from llmanac.service.editions.reader import browse
from llmanac.service.refresh.records import Outcome, Status, Trigger
from llmanac.service.refresh.served import BundledFeeds
from llmanac.service.refresh.source_client import LEAST_PAUSE_S, LocalFile
from llmanac.storage.refreshes import KEPT_SNAPSHOTS

from .conftest import (
    Content,
    HostileUpstream,
    Installation,
    Play,
    Request,
    answer,
    as_json,
    base_of,
    installed,
    litellm,
    model,
    models_dev,
    outcome_of,
)

pytestmark = pytest.mark.anyio


def dearer(factor: float, *, host: int = 1) -> Content:
    """One host's models cost so much more."""
    content = models_dev()
    for it in content[f"host-{host}"]["models"].values():
        it["cost"]["input"] *= factor
    return content


def with_one_more(name: str = "lab-new-large") -> Content:
    content = models_dev()
    content["host-1"]["models"][name] = {**model(1, 1), "id": name}
    return content


def price_of(installation: Installation, offer: str) -> float:
    return next(float(it.price.rates.input or 0) for it in installation.reader.edition.catalog.offers if it.id == offer)


def versioned(content: Content, etag: str) -> Play:
    """Answers 304 to whoever has this version."""

    async def play(request: Request) -> None:
        if request.headers.get("if-none-match") == etag:
            await answer(status="304 Not Modified", etag=etag, content_length="")(request)
        else:
            await answer(orjson.dumps(content), etag=etag)(request)

    return play


# ── Updates ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_model_is_served(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(with_one_more())

    record = await installation.refresh()

    line = outcome_of(record)
    assert (line.outcome, line.added, line.removed, line.changed) == (Outcome.UPDATED, 1, 0, 0)
    assert record.snapshot == installation.reader.edition.id
    assert browse(installation.reader.edition, build_query(query="lab-new-large")).total == 1


async def test_what_an_hour_ago_was_the_same_is_not_modified(installation: Installation) -> None:
    before = installation.reader.edition

    record = await installation.refresh()

    assert [source.outcome for source in record.sources] == [Outcome.NOT_MODIFIED] * 2
    assert installation.reader.edition is before


async def test_the_other_source_goes_ahead_when_one_fails(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(with_one_more())
    installation.upstream.plays["/prices.json"] = answer(status="500 Oops")

    record = await installation.refresh()

    assert outcome_of(record).outcome is Outcome.UPDATED
    assert outcome_of(record, "litellm").outcome is Outcome.FAILED
    assert record.outcome is Outcome.FAILED
    assert browse(installation.reader.edition, build_query(query="lab-new-large")).total == 1


async def test_an_unexpected_exception_fails_one_source_is_logged_and_leaves_the_others_alone(
    upstream: HostileUpstream, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = {"unknown": Upstream(upstream.url("/api.json"))}  # its format is in no table, so decoding it raises
    async with installed(upstream, data_dir, places=unknown) as installation:
        upstream.plays["/prices.json"] = as_json(litellm(rows=101))

        record = await installation.refresh()

        assert outcome_of(record, "unknown").outcome is Outcome.FAILED
        assert "the server's log" in outcome_of(record, "unknown").detail
        assert outcome_of(record, "litellm").outcome is Outcome.UPDATED
        [logged] = [it.getMessage() for it in caplog.records if it.levelname == "ERROR"]
        assert "unknown" in logged
        assert "KeyError" in logged


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)]
)
async def test_every_coding_that_is_offered_is_understood(
    coding: str, pack: object, installation: Installation
) -> None:
    assert callable(pack)
    body = pack(orjson.dumps(with_one_more()))
    installation.upstream.plays["/api.json"] = answer(body, content_encoding=coding)

    line = outcome_of(await installation.refresh())

    assert (line.outcome, line.wire_bytes) == (Outcome.UPDATED, len(body))
    assert coding in installation.upstream.requests[0].headers["accept-encoding"]


async def test_a_restart_serves_what_was_accepted_last(upstream: HostileUpstream, data_dir: Path) -> None:
    upstream.plays["/api.json"] = as_json(with_one_more())
    async with installed(upstream, data_dir) as installation:
        await installation.refresh()
        accepted = installation.served

    async with installed(upstream, data_dir) as restarted:
        assert restarted.served == accepted


async def test_a_newer_package_wins_over_what_was_accepted_before_it(upstream: HostileUpstream, data_dir: Path) -> None:
    async with installed(upstream, data_dir, base=base_of(models_dev(hosts=11), litellm())) as installation:
        await installation.refresh()

    newer = base_of(with_one_more(), litellm(), date="2026-12-24")
    async with installed(upstream, data_dir, base=newer) as upgraded:
        assert browse(upgraded.reader.edition, build_query(query="lab-new-large")).total == 1


async def test_a_damaged_snapshot_gives_way_to_the_one_before(
    upstream: HostileUpstream, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with installed(upstream, data_dir, base=base_of(models_dev(hosts=11), litellm())) as installation:
        await installation.refresh()
        first = installation.served
        upstream.plays["/api.json"] = as_json(with_one_more())
        await installation.refresh()
        newest = (await installation.database.refreshes.latest())[0]
        sha256 = next(feed.ref.sha256 for feed in newest.feeds if feed.ref.name == "models.dev")
        async with installation.database.engine.begin() as connection:
            await connection.exec_driver_sql(
                "UPDATE feed_documents SET content = x'1f8b00' WHERE sha256 = ?", (sha256,)
            )

    async with installed(upstream, data_dir) as restarted:
        assert restarted.served == first
        assert "damaged" in caplog.text
        # And the next refresh mends it.
        assert outcome_of(await restarted.refresh()).outcome is Outcome.UPDATED
        mended = restarted.served
    async with installed(upstream, data_dir) as restarted:
        assert restarted.served == mended != first


async def test_since_when_a_source_states_its_figures_is_kept_and_goes_on(
    upstream: HostileUpstream, data_dir: Path
) -> None:
    offer = "host-1/lab-1-large"
    async with installed(upstream, data_dir) as installation:
        await installation.refresh()
        was = price_of(installation, offer)
        upstream.plays["/api.json"] = as_json(dearer(1.5))
        installation.now[0] += timedelta(days=2)
        await installation.refresh()
        now, today = price_of(installation, offer), installation.now[0].date().isoformat()
    async with installed(upstream, data_dir) as restarted:
        edition = restarted.reader.edition
        figures = FigureHistory.read(edition.build.feeds[FIGURES])
        [ref] = [it.ref for it in edition.sources if it.ref.name == "models.dev"]
        known = figures.until(replace(ref, date=f"{ref.day + timedelta(days=1)}"))

    assert now == was * 1.5
    assert known.statement(offer, "input", Decimal(str(now))) == Statement(today, since_oldest=False)
    assert known.has_left(offer, "input", Decimal(str(was)))


async def test_another_process_on_the_same_database_follows(installation: Installation) -> None:
    async with installed(installation.upstream, installation.data_dir) as other:
        installation.upstream.plays["/api.json"] = as_json(with_one_more())
        await installation.refresh()
        await other.publisher.catch_up()

        assert other.served == installation.served


async def test_only_documents_that_something_refers_to_are_kept(installation: Installation) -> None:
    for number in range(6):
        installation.upstream.plays["/api.json"] = as_json(with_one_more(f"lab-new-{number}"))
        await installation.refresh()

    async with installation.database.engine.begin() as connection:
        kept = (await connection.exec_driver_sql("SELECT COUNT(*) FROM feed_documents")).scalar_one()
    assert kept == 2 * KEPT_SNAPSHOTS + 1  # of models.dev's and the history of figures, and the one of LiteLLM's


# ── A source that was not there before ───────────────────────────────────────────────────────────

LABS = "models.dev/models"


def labs(**fields: object) -> Content:
    """A models.json in which a lab describes one of the models that hosts list."""
    return {"lab/lab-1-large": {"id": "lab/lab-1-large", "name": "Lab 1 Large", "license": "MIT", **fields}}


async def test_it_is_accepted_once_it_answers_and_served_beside_the_others(
    upstream: HostileUpstream, data_dir: Path
) -> None:
    upstream.plays["/models.json"] = answer(status="404 Not Found")
    places = {LABS: Upstream(upstream.url("/models.json"))}
    async with installed(upstream, data_dir, places=places) as installation:
        missing = await installation.refresh()
        before = [it.ref.name for it in installation.reader.edition.sources]
        upstream.plays["/models.json"] = as_json(labs())
        outcomes = [outcome_of(await installation.refresh(), LABS) for _ in range(2)]
        edition = installation.reader.edition
        upstream.plays["/models.json"] = as_json(labs(license="Apache-2.0"))
        newer = outcome_of(await installation.refresh(), LABS)

        assert (outcome_of(missing, LABS).outcome, before) == (Outcome.FAILED, ["models.dev", "litellm"])
        assert [it.outcome for it in outcomes] == [Outcome.UPDATED, Outcome.NOT_MODIFIED]
        assert outcomes[0].added == 1
        assert [it.ref.name for it in edition.sources] == ["models.dev", LABS, "litellm"]
        assert edition.catalog.models["lab-1-large"].licence == "MIT"
        assert newer.outcome is Outcome.UPDATED
        assert installation.reader.edition.catalog.models["lab-1-large"].licence == "Apache-2.0"
        assert installation.reader.edition.id != edition.id

    async with installed(upstream, data_dir, places=places) as restarted:
        assert restarted.reader.edition.catalog.models["lab-1-large"].licence == "Apache-2.0"


async def test_what_vanishes_from_it_is_held_as_in_any_other(upstream: HostileUpstream, data_dir: Path) -> None:
    upstream.plays["/models.json"] = as_json(labs())
    async with installed(upstream, data_dir, places={LABS: Upstream(upstream.url("/models.json"))}) as installation:
        await installation.refresh()
        upstream.plays["/models.json"] = as_json(labs(license=None))

        held = outcome_of(await installation.refresh(), LABS)

        assert held.outcome is Outcome.HELD
        assert "blurred" in {it.rule for it in held.pending}
        assert installation.reader.edition.catalog.models["lab-1-large"].licence == "MIT"


async def test_it_is_served_no_more_once_the_operator_does_not_want_it(
    upstream: HostileUpstream, data_dir: Path
) -> None:
    upstream.plays["/models.json"] = as_json(labs())
    async with installed(upstream, data_dir, places={LABS: Upstream(upstream.url("/models.json"))}) as installation:
        await installation.refresh()

    base = base_of(models_dev(), litellm())
    without = BundledFeeds(feeds=base.feeds, in_use=frozenset(base.feeds))
    async with installed(upstream, data_dir, base=without) as restarted:
        assert [it.ref.name for it in restarted.reader.edition.sources] == ["models.dev", "litellm"]
        assert outcome_of(await restarted.refresh()).outcome is Outcome.NOT_MODIFIED


# ── Local files ──────────────────────────────────────────────────────────────────────────────────


async def test_a_local_file_is_read_again_when_it_has_changed(upstream: HostileUpstream, data_dir: Path) -> None:
    path = data_dir / "models-dev-2026-10-01.json.gz"
    path.write_bytes(gzip.compress(orjson.dumps(models_dev())))
    base = base_of(models_dev(), litellm())
    pinned = BundledFeeds(feeds=base.feeds, pinned=frozenset({"models.dev"}))
    async with installed(upstream, data_dir, base=pinned, places={"models.dev": LocalFile(path)}) as installation:
        outcomes = [outcome_of(await installation.refresh()).outcome]
        path.write_bytes(gzip.compress(orjson.dumps(with_one_more())))
        outcomes += [outcome_of(await installation.refresh()).outcome for _ in range(2)]
        path.write_bytes(path.read_bytes()[:-20])
        truncated = outcome_of(await installation.refresh())

        assert outcomes == [Outcome.NOT_MODIFIED, Outcome.UPDATED, Outcome.NOT_MODIFIED]
        assert (truncated.outcome, "cut off" in truncated.detail) == (Outcome.FAILED, True)
        assert browse(installation.reader.edition, build_query(query="lab-new-large")).total == 1
        assert [it.ref.date for it in installation.reader.edition.sources if it.ref.name == "models.dev"] == [
            "2026-10-01"
        ]


async def test_a_start_takes_a_file_that_the_operator_names_whatever_was_accepted_before(
    upstream: HostileUpstream, data_dir: Path
) -> None:
    async with installed(upstream, data_dir, base=base_of(models_dev(hosts=11), litellm())) as installation:
        await installation.refresh()

    named = base_of(with_one_more(), litellm(), date="2025-01-01")
    pinned = BundledFeeds(feeds=named.feeds, pinned=frozenset({"models.dev"}))
    async with installed(upstream, data_dir, base=pinned) as started:
        assert browse(started.reader.edition, build_query(query="lab-new-large")).total == 1


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────


async def test_the_version_that_it_has_is_named(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = versioned(with_one_more(), '"v1"')

    outcomes = [outcome_of(await installation.refresh()).outcome for _ in range(2)]

    assert outcomes == [Outcome.UPDATED, Outcome.NOT_MODIFIED]
    asked = [it.headers.get("if-none-match") for it in installation.upstream.requests if it.path == "/api.json"]
    assert asked == [None, '"v1"']


async def test_an_upstream_that_says_for_a_day_that_nothing_is_new_is_asked_in_full(
    installation: Installation,
) -> None:
    async def lie(request: Request) -> None:
        content = models_dev() if len(installation.upstream.requests) < 5 else with_one_more()
        if "if-none-match" in request.headers:
            await answer(status="304 Not Modified", etag='"v1"', content_length="")(request)
        else:
            await answer(orjson.dumps(content), etag='"v1"')(request)

    installation.upstream.plays["/api.json"] = lie
    outcomes = [outcome_of(await installation.refresh()).outcome for _ in range(26)]

    assert outcomes[:24] == [Outcome.NOT_MODIFIED] * 24
    assert Outcome.UPDATED in outcomes[24:]


async def test_a_304_about_what_is_held_confirms_it(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = versioned(dearer(100), '"v1"')

    outcomes = [outcome_of(await installation.refresh()).outcome for _ in range(3)]

    assert outcomes == [Outcome.HELD, Outcome.HELD, Outcome.UPDATED]


# ── What is odd ──────────────────────────────────────────────────────────────────────────────────


async def test_a_jump_is_held_and_the_rest_goes_ahead(installation: Installation) -> None:
    content = with_one_more()
    was = content["host-1"]["models"]["lab-1-large"]["cost"]["input"]
    content["host-1"]["models"]["lab-1-large"]["cost"]["input"] = 100 * was
    installation.upstream.plays["/api.json"] = as_json(content)

    line = outcome_of(await installation.refresh())

    assert line.outcome is Outcome.UPDATED
    assert [(it.rule, it.entry, it.times) for it in line.pending] == [("jumped", "host-1/lab-1-large", 1)]
    assert price_of(installation, "host-1/lab-1-large") == was
    assert browse(installation.reader.edition, build_query(query="lab-new-large")).total == 1


async def test_a_jump_that_three_refreshes_say_is_believed(installation: Installation) -> None:
    content = models_dev()
    was = content["host-1"]["models"]["lab-1-large"]["cost"]["input"]
    content["host-1"]["models"]["lab-1-large"]["cost"]["input"] = 100 * was
    installation.upstream.plays["/api.json"] = as_json(content)

    prices = []
    for _ in range(4):
        await installation.refresh()
        prices.append(price_of(installation, "host-1/lab-1-large"))

    assert prices == [was, was, 100 * was, 100 * was]


async def test_a_jump_that_comes_and_goes_is_never_believed(installation: Installation) -> None:
    odd = models_dev()
    odd["host-1"]["models"]["lab-1-large"]["cost"]["input"] *= 100
    before = installation.served

    for _ in range(4):
        for content in (odd, odd, models_dev()):
            installation.upstream.plays["/api.json"] = as_json(content)
            await installation.refresh()
            assert installation.served == before


async def test_a_jump_stays_held_over_a_restart(upstream: HostileUpstream, data_dir: Path) -> None:
    content = with_one_more()
    content["host-1"]["models"]["lab-1-large"]["cost"]["input"] *= 100
    upstream.plays["/api.json"] = as_json(content)
    async with installed(upstream, data_dir) as installation:
        await installation.refresh()
        was = price_of(installation, "host-1/lab-1-large")

    async with installed(upstream, data_dir) as restarted:
        assert price_of(restarted, "host-1/lab-1-large") == was
        await restarted.refresh()
        await restarted.refresh()
        assert price_of(restarted, "host-1/lab-1-large") == 100 * was


async def test_changes_beside_what_is_held_do_not_begin_the_count_anew(installation: Installation) -> None:
    outcomes = []
    for number in range(3):
        content = dearer(100)
        content["host-2"]["models"][f"lab-new-{number}"] = model(2, 2)
        installation.upstream.plays["/api.json"] = as_json(content)
        outcomes.append(outcome_of(await installation.refresh()).outcome)

    assert outcomes == [Outcome.HELD, Outcome.HELD, Outcome.UPDATED]


async def test_a_shrunken_feed_is_never_believed_by_itself(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=6))

    outcomes = [outcome_of(await installation.refresh()).outcome for _ in range(6)]

    assert outcomes == [Outcome.REFUSED] * 6


async def test_a_reverted_edit_is_served_where_its_dates_are_not_older(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(with_one_more("lab-first"))
    await installation.refresh()
    installation.upstream.plays["/api.json"] = as_json(with_one_more("lab-second"))
    await installation.refresh()

    installation.upstream.plays["/api.json"] = as_json(with_one_more("lab-first"))
    line = outcome_of(await installation.refresh())

    assert (line.outcome, line.pending) == (Outcome.UPDATED, ())
    assert browse(installation.reader.edition, build_query(query="lab-first")).total == 1


async def test_a_new_model_with_a_price_that_nobody_charges_is_served_without_it(installation: Installation) -> None:
    content = with_one_more()
    content["host-1"]["models"]["lab-new-large"]["cost"] = {"input": 270000, "output": 1120000}
    installation.upstream.plays["/api.json"] = as_json(content)

    lines = [outcome_of(await installation.refresh()) for _ in range(4)]

    assert [[(it.rule, it.entry) for it in line.pending] for line in lines] == [
        [("absurd", "host-1/lab-new-large")]
    ] * 4
    [offer] = [it for it in installation.reader.edition.catalog.offers if it.id == "host-1/lab-new-large"]
    assert (offer.price.state, offer.price.rates.input) == (PriceState.UNKNOWN, None)


async def test_a_price_that_grows_in_small_steps_is_held(installation: Installation) -> None:
    content = models_dev()
    was = content["host-1"]["models"]["lab-1-large"]["cost"]["input"]
    rules = []
    for factor in (3, 9, 18):
        content["host-1"]["models"]["lab-1-large"]["cost"]["input"] = factor * was
        installation.upstream.plays["/api.json"] = as_json(content)
        rules.append([it.rule for it in outcome_of(await installation.refresh()).pending])

    assert rules == [[], [], ["drifted"]]
    assert price_of(installation, "host-1/lab-1-large") == 9 * was


async def test_a_price_that_is_accepted_is_where_it_drifts_from(installation: Installation) -> None:
    content = models_dev()
    was = content["host-1"]["models"]["lab-1-large"]["cost"]["input"]
    records = []
    for factor in (3, 9, 18):
        content["host-1"]["models"]["lab-1-large"]["cost"]["input"] = factor * was
        installation.upstream.plays["/api.json"] = as_json(content)
        records.append(await installation.refresh())
    await installation.accept(records[-1].id)

    content["host-1"]["models"]["lab-1-large"]["cost"]["input"] = 19 * was
    installation.upstream.plays["/api.json"] = as_json(content)

    assert outcome_of(await installation.refresh()).pending == ()
    assert price_of(installation, "host-1/lab-1-large") == 19 * was


# ── A person's word ──────────────────────────────────────────────────────────────────────────────


async def test_a_person_lets_in_what_was_refused(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=6))
    refused = await installation.refresh()

    record = await installation.accept(refused.id)

    assert (record.trigger, outcome_of(record).outcome) == (Trigger.ACCEPT, Outcome.UPDATED)
    assert len(installation.reader.edition.catalog.offers) == 60
    assert outcome_of(await installation.refresh()).outcome is Outcome.NOT_MODIFIED


async def test_a_person_lets_in_what_was_held_of_an_update(installation: Installation) -> None:
    content = with_one_more()
    content["host-1"]["models"]["lab-1-large"]["cost"]["input"] = 777.0
    installation.upstream.plays["/api.json"] = as_json(content)

    await installation.accept((await installation.refresh()).id)

    assert price_of(installation, "host-1/lab-1-large") == 777.0


async def test_nobody_is_asked_when_a_person_lets_something_in(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=6))
    refused = await installation.refresh()
    asked = len(installation.upstream.requests)

    await installation.accept(refused.id)

    assert len(installation.upstream.requests) == asked


async def test_what_has_given_way_to_something_newer_is_not_let_in(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=6))
    first = await installation.refresh()
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=5))
    await installation.refresh()

    with pytest.raises(WriteConflict, match="something newer"):
        await installation.accept(first.id)


async def test_nothing_is_let_in_twice(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = as_json(models_dev(hosts=6))
    refused = await installation.refresh()
    await installation.accept(refused.id)

    with pytest.raises(WriteConflict, match="settled"):
        await installation.accept(refused.id)


async def test_a_refresh_that_held_nothing_has_nothing_to_let_in(installation: Installation) -> None:
    record = await installation.refresh()

    with pytest.raises(WriteConflict, match="held nothing"):
        await installation.accept(record.id)


async def test_a_refresh_that_never_was(installation: Installation) -> None:
    with pytest.raises(NotFound, match="no refresh 'nonsense'"):
        await installation.accept("nonsense")


# ── One at a time ────────────────────────────────────────────────────────────────────────────────


async def test_who_asks_during_a_refresh_gets_that_one(installation: Installation) -> None:
    everyone_has_asked = asyncio.Event()

    async def wait(request: Request) -> None:
        await everyone_has_asked.wait()
        await as_json(models_dev())(request)

    installation.upstream.plays["/api.json"] = wait
    async with installed(installation.upstream, installation.data_dir) as other:
        refreshers = [installation.refresh_runner, installation.refresh_runner, other.refresh_runner]
        begun = [await refresh_runner.start(Trigger.REQUEST) for refresh_runner in refreshers]
        everyone_has_asked.set()
        ended = [await refresh_runner.wait(it) for refresh_runner, it in zip(refreshers, begun, strict=True)]

    assert len({record.id for record in ended}) == 1
    assert {record.status for record in ended} == {Status.ENDED}
    assert sum(it.path == "/api.json" for it in installation.upstream.requests) == 1


async def test_a_refresh_whose_process_is_gone_is_told_as_interrupted(installation: Installation) -> None:
    async def for_ever(_: Request) -> None:
        await asyncio.sleep(60)

    installation.upstream.plays["/api.json"] = for_ever
    begun = await installation.refresh_runner.start(Trigger.REQUEST)
    await installation.refresh_runner.close()
    installation.upstream.plays["/api.json"] = as_json(models_dev())

    assert (await installation.refresh_runner.start(Trigger.REQUEST)).id == begun.id  # it may be alive
    await installation.refresh()

    interrupted, *_ = [it for it in await installation.refresh_runner.records(limit=10) if it.id == begun.id]
    assert interrupted.status is Status.INTERRUPTED


async def test_records_are_listed_the_newest_first(installation: Installation) -> None:
    made = [(await installation.refresh()).id for _ in range(3)]

    assert [record.id for record in await installation.refresh_runner.records(limit=2)] == made[:0:-1]


# ── Politeness ───────────────────────────────────────────────────────────────────────────────────


async def test_an_upstream_that_always_says_429_gets_a_request_a_minute_at_most(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = answer(status="429 Too Many", retry_after="1")
    start = installation.now[0]

    for second in range(0, 3600, 10):  # somebody asks for a refresh every ten seconds, for an hour
        installation.now[0] = start + timedelta(seconds=second)
        await installation.refresh_runner.refresh(Trigger.REQUEST)

    assert sum(it.path == "/api.json" for it in installation.upstream.requests) <= 3600 / LEAST_PAUSE_S


async def test_the_time_that_an_upstream_names_is_kept(installation: Installation) -> None:
    installation.upstream.plays["/api.json"] = answer(status="503 Busy", retry_after="7000")
    await installation.refresh()
    asked = len(installation.upstream.requests)
    installation.upstream.plays["/api.json"] = as_json(with_one_more())

    record = await installation.refresh()

    assert "asked for a pause until" in outcome_of(record).detail
    assert sum(it.path == "/api.json" for it in installation.upstream.requests[asked:]) == 0
    assert outcome_of(await installation.refresh()).outcome is Outcome.UPDATED


async def test_a_passing_failure_is_tried_again(installation: Installation) -> None:
    async def at_the_third_time(request: Request) -> None:
        tries = sum(it.path == "/api.json" for it in installation.upstream.requests)
        await (as_json(with_one_more()) if tries == 3 else answer(status="502 Bad Gateway"))(request)

    installation.upstream.plays["/api.json"] = at_the_third_time

    assert outcome_of(await installation.refresh()).outcome is Outcome.UPDATED


# ── Freshness ────────────────────────────────────────────────────────────────────────────────────


async def test_a_source_that_is_not_heard_of_for_two_days_is_stale(installation: Installation) -> None:
    await installation.refresh()
    await installation.publisher.catch_up()
    fresh = installation.publisher.freshness
    installation.upstream.plays["/api.json"] = answer(status="500 Oops")
    for _ in range(49):
        await installation.refresh()
    await installation.publisher.catch_up()
    stale = installation.publisher.freshness

    assert (fresh.is_stale, stale.is_stale) == (False, True)
    assert {source.name: source.is_stale for source in stale.sources} == {"models.dev": True, "litellm": False}
    assert next(it.outcome for it in stale.sources if it.name == "models.dev") is Outcome.FAILED


async def test_a_new_snapshot_has_the_time_at_which_it_was_accepted(installation: Installation) -> None:
    packaged = installation.publisher.freshness
    installation.upstream.plays["/api.json"] = as_json(with_one_more())

    record = await installation.refresh()

    assert packaged.modified_at.isoformat() == "2026-09-30T00:00:00+00:00"
    assert installation.publisher.freshness.modified_at == record.ended_at
    assert installation.publisher.freshness.snapshot == record.snapshot


def test_two_feeds_of_these_tests_differ_only_where_they_say() -> None:
    assert models_dev() == deepcopy(models_dev())
    assert with_one_more() != models_dev()
