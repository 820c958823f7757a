"""The use cases of policies on a real database: whom they are given to, what they show, approval, failing closed."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from llmanac.auth.principal import Principal
from llmanac.auth.scope import DEFAULT_SCOPES, Scope
from llmanac.errors import AlreadyExists, ConfigurationError, InvalidParameters, NotFound, WriteConflict
from llmanac.rules.policy import Policy
from llmanac.rules.visibility import PolicyReading
from llmanac.service.editions.edition import Edition
from llmanac.service.rules.policies.access import Access
from llmanac.service.rules.policies.policies import PolicyRemoval
from llmanac.storage.database import Database

from ....small_policies import AFTER, BEFORE, HOUR, NO_BETA, NOON, InstalledPolicies, policy, under

pytestmark = pytest.mark.anyio

FOLK = Principal(None, "ann", DEFAULT_SCOPES, claims=frozenset({("groups", "research"), ("org.unit", "7")}))
EVERYTHING = ["acme/alpha", "acme/beta", "openai/gpt-x"]
NOT_BETA = ["acme/alpha", "openai/gpt-x"]
QUARANTINE = {"new_arrivals": "quarantine"}


@pytest.fixture
async def installed(database: Database) -> InstalledPolicies:
    return await InstalledPolicies(database).open()


async def test_without_policies_the_edition_itself_is_given(installed: InstalledPolicies) -> None:
    assert await installed.access.edition(FOLK, BEFORE) is BEFORE


async def test_a_policy_holds_for_tokens_that_name_it_and_for_nobody_else(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", NO_BETA))

    assert await installed.seen_by(under("corp")) == NOT_BETA
    assert await installed.seen_by(FOLK) == EVERYTHING


@pytest.mark.parametrize(
    ("given_to", "seen"),
    [
        ({"everyone": True}, NOT_BETA),
        ({"claims": {"groups": ["sales", "research"]}}, NOT_BETA),
        ({"claims": {"org.unit": "7"}}, NOT_BETA),
        ({"claims": {"groups": "7"}}, EVERYTHING),
        ({"claims": {"groups": []}}, EVERYTHING),
        ({}, EVERYTHING),
    ],
)
async def test_a_policy_is_given_to_claims_and_to_everyone(
    installed: InstalledPolicies, given_to: dict[str, Any], seen: list[str]
) -> None:
    await installed.policies.create(policy("corp", NO_BETA, given_to=given_to))

    assert await installed.seen_by(FOLK) == seen


async def test_of_several_policies_only_what_each_shows_is_shown(installed: InstalledPolicies) -> None:
    others = policy("two", {"effect": "deny", "match": "openai/*"}, given_to={"everyone": True})
    await installed.policies.apply([policy("one", NO_BETA), others])

    assert await installed.seen_by(under("one")) == ["acme/alpha"]


async def test_a_missing_policy_shows_nothing_and_says_so(installed: InstalledPolicies) -> None:
    assert await installed.seen_by(under("gone")) == []
    resolver = (await installed.access.edition(under("gone"), BEFORE)).services.resolver

    assert "'gone'" in repr(resolver.resolve("acme/alpha"))


@pytest.mark.parametrize("content", ['{"name":"corp","rules":[{"effect":"permit"}]}', "[]", '{"from":"2030"}'])
async def test_what_cannot_be_read_shows_nothing_but_to_those_who_may_mend_it(
    installed: InstalledPolicies, content: str
) -> None:
    await installed.write("corp", content)

    assert await installed.seen_by(under("corp")) == []
    assert await installed.seen_by(FOLK) == []
    mender = Principal(None, "ops", frozenset({Scope.POLICIES_WRITE}))
    assert await installed.seen_by(mender) == EVERYTHING
    assert [*installed.policies.unreadable] == ["corp"]


async def test_a_policy_that_cannot_be_read_can_be_replaced_and_deleted(installed: InstalledPolicies) -> None:
    await installed.write("one", "[]")
    await installed.write("two", "[]")

    await installed.policies.put(policy("one", NO_BETA))
    await installed.policies.delete("two")

    assert installed.policies.unreadable == {}
    assert await installed.seen_by(under("one")) == NOT_BETA


async def test_another_process_obeys_a_change_at_its_next_look(installed: InstalledPolicies) -> None:
    other = await InstalledPolicies(installed.database).open()

    await installed.policies.create(policy("corp", NO_BETA))
    assert await other.seen_by(under("corp")) == [], "until it knows the policy, it shows nothing"
    await other.access.look()

    assert await other.seen_by(under("corp")) == NOT_BETA


class SlowAccess(Access):
    """Reads policies once it is let."""

    may_read = threading.Event()

    def read(self, policy: Policy, edition: Edition, *, since: datetime | None) -> PolicyReading:
        reading = super().read(policy, edition, since=since)
        self.may_read.wait(timeout=30)
        return reading


async def test_what_was_read_of_a_policy_before_it_changed_is_not_kept(installed: InstalledPolicies) -> None:
    slow = SlowAccess(installed.database.resources, installed.arrivals, clock=installed.clock)
    await installed.policies.create(policy("corp"))
    await slow.open()
    reading = asyncio.create_task(slow.edition(under("corp"), BEFORE))
    await asyncio.sleep(0.05)

    await installed.policies.put(policy("corp", NO_BETA))
    await slow.look()
    slow.may_read.set()
    await reading

    seen = await slow.edition(under("corp"), BEFORE)
    assert "acme/beta" not in [offer.id for offer in seen.offers]


async def test_other_processes_name_what_is_seen_alike_and_other_things_otherwise(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", NO_BETA))
    first = await installed.access.edition(under("corp"), BEFORE)
    again = await (await InstalledPolicies(installed.database).open()).access.edition(under("corp"), BEFORE)
    await installed.policies.put(policy("corp", {"effect": "deny", "match": "acme/alpha"}))
    other = await (await InstalledPolicies(installed.database).open()).access.edition(under("corp"), BEFORE)

    assert first.id == again.id
    assert other.id not in {first.id, BEFORE.id}


async def test_writing_minds_versions_and_names(installed: InstalledPolicies) -> None:
    version = await installed.policies.create(policy("corp", NO_BETA))

    with pytest.raises(AlreadyExists):
        await installed.policies.create(policy("corp", NO_BETA))
    with pytest.raises(WriteConflict):
        await installed.policies.put(policy("corp"), expected=version + 1)
    with pytest.raises(InvalidParameters, match="Two"):
        await installed.policies.apply([policy("a"), policy("a")])
    with pytest.raises(NotFound):
        await installed.policies.get("other")
    assert [it.version for it in await installed.policies.versions("corp")] == [version]


async def test_a_policy_that_shows_nothing_is_refused_unless_that_is_meant(installed: InstalledPolicies) -> None:
    closed = policy("corp", {"effect": "deny", "match": "*"})

    with pytest.raises(InvalidParameters, match="would show nothing"):
        await installed.policies.create(closed)
    await installed.policies.create(closed, allow_nothing=True)

    assert await installed.seen_by(under("corp")) == []


async def test_what_live_tokens_name_is_not_deleted(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", NO_BETA))
    token = await installed.tokens.create("ci", policies=["corp"])

    with pytest.raises(WriteConflict, match="ci"):
        await installed.policies.delete("corp")
    with pytest.raises(WriteConflict, match="ci"):
        await installed.policies.apply([policy("other")], prune=True)
    assert [it.document.name for it in await installed.policies.all()] == ["corp"]

    await installed.tokens.revoke(token.record.id)
    await installed.policies.delete("corp")


async def test_prune_deletes_what_is_not_among_those_that_are_applied(installed: InstalledPolicies) -> None:
    await installed.policies.apply([policy("one"), policy("two")])

    await installed.policies.apply([policy("two", NO_BETA)], prune=True)

    assert [it.document.name for it in await installed.policies.all()] == ["two"]
    entries = [(it.entry.action, it.entry.subject) for it in await installed.database.audit.newest(10)]
    assert set(entries[:2]) == {("policy.delete", "one"), ("policy.write", "two")}


async def test_what_came_after_a_policy_began_waits_until_somebody_approves_it(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", **QUARANTINE))
    await installed.serve(AFTER)

    assert await installed.seen_by(under("corp")) == EVERYTHING
    waiting = await installed.policies.waiting("corp")
    assert [(it.id, it.first_seen) for it in waiting] == [("acme/delta", NOON + HOUR), ("acme/gamma", NOON + HOUR)]

    await installed.policies.approve("corp", ["acme/gamma"], reason="Looked at")

    assert await installed.seen_by(under("corp")) == sorted([*EVERYTHING, "acme/gamma"])
    [(id_, approval)] = await installed.policies.approvals("corp")
    assert (id_, approval.author, approval.reason) == ("acme/gamma", "command line", "Looked at")

    await installed.policies.withdraw("corp", ["acme/gamma"])

    assert await installed.seen_by(under("corp")) == EVERYTHING
    actions = [it.entry.action for it in await installed.database.audit.newest(2)]
    assert actions == ["policy.withdraw", "policy.approve"]


async def test_only_what_waits_is_approved_and_only_what_was_approved_taken_back(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", **QUARANTINE))

    with pytest.raises(NotFound, match="'acme/alpha' does not wait"):
        await installed.policies.approve("corp", ["acme/alpha"])
    with pytest.raises(NotFound, match="'acme/alpha' was not approved"):
        await installed.policies.withdraw("corp", ["acme/alpha"])
    with pytest.raises(NotFound):
        await installed.policies.waiting("other")


async def test_what_a_rule_hides_does_not_wait(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", {"effect": "deny", "match": "*/gamma"}, **QUARANTINE))
    await installed.serve(AFTER)

    assert [it.id for it in await installed.policies.waiting("corp")] == ["acme/delta"]


async def test_a_new_edition_shows_no_arrival_before_its_arrivals_are_recorded(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", **QUARANTINE))
    installed.reader.publish(AFTER)

    assert await installed.seen_by(under("corp")) == EVERYTHING, "what is not known counts as new"


async def test_a_selector_approves_without_a_person(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", approve=[{"match": "*/gamma"}], **QUARANTINE))
    await installed.serve(AFTER)

    assert await installed.seen_by(under("corp")) == sorted([*EVERYTHING, "acme/gamma"])


async def test_a_change_does_not_begin_a_policy_again(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", **QUARANTINE))
    await installed.serve(AFTER)
    installed.clock.now += HOUR

    await installed.policies.put(policy("corp", description="Changed", **QUARANTINE))

    assert await installed.seen_by(under("corp")) == EVERYTHING


async def test_a_files_policy_holds_and_is_changed_there(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "policies.toml"
    file.write_text('[[policies]]\nname = "corp"\nrules = [{ effect = "deny", match = "acme/beta" }]\n')
    installed = await InstalledPolicies(database, file=file).open()

    with pytest.raises(WriteConflict, match=r"policies\.toml"):
        await installed.policies.put(policy("corp"))
    assert await installed.seen_by(under("corp")) == NOT_BETA

    file.write_text("[[policies]]\nname = ")
    await installed.access.look()

    assert await installed.seen_by(under("corp")) == NOT_BETA, "the last good reading holds"
    assert installed.policies.trouble is not None


async def test_a_file_that_cannot_be_read_at_a_start_stops_it(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "policies.toml"
    file.write_text('[[policies]]\nname = "corp"\nrules = [{ effect = "deny", where = { providr = "acme" } }]\n')

    with pytest.raises(ConfigurationError, match="providr"):
        await InstalledPolicies(database, file=file).open()


async def test_a_preview_tells_what_each_rule_hides_and_what_would_change(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", {"effect": "deny", "match": "openai/*"}))

    preview = await installed.policies.preview(
        policy("corp", NO_BETA, {"effect": "deny", "match": "*/beta"}, {"effect": "deny", "match": "acme/alpa"})
    )

    assert (preview.total, preview.visible, preview.waiting) == (3, 2, 0)
    assert [(it.matched, it.removes) for it in preview.rules] == [(1, 1), (1, 0), (0, 0)]
    assert (preview.shown_newly, preview.hidden_newly) == (("openai/gpt-x",), ("acme/beta",))
    assert preview.warnings == (
        "Rule 2 hides nothing: earlier rules decide on all that it is about.",
        "Rule 3 is about no offer; 'acme/alpa' is not listed, the nearest is acme/alpha.",
    )
    assert await installed.seen_by(under("corp")) == ["acme/alpha", "acme/beta"], "nothing is kept"


async def test_a_review_shows_the_catalog_as_somebody_else_sees_it(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", NO_BETA, given_to={"claims": {"groups": "research"}}))
    token = await installed.tokens.create("ci", policies=["corp"])

    seen = await installed.policies.review(token=token.record.id, ids=["acme/alpha", "acme/beta", "acme/none"])
    claimed = await installed.policies.review(claims={"groups": ["research"]})
    free = await installed.policies.review()

    assert (seen.policies, seen.visible, seen.total) == (("corp",), 1, 2)
    assert [it.is_shown for it in seen.ids] == [True, False, None]
    assert "No contract" in (seen.ids[1].reason or "")
    assert (claimed.policies, claimed.visible) == (("corp",), 1)
    assert (free.policies, free.visible, free.removals) == ((), 2, ())
    assert seen.removals == (PolicyRemoval(policy="corp", part="rule 1", removes=1),)
    assert (await installed.policies.review(token="ci")) == (await installed.policies.review(token=token.record.id))
    with pytest.raises(NotFound):
        await installed.policies.review(token="00000000")
    with pytest.raises(InvalidParameters):
        await installed.policies.review(token=token.record.id, claims={"groups": ["research"]})


async def test_a_review_counts_what_each_part_of_a_policy_hides(installed: InstalledPolicies) -> None:
    only = {"effect": "allow", "match": "acme/*"}
    await installed.policies.create(policy("corp", NO_BETA, only, default="deny", new_arrivals="quarantine"))
    await installed.tokens.create("ci", policies=["corp"])
    await installed.serve(AFTER)
    await installed.write("newer", '{"name": "newer", "flavour": "sweet"}')

    removals = (await installed.policies.review(token="ci")).removals

    assert [(it.policy, it.part, it.removes) for it in removals] == [
        ("corp", "rule 1", 1),
        ("corp", "default", 1),
        ("corp", "new arrivals", 2),
        ("newer", "unreadable", 5),
    ]


async def test_the_past_shows_nothing_that_is_hidden_today(installed: InstalledPolicies) -> None:
    await installed.policies.create(policy("corp", NO_BETA))
    await installed.serve(AFTER)

    past = await installed.access.edition_of_past(under("corp"), BEFORE, now=AFTER)

    assert [offer.id for offer in past.offers] == ["acme/alpha"]
