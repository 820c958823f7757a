"""The recorded feeds of May, August and September, one after another: what changed, and what was known when.

The counts are compared with those of a comparison that is written here, on the raw JSON, and knows nothing of
llmanac's own.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from llmanac.history.change import Change, ChangeKind
from llmanac.history.difference import difference
from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import read_feed
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.conflicts.causes import Cause
from llmanac.ingest.merge.conflicts.conflict import Conflict
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.ingest.packaged.seeds import packaged_days
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.storage.database import open_sqlite

Raw = Mapping[str, Mapping[str, Any]]
"""Models by ``provider/model``."""

LOST_IN_AUGUST = frozenset({"release_date", "tiers", "interleaved"})

MAY, AUGUST, SEPTEMBER = "2026-05-21", "2026-08-18", "2026-09-30"


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Mapping[str, Raw]:
    """The models of each day, as they stand in the files."""
    days = {}
    for day in (MAY, AUGUST, SEPTEMBER):
        content = json.loads(gzip.decompress((shared_data / f"models-dev-{day}.json.gz").read_bytes()))
        days[day] = {
            f"{provider}/{id_}": model
            for provider, values in content.items()
            for id_, model in values["models"].items()
        }
    return days


@pytest.fixture(scope="module")
def builds(shared_data: Path) -> Mapping[str, Build]:
    prices = {MAY: "2026-08-11", AUGUST: "2026-08-11", SEPTEMBER: "2026-11"}
    return {
        day: pipeline.build(
            [
                read_feed("models.dev", shared_data / f"models-dev-{day}.json.gz"),
                read_feed("litellm", shared_data / f"litellm-{of}.json.gz"),
            ]
        )
        for day, of in prices.items()
    }


@pytest.fixture(scope="module", params=[(MAY, AUGUST), (AUGUST, SEPTEMBER)], ids=["to August", "to September"])
def days(request: pytest.FixtureRequest) -> tuple[str, str]:
    pair: tuple[str, str] = request.param
    return pair


@pytest.fixture(scope="module")
def changes(days: tuple[str, str], builds: Mapping[str, Build]) -> tuple[Change, ...]:
    before, after = days
    return difference(builds[before].catalog, builds[after].catalog, without=LOST_IN_AUGUST)


def ids(changes: tuple[Change, ...], kind: ChangeKind) -> set[str]:
    return {change.offer for change in changes if change.kind is kind}


def leaf(id: str) -> tuple[str, str]:  # noqa: A002 -- a model's
    """The host, and the last part of the id with nothing but letters and digits."""
    return id.partition("/")[0], re.sub(r"[^a-z0-9]", "", id.rpartition("/")[2].lower())


def by_leaf(ids: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    grouped: dict[tuple[str, str], list[str]] = {}
    for id_ in ids:
        grouped.setdefault(leaf(id_), []).append(id_)
    return grouped


def price_of(model: Mapping[str, Any], rate: str) -> float | None:
    value: float | None = model.get("cost", {}).get(rate)
    return value


def has_moved(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > 0.01 * max(before, after) * (1 + 1e-9)


def test_what_came_and_went_is_what_one_day_lists_and_the_other_does_not(
    days: tuple[str, str], raw: Mapping[str, Raw], changes: tuple[Change, ...]
) -> None:
    before, after = (raw[day] for day in days)
    renamed = {change.previous: change.offer for change in changes if change.kind is ChangeKind.RENAMED}

    assert ids(changes, ChangeKind.ADDED) | set(renamed.values()) == after.keys() - before.keys()
    assert ids(changes, ChangeKind.REMOVED) | set(renamed) == before.keys() - after.keys()
    assert not ids(changes, ChangeKind.ADDED) & set(renamed.values())
    assert len(set(renamed.values())) == len(renamed)


def test_the_numbers_of_what_came_went_and_was_renamed(days: tuple[str, str], changes: tuple[Change, ...]) -> None:
    counts = Counter(change.kind for change in changes)

    assert (counts[ChangeKind.ADDED], counts[ChangeKind.REMOVED], counts[ChangeKind.RENAMED]) == {
        (MAY, AUGUST): (2912, 984, 50),
        (AUGUST, SEPTEMBER): (2090, 484, 125),
    }[days]


def test_whoever_moved_to_another_path_or_spelling_alone_was_renamed(
    days: tuple[str, str], raw: Mapping[str, Raw], changes: tuple[Change, ...]
) -> None:
    """Where exactly one id went and one came that differ in path and punctuation alone, at the same host."""
    before, after = (raw[day] for day in days)
    gone, new = (
        {key: ids for key, ids in by_leaf(some.keys() - others.keys()).items() if len(ids) == 1}
        for some, others in ((before, after), (after, before))
    )
    moved = {(gone[key][0], new[key][0]) for key in gone.keys() & new.keys()}
    # A router's path is the host that it passes requests to: these moved between paths that are both in use.
    moved = {(a, b) for a, b in moved if not a.startswith(("edenai/", "nano-gpt/TEE/"))}
    renamed = {(change.previous, change.offer) for change in changes if change.kind is ChangeKind.RENAMED}

    assert len(moved) > 30
    assert moved <= renamed


def test_the_hosts_that_are_known_to_have_renamed_are_told_so(builds: Mapping[str, Build]) -> None:
    changes = difference(builds[MAY].catalog, builds[AUGUST].catalog)
    renamed = {change.previous: change.offer for change in changes if change.kind is ChangeKind.RENAMED}

    thinking = "chutes/Qwen/Qwen3-235B-A22B-Thinking-2507"
    assert renamed[thinking] == f"{thinking}-TEE"
    assert renamed["nano-gpt/TheDrummer 2/Cydonia-24B-v4"] == "nano-gpt/TheDrummer/Cydonia-24B-v4"


@pytest.mark.parametrize("rate", ["input", "output"])
def test_who_was_repriced_is_whoever_has_another_price_in_the_files(
    days: tuple[str, str], raw: Mapping[str, Raw], builds: Mapping[str, Build], changes: tuple[Change, ...], rate: str
) -> None:
    before, after = (raw[day] for day in days)
    priced = [
        {
            it.id
            for it in builds[day].catalog.offers
            if it.price.state in {"known", "free"} and price_of(raw[day][it.id], rate) is not None
        }
        for day in days
    ]  # the file has none where LiteLLM's price is filled in
    expected = {
        id_
        for id_ in before.keys() & after.keys() & priced[0] & priced[1]
        if has_moved(price_of(before[id_], rate), price_of(after[id_], rate))
    }
    told = {
        change.offer
        for change in changes
        if change.kind is ChangeKind.PRICE and rate in {it.field for it in change.differences}
    }
    renamed = ids(changes, ChangeKind.RENAMED)

    assert len(expected) > 300
    assert told & priced[0] & priced[1] - renamed == expected


@pytest.mark.parametrize(
    ("field", "read", "kind"),
    [
        ("status", lambda model: model.get("status"), ChangeKind.STATUS),
        ("context", lambda model: model["limit"]["context"] or None, ChangeKind.LIMITS),
        ("max_output", lambda model: model["limit"]["output"] or None, ChangeKind.LIMITS),
        ("input_modalities", lambda model: model["modalities"]["input"], ChangeKind.MODALITIES),
    ],
)
def test_other_fields_changed_where_they_differ_in_the_files(
    days: tuple[str, str], raw: Mapping[str, Raw], changes: tuple[Change, ...], field: str, read: Any, kind: ChangeKind
) -> None:
    before, after = (raw[day] for day in days)
    expected = {id_ for id_ in before.keys() & after.keys() if read(before[id_]) != read(after[id_])}
    told = {it.offer for it in changes if it.kind is kind and field in {d.field for d in it.differences}}

    assert told - ids(changes, ChangeKind.RENAMED) == expected


def test_what_august_knows_nothing_of_is_not_told_as_changed(changes: tuple[Change, ...]) -> None:
    told = {it.field for change in changes if change.kind is not ChangeKind.REMOVED for it in change.differences}

    assert not told & LOST_IN_AUGUST


# ── What was known when ──────────────────────────────────────────────────────────────────────────


async def at_once(work: Any, given: Any) -> Any:
    return work(given)


@pytest.mark.anyio
async def test_a_new_installation_knows_the_prices_of_every_day_that_it_carries(
    tmp_path: Path, raw: Mapping[str, Raw]
) -> None:
    database = await open_sqlite(tmp_path)
    reader = Reader(Edition.of(pipeline.build(open_sources())))
    history = HistoryRecorder(
        database.history,
        packaged=packaged_days,
        served=lambda: reader.edition,
        run_in_worker=at_once,
        clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
    )
    await history.ready()

    for day, of in ((date(2026, 5, 21), MAY), (date(2026, 8, 20), AUGUST), (date(2026, 10, 1), SEPTEMBER)):
        epoch = history.timeline.at(day)
        catalog = pipeline.build(await history.feeds(epoch)).catalog
        offers = {it.id: it for it in catalog.offers}
        assert catalog.digest == epoch.digest
        assert offers.keys() == raw[of].keys()
        for id_ in ("openrouter/moonshotai/kimi-k2.6", "google/gemini-2.5-flash", "alibaba-cn/deepseek-v4-pro"):
            rates = offers[id_].price.rates
            assert float(rates.input or -1) == price_of(raw[of][id_], "input")
            assert float(rates.output or -1) == price_of(raw[of][id_], "output")
    await database.close()


# ── Where the sources disagree ───────────────────────────────────────────────────────────────────


def conflicts(build: Build) -> dict[tuple[str, str], Conflict]:
    return {(it.offer, it.field): it for it in build.conflicts}


@pytest.mark.parametrize(("day", "compared", "equal"), [(AUGUST, 833, 655), (SEPTEMBER, 1211, 1072)])
def test_as_many_prices_disagree_as_a_plain_comparison_finds(
    builds: Mapping[str, Build], day: str, compared: int, equal: int
) -> None:
    build = builds[day]
    found = conflicts(build)
    offers = {it.id: it for it in build.catalog.offers}
    both = [
        id_
        for id_, row in build.rows.items()
        if (row.rates.input, row.rates.output) != (None, None)
        and (offers[id_].price.rates.input, offers[id_].price.rates.output) != (None, None)
    ]
    disagreeing = [id_ for id_ in both if (id_, "input") in found or (id_, "output") in found]
    half_known = [
        id_
        for id_ in both
        if id_ not in disagreeing
        and any(
            (getattr(offers[id_].price.rates, rate) is None) != (getattr(build.rows[id_].rates, rate) is None)
            for rate in ("input", "output")
        )
    ]

    assert len(both) == compared
    assert compared - len(disagreeing) - len(half_known) == equal


@pytest.mark.parametrize(
    ("day", "offer", "field", "cause"),
    [
        (AUGUST, "wandb/openai/gpt-oss-120b", "input", Cause.UNIT_ERROR),
        (AUGUST, "google/gemini-3.1-flash-image", "output", Cause.MEDIA_OUTPUT),
        (AUGUST, "google/gemini-3-pro-image", "output", Cause.MEDIA_OUTPUT),
        (AUGUST, "minimax-coding-plan/MiniMax-M2.5", "input", Cause.PLAN),
        (AUGUST, "ovhcloud/meta-llama-3_3-70b-instruct", "input", Cause.CURRENCY),
        (AUGUST, "watsonx/openai/gpt-oss-120b", "output", Cause.CURRENCY),
        (AUGUST, "amazon-bedrock/jp.anthropic.claude-opus-5", "input", Cause.REGIONAL_UPLIFT),
        (AUGUST, "amazon-bedrock/au.anthropic.claude-opus-4-6-v1", "input", Cause.DRIFT),
        (AUGUST, "vercel/google/gemini-2.5-pro", "input", Cause.LONG_CONTEXT_TIER),
        (AUGUST, "vercel/meta/llama-3.3-70b", "input", Cause.ZERO),
        (AUGUST, "openai/gpt-5-pro", "context", Cause.INPUT_ONLY),
        (SEPTEMBER, "alibaba-cn/qwen-max", "input", Cause.MAINLAND),
        (SEPTEMBER, "deepseek/deepseek-v4-pro", "input", Cause.DRIFT),
        (SEPTEMBER, "zai/glm-5.3-flash", "context", Cause.ROUNDING),
        (SEPTEMBER, "azure-cognitive-services/gpt-5.6-luna", "input", Cause.DRIFT),  # it is Azure, too
        (SEPTEMBER, "scaleway/deepseek-v4-flash-0731", "input", Cause.CURRENCY),
        (SEPTEMBER, "alibaba/qwen3.8-max", "context", Cause.INPUT_ONLY),
        (SEPTEMBER, "opencode-go/deepseek-v4.1-flash", "input", Cause.PEAK_HOURS),
    ],
)
def test_what_was_looked_into_is_told_with_its_cause(
    builds: Mapping[str, Build], day: str, offer: str, field: str, cause: Cause
) -> None:
    assert conflicts(builds[day])[offer, field].cause is cause
