from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.auth.token import TokenId, parse
from llmanac.auth.token_record import TokenStatus
from llmanac.errors import AlreadyExists, Forbidden, InvalidParameters, NotFound, WriteConflict
from llmanac.service.access.audit import Author
from llmanac.service.access.tokens import MAX_NAME_LENGTH, Tokens, parse_name
from llmanac.storage.database import Database

from ....memory_tokens import MemoryTokenStore
from ...watches import Watch

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def watch() -> Watch:
    return Watch(NOON)


@pytest.fixture
def tokens(watch: Watch) -> Tokens:
    return Tokens(MemoryTokenStore(), clock=watch)


async def test_a_new_token_may_read_the_catalog_without_end(tokens: Tokens) -> None:
    token = await tokens.create("ci")

    assert parse(token.text).id == token.record.id
    assert token.record.digest == sha256(token.text.encode()).digest()
    assert token.record.name == "ci"
    assert token.record.scopes == {Scope.CATALOG_READ}
    assert (token.record.created_at, token.record.expires_at) == (NOON, None)


async def test_a_token_has_the_scopes_and_the_end_that_were_asked_for(tokens: Tokens) -> None:
    token = await tokens.create("ci", scopes=["tokens:admin"], expires="30d")

    assert token.record.scopes == {Scope.TOKENS_ADMIN}
    assert token.record.expires_at == NOON + timedelta(days=30)


async def test_what_is_kept_does_not_hold_the_token(tokens: Tokens) -> None:
    token = await tokens.create("ci")
    secret = token.text.split("_")[2]

    assert secret not in repr(token)
    assert secret not in repr(await tokens.all())


async def test_two_tokens_differ(tokens: Tokens) -> None:
    assert (await tokens.create("one")).text != (await tokens.create("two")).text


async def test_a_name_that_is_held_is_refused(tokens: Tokens) -> None:
    await tokens.create("ci")

    with pytest.raises(AlreadyExists, match="'ci'"):
        await tokens.create(" ci ")


async def test_a_name_is_free_after_its_token(tokens: Tokens, watch: Watch) -> None:
    await tokens.create("ci", expires="12h")
    watch.now += timedelta(hours=12)
    await tokens.create("ci")
    await tokens.revoke("ci")

    await tokens.create("ci")

    assert sorted(record.status(watch.now) for record in await tokens.all()) == ["expired", "live", "revoked"]


@pytest.mark.parametrize("mistake", [{"scopes": ["nonsense"]}, {"expires": "nonsense"}, {"expires": ""}])
async def test_a_mistake_makes_no_token(tokens: Tokens, mistake: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameters):
        await tokens.create("ci", **mistake)

    assert await tokens.all() == ()


async def test_a_key_in_paths_reads_the_catalog_alone_and_stays_one_when_rotated(tokens: Tokens) -> None:
    made = await tokens.create("picker", in_path=True)
    rotated = await tokens.rotate("picker")
    assert (made.record.in_path, rotated.record.in_path) == (True, True)
    assert not (await tokens.create("gateway")).record.in_path
    for scopes in (["admin"], ["refresh:write"], ["catalog:read", "audit:read"]):
        with pytest.raises(InvalidParameters, match="may read the catalog, and nothing else"):
            await tokens.create("other", scopes=scopes, in_path=True)


async def test_a_token_is_revoked_by_its_id_or_name(tokens: Tokens, watch: Watch) -> None:
    by_id, by_name = await tokens.create("one"), await tokens.create("two")
    watch.now += timedelta(hours=1)

    assert (await tokens.revoke(by_id.record.id)).revoked_at == watch.now
    assert (await tokens.revoke(" two ")).id == by_name.record.id


async def test_revoking_twice_changes_nothing(tokens: Tokens, watch: Watch) -> None:
    await tokens.create("ci")
    first = await tokens.revoke("ci")
    watch.now += timedelta(hours=1)

    assert await tokens.revoke("ci") == first


async def test_a_name_that_several_had_means_the_last(tokens: Tokens, watch: Watch) -> None:
    for _ in range(3):
        await tokens.create("ci", expires="1h")
        watch.now += timedelta(hours=1)

    assert (await tokens.revoke("ci")).id == (await tokens.all())[-1].id


async def test_a_name_means_the_token_that_has_it_even_among_those_of_one_moment() -> None:
    drawn = count()
    falling = Tokens(MemoryTokenStore(), clock=lambda: NOON, randbelow=lambda n: n - 1 - next(drawn) // 51)
    first = await falling.create("ci")
    await falling.revoke("ci")
    second = await falling.create("ci")

    assert second.record.id < first.record.id
    assert (await falling.revoke("ci")).id == second.record.id


async def test_an_id_comes_before_a_name_that_reads_like_it(tokens: Tokens) -> None:
    first = await tokens.create("ci")
    await tokens.create(first.record.id)

    assert (await tokens.revoke(first.record.id)).name == "ci"


async def test_revoking_what_is_not_there_does_not_repeat_what_may_be_a_token(tokens: Tokens) -> None:
    token = await tokens.create("ci")

    with pytest.raises(NotFound) as refusal:
        await tokens.revoke(token.text)

    assert token.text not in refusal.value.detail


async def test_a_first_start_makes_one_admin_token(tokens: Tokens) -> None:
    token = await tokens.ensure_admin()

    assert token is not None
    assert (token.record.name, *token.record.scopes) == ("admin", Scope.ADMIN)
    assert await tokens.all() == (token.record,)


async def test_a_later_start_makes_none_even_when_it_was_revoked(tokens: Tokens) -> None:
    await tokens.ensure_admin()
    assert await tokens.ensure_admin() is None

    await tokens.revoke("admin")
    assert await tokens.ensure_admin() is None


@pytest.mark.parametrize("name", ["ci", "Zoë's laptop ☕", "a" * MAX_NAME_LENGTH, "'; DROP TABLE tokens --", "=1+1"])
def test_a_name_is_any_printable_text(name: str) -> None:
    assert parse_name(f"  {name}  ") == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "a" * (MAX_NAME_LENGTH + 1),
        "a\nb",
        "a\tb",
        "a\0b",
        "a\x1b[31mb",
        "a\x7fb",
        "a\N{RIGHT-TO-LEFT OVERRIDE}b",
        "a\N{ZERO WIDTH SPACE}b",
        "a\N{LINE SEPARATOR}b",
        "a\ud800b",
    ],
)
def test_control_and_formatting_characters_are_no_name(name: str) -> None:
    with pytest.raises(InvalidParameters, match="1 to 64 characters") as refusal:
        parse_name(name)

    assert [fault.loc for fault in refusal.value.faults] == [("name",)]


def test_names_that_look_the_same_are_the_same() -> None:
    assert parse_name("Zoe\N{COMBINING DIAERESIS}") == parse_name("Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}")


@given(st.text(max_size=80))
def test_a_name_in_normal_form_stays_as_it_is(text: str) -> None:
    try:
        name = parse_name(text)
    except InvalidParameters:
        return
    assert parse_name(name) == name


def bearer(*scopes: str) -> Author:
    return Author(Principal(TokenId("00000001"), "ops", frozenset(scopes)))


class TestReach:
    """Nobody creates, rotates or revokes a token with scopes that they lack."""

    @pytest.mark.parametrize("scope", ["admin", "audit:read"])
    async def test_a_scope_that_is_not_held_cannot_be_granted(self, tokens: Tokens, scope: str) -> None:
        with pytest.raises(Forbidden, match=scope):
            await tokens.create("ci", scopes=[scope], by=bearer("tokens:admin", "catalog:read"))

    async def test_a_token_that_reaches_further_cannot_be_rotated_or_revoked(self, tokens: Tokens) -> None:
        await tokens.create("mighty", scopes=["admin"])
        for write in (tokens.rotate, tokens.revoke):
            with pytest.raises(Forbidden):
                await write("mighty", by=bearer("tokens:admin"))

    async def test_what_is_held_may_be_passed_on_and_admin_holds_all(self, tokens: Tokens) -> None:
        await tokens.create("a", scopes=["catalog:read"], by=bearer("tokens:admin", "catalog:read"))
        await tokens.create("b", scopes=["admin", "audit:read"], by=bearer("admin"))
        assert len(await tokens.all()) == 2


class TestPolicies:
    """Nobody gets a token by which they see more than by their own."""

    @pytest.fixture
    def tokens(self, database: Database) -> Tokens:
        async def known() -> frozenset[str]:
            return frozenset({"eu", "cheap", "claimed"})

        return Tokens(
            database.tokens,
            clock=lambda: datetime(2026, 11, 27, tzinfo=UTC),
            known_policies=known,
            policies_of=lambda principal: ("claimed",) if principal.claims else (),
        )

    async def test_a_new_token_is_under_those_named_and_those_of_its_author(self, tokens: Tokens) -> None:
        author = Author(
            Principal(None, "ops", frozenset({"admin"}), policies=("eu",), claims=frozenset({("groups", "ops")}))
        )

        made = await tokens.create("ci", policies=["cheap"], by=author)
        await tokens.create("free")
        rotated = await tokens.rotate("free", by=author)

        assert made.record.policies == ("cheap", "claimed", "eu")
        assert rotated.record.policies == ("claimed", "eu")
        assert (await tokens.rotate("ci")).record.policies == made.record.policies

    async def test_a_policy_that_does_not_exist_is_refused_by_name(self, tokens: Tokens) -> None:
        with pytest.raises(InvalidParameters, match="'gone'"):
            await tokens.create("ci", policies=["gone"])


class TestRotation:
    async def test_the_new_token_has_the_name_the_scopes_and_the_length_of_the_old(
        self, tokens: Tokens, watch: Watch
    ) -> None:
        old = await tokens.create("ci", scopes=["audit:read"], expires="10d")
        watch.now += timedelta(days=9)
        new = await tokens.rotate("ci")
        assert new.text != old.text
        assert (new.record.name, new.record.scopes) == ("ci", frozenset({"audit:read"}))
        assert new.record.expires_at == watch.now + timedelta(days=10)

    async def test_the_old_one_is_good_no_longer_or_for_as_long_as_asked(self, tokens: Tokens, watch: Watch) -> None:
        first = await tokens.create("ci")
        second = await tokens.rotate("ci")
        await tokens.rotate(second.record.id, overlap="1h")
        status = {record.id: record.status for record in await tokens.all()}
        assert status[first.record.id](watch.now) is TokenStatus.EXPIRED
        assert status[second.record.id](watch.now + timedelta(minutes=59)) is TokenStatus.LIVE
        assert status[second.record.id](watch.now + timedelta(minutes=60)) is TokenStatus.EXPIRED

    async def test_an_overlap_does_not_lengthen_the_life_of_the_old_one(self, tokens: Tokens) -> None:
        old = await tokens.create("ci", expires="1h")
        await tokens.rotate("ci", overlap="2h")
        kept = await tokens.get(old.record.id)
        assert kept.expires_at == NOON + timedelta(hours=1)

    async def test_a_token_is_rotated_once(self, tokens: Tokens) -> None:
        old = await tokens.create("ci")
        await tokens.rotate(old.record.id, overlap="1h")
        with pytest.raises(WriteConflict):
            await tokens.rotate(old.record.id)

    async def test_only_a_live_token_is_rotated(self, tokens: Tokens, watch: Watch) -> None:
        await tokens.create("short", expires="1h")
        watch.now += timedelta(hours=1)
        with pytest.raises(WriteConflict):
            await tokens.rotate("short")
        with pytest.raises(NotFound):
            await tokens.rotate("nobody")
