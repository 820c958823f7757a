"""The use cases of overlays on a real database: writing, planning, following, and what becomes of rules."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from llmanac.errors import AlreadyExists, InvalidParameters, NotFound, WriteConflict
from llmanac.ingest.decode.feed import Feed
from llmanac.rules.documents import read_overlay
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import feed_of
from llmanac.rules.validity import Validity
from llmanac.service.rules.resources.resource import ResourceKind, ResourceWrite
from llmanac.storage.database import Database

from ....small_overlays import UPSTREAM, InstalledOverlays
from ....small_past import THIRD, model, models_dev

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
async def installed(database: Database) -> InstalledOverlays:
    return await InstalledOverlays(database).open()


def overlay(name: str = "corp", *rules: dict[str, Any], **changes: Any) -> Overlay:
    stated = [{"reason": "because", **rule} for rule in rules]
    return read_overlay({"name": name, "rules": stated, **changes})


CHEAPER = {"match": "acme/alpha", "set": {"discount": 0.5}}


async def test_what_is_written_is_in_force_and_told(installed: InstalledOverlays) -> None:
    version = await installed.overlays.create(overlay("corp", CHEAPER))
    await installed.serve()

    [record] = await installed.overlays.all()

    assert (record.document.name, record.author, record.version) == (
        "corp",
        "command line",
        version,
    )
    assert [(it.validity, it.matched, it.idle) for it in record.rules] == [(Validity.IN_FORCE, 1, False)]


async def test_what_has_not_changed_is_not_read_again(installed: InstalledOverlays) -> None:
    await installed.overlays.create(overlay("corp", CHEAPER))
    [before] = installed.declarations.declared

    await installed.overlays.create(overlay("other"))
    await installed.overlays.put(overlay("other", CHEAPER))

    assert [it.overlay.name for it in installed.declarations.declared] == ["corp", "other"]
    assert installed.declarations.declared[0].overlay is before.overlay


async def test_of_looks_at_once_the_last_one_counts(installed: InstalledOverlays) -> None:
    writes = [overlay("corp", *[CHEAPER] * number) for number in range(1, 6)]

    looks = []
    for it in writes:
        await installed.overlays.put(it)
        looks += [asyncio.create_task(installed.declarations.look()) for _ in range(3)]
    await asyncio.gather(*looks)

    [declared] = installed.declarations.declared
    assert declared.overlay == writes[-1]
    assert installed.declarations.feed == feed_of([declared], NOON)


async def test_a_name_is_written_once_and_a_version_replaced_once(installed: InstalledOverlays) -> None:
    version = await installed.overlays.create(overlay())

    with pytest.raises(AlreadyExists):
        await installed.overlays.create(overlay())
    await installed.overlays.put(overlay("corp", CHEAPER), expected=version)
    with pytest.raises(WriteConflict):
        await installed.overlays.put(overlay(), expected=version)
    with pytest.raises(NotFound):
        await installed.overlays.delete("other")
    await installed.overlays.delete("corp")

    versions = await installed.overlays.versions("corp")
    assert [it.document is None for it in versions] == [True, False, False]
    assert await installed.overlays.all() == ()


async def test_several_are_written_together_or_not_at_all(installed: InstalledOverlays) -> None:
    await installed.overlays.create(overlay("old"))

    with pytest.raises(WriteConflict):
        await installed.overlays.apply([overlay("a"), overlay("b")], expected={"b": 7})
    with pytest.raises(InvalidParameters, match="named 'a'"):
        await installed.overlays.apply([overlay("a"), overlay("a")])
    assert [it.document.name for it in await installed.overlays.all()] == ["old"]

    await installed.overlays.apply([overlay("a"), overlay("b")], prune=True)

    assert [it.document.name for it in await installed.overlays.all()] == ["a", "b"]


async def test_writes_are_audited(installed: InstalledOverlays, database: Database) -> None:
    await installed.overlays.create(overlay())
    await installed.overlays.delete("corp")

    entries = [it.entry for it in await database.audit.newest(10)]
    assert [(it.action, it.subject) for it in entries] == [("overlay.delete", "corp"), ("overlay.write", "corp")]


async def test_a_plan_tells_what_would_change_and_keeps_nothing(installed: InstalledOverlays) -> None:
    added = {"add": {"id": "acme/own", "like": "acme/alpha"}, "set": {"tags": "internal"}}

    plan = await installed.overlays.plan([overlay("corp", CHEAPER, added)])

    assert (plan.changed, plan.added, plan.removed) == (2, 1, 0)
    [own, alpha] = sorted(plan.offers, key=lambda it: it.kind)
    assert (own.id, alpha.id) == ("acme/own", "acme/alpha")
    facts = {it.fact: (it.upstream, it.now, it.then, it.overlay, it.rule) for it in alpha.facts}
    assert facts["output"] == (15, 15, 7.5, "corp", 1)
    assert await installed.overlays.all() == ()


async def test_a_plan_is_against_what_is_in_force(installed: InstalledOverlays) -> None:
    await installed.overlays.create(overlay("corp", CHEAPER))
    await installed.serve()

    same = await installed.overlays.plan([overlay("corp", CHEAPER)])
    gone = await installed.overlays.plan([], without=["corp"])

    assert same.changed == 0
    [offer] = gone.offers
    assert {it.fact: (it.now, it.then, it.overlay) for it in offer.facts}["output"] == (7.5, 15, None)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            {"match": "acme/alpa", "set": {"tags": "x"}},
            "about no offer; 'acme/alpa' is not listed, the nearest is acme/",
        ),
        ({"match": "*", "set": {"tags": "x"}}, "is about 4 offers; 3 are listed"),
        ({"match": "acme/alpha", "set": {"rates": {"output": 15}}}, "states what the sources state by now"),
        ({"add": {"id": "acme/x", "like": "acme/y"}}, "listed nowhere"),
        (
            {"match": "acme/alpha", "set": {"aliases": "acme/large-3"}},
            "'acme/large-3', which is the id of a listed model",
        ),
    ],
)
async def test_a_plan_warns_of_what_may_not_be_meant(
    installed: InstalledOverlays, rule: dict[str, Any], expected: str
) -> None:
    plan = await installed.overlays.plan([overlay("corp", rule)])

    assert any(expected in warning for warning in plan.warnings), plan.warnings


async def test_a_rule_under_which_the_sources_have_moved_says_so_until_it_is_reviewed(
    installed: InstalledOverlays,
) -> None:
    def dearer(cost: int) -> list[Feed]:
        moved = models_dev(THIRD, alpha=model(cost={"input": 2, "output": cost}), large_3=model())
        return [moved, *(feed for feed in UPSTREAM if feed.name != moved.name)]

    async def moved() -> tuple[str, ...]:
        [record] = await installed.overlays.all()
        return record.rules[0].upstream_changed

    await installed.overlays.create(overlay("corp", CHEAPER))
    await installed.serve()
    assert await moved() == ()

    await installed.serve(dearer(20))
    assert await moved() == ("acme/alpha",)

    await installed.overlays.put(overlay("corp", {**CHEAPER, "reviewed": "2026-11-27"}))
    await installed.serve(dearer(20))
    assert await moved() == ()


async def test_rules_begin_and_end_by_the_clock(installed: InstalledOverlays) -> None:
    promotion = {**CHEAPER, "valid_from": "2026-11-28", "valid_until": "2026-11-28"}
    await installed.overlays.create(overlay("promo", promotion))
    in_force = [installed.declarations.feed is not None]
    for days in (1, 2):
        installed.clock.now = NOON + timedelta(days=days)
        assert await installed.declarations.look()
        in_force.append(installed.declarations.feed is not None)

    assert in_force == [False, True, False]
    [record] = await installed.overlays.all()
    assert [it.validity for it in record.rules] == [Validity.EXPIRED]


async def test_what_a_file_declares_is_not_written_elsewhere(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "overlays.toml"
    file.write_text('[[overlays]]\nname = "corp"\n')
    other = InstalledOverlays(database)
    await other.declarations.open()
    await other.overlays.create(overlay("corp", CHEAPER))
    installed = InstalledOverlays(database, file=file)
    await installed.declarations.open()

    [record] = await installed.overlays.all()

    assert (record.file, record.version, record.document.rules) == (str(file), None, ())
    assert installed.declarations.hidden == ("corp",)
    for write in (
        installed.overlays.put(overlay("corp")),
        installed.overlays.create(overlay("corp")),
        installed.overlays.delete("corp"),
    ):
        with pytest.raises(WriteConflict, match=r"overlays\.toml: change it there"):
            await write


async def test_what_cannot_be_read_is_out_of_force_and_told(installed: InstalledOverlays, database: Database) -> None:
    write = ResourceWrite(kind=ResourceKind.OVERLAY, name="newer", content=json.dumps({"name": "newer", "magic": 1}))
    await database.resources.write([write], at=NOON, author="a newer version")

    await installed.declarations.look()

    assert list(installed.overlays.unreadable) == ["newer"]
    assert "magic" in installed.overlays.unreadable["newer"]
    assert await installed.overlays.all() == ()
