from __future__ import annotations

import asyncio
from pathlib import Path

import orjson
import pytest

from llmanac import bootstrap, settings
from llmanac.errors import WriteConflict
from llmanac.ingest.decode.feed import Feed
from llmanac.service.refresh.held import HeldFeed, HeldField, compare
from llmanac.service.refresh.records import Outcome, Pending, SourceOutcome, Trigger

from ...small_past import THIRD, litellm, model, models_dev


def outcome_of(name: str, *entries: str | None) -> SourceOutcome:
    pending = tuple(Pending(rule="jumped", entry=entry, detail="", times=1) for entry in entries)
    return SourceOutcome(name=name, outcome=Outcome.HELD, pending=pending, pending_count=len(pending))


def test_each_entry_has_the_fields_in_which_the_two_feeds_differ() -> None:
    served = models_dev(THIRD, alpha=model(cost={"input": 3, "output": 15}), beta=model())
    held = models_dev(THIRD, alpha=model(cost={"input": 3, "output": 1500}), gamma=model())

    feed = compare(outcome_of("models.dev", "acme/alpha", "acme/beta", "acme/gamma", None), served, held)

    alpha, beta, gamma, whole = feed.entries
    assert alpha.fields == (HeldField(field="cost.output", served=15, held=1500),)
    assert (alpha.is_new, alpha.is_gone) == (False, False)
    assert (beta.is_new, beta.is_gone) == (False, True)
    assert (gamma.is_new, gamma.is_gone) == (True, False)
    assert {it.held for it in beta.fields} == {None}
    assert (whole.entry, whole.fields, whole.is_new, whole.is_gone) == (None, (), False, False)


def test_anomalies_of_one_entry_stand_together() -> None:
    [alpha] = compare(
        outcome_of("models.dev", "acme/alpha", "acme/alpha"), models_dev(THIRD, alpha=model()), models_dev(THIRD)
    ).entries
    assert len(alpha.anomalies) == 2


def test_a_host_has_the_fields_beside_its_models() -> None:
    served, held = models_dev(THIRD, alpha=model()), models_dev(THIRD, beta=model())
    content = orjson.loads(held.data)
    content["acme"]["env"] = ["OTHER_KEY"]
    moved = Feed.of(orjson.dumps(content), name="models.dev", origin="seed", date=THIRD.isoformat())

    [host] = compare(outcome_of("models.dev", "acme"), served, moved).entries

    assert host.fields == (HeldField(field="env", served=["ACME_KEY"], held=["OTHER_KEY"]),)


def test_a_feed_without_hosts_is_read_by_its_keys() -> None:
    content = {"gpt-x": {"input_cost_per_token": 1}}
    held = Feed.of(orjson.dumps(content), name="litellm", origin="seed", date=THIRD.isoformat())
    [row] = compare(outcome_of("litellm", "gpt-x"), litellm(), held).entries
    assert HeldField(field="input_cost_per_token", served=1e-6, held=1) in row.fields


@pytest.mark.parametrize("hostile", [{"acme": 3}, {"acme": {"models": 3}}, {"acme": {"models": {"alpha": 3}}}, {}])
def test_records_that_are_no_objects_count_as_gone(hostile: dict[str, object]) -> None:
    held = Feed.of(orjson.dumps(hostile), name="models.dev", origin="seed", date=THIRD.isoformat())
    [entry] = compare(outcome_of("models.dev", "acme/alpha"), models_dev(THIRD, alpha=model()), held).entries
    assert entry.is_gone


def test_what_a_refresh_holds_is_compared_until_it_is_accepted(tmp_path: Path) -> None:
    feed, price_map = tmp_path / "models.json", tmp_path / "litellm.json"
    price_map.write_bytes(litellm().data)
    feed.write_bytes(models_dev(THIRD, alpha=model(), beta=model()).data)
    chosen = settings.load(data_dir=tmp_path / "data", models_dev=feed, litellm=price_map)

    async def refresh() -> tuple[tuple[HeldFeed, ...], bool]:
        async with bootstrap.open_refresher(chosen) as runner:
            await runner.refresh(Trigger.COMMAND)
            feed.write_bytes(models_dev(THIRD, alpha=model(cost={"input": 3, "output": 1500}), beta=model()).data)
            record = await runner.refresh(Trigger.COMMAND)
            held = await runner.held(record.id)
            await runner.wait(await runner.accept(record.id))
            with pytest.raises(WriteConflict, match="settled"):
                await runner.held(record.id)
            return held, True

    held, is_settled = asyncio.run(refresh())

    [models] = held
    assert is_settled
    assert [(it.entry, it.anomalies[0].rule) for it in models.entries] == [(None, "repriced"), ("acme/alpha", "jumped")]
    assert [(it.field, it.held) for it in models.entries[1].fields] == [("cost.output", 1500)]
