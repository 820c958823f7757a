from __future__ import annotations

from datetime import UTC, datetime

import pytest

from llmanac.auth.principal import Principal
from llmanac.auth.token import TokenId
from llmanac.errors import AlreadyExists, Forbidden, WriteConflict
from llmanac.service.access.audit import Author
from llmanac.service.access.tokens import Tokens
from llmanac.storage.database import Database

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPERATOR = Author(Principal(TokenId("00000001"), "ops", frozenset({"tokens:admin", "catalog:read"})), "request-1")


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database.tokens, clock=lambda: NOON)


async def actions(database: Database) -> list[tuple[str, str, str]]:
    return [
        (numbered.entry.author_name, numbered.entry.action, numbered.entry.subject)
        for numbered in await database.audit.newest(100)
    ]


async def test_every_write_leaves_an_entry_and_the_newest_comes_first(tokens: Tokens, database: Database) -> None:
    admin = await tokens.ensure_admin()
    assert admin
    made = await tokens.create("ci", by=OPERATOR)
    renewed = await tokens.rotate("ci", by=OPERATOR)
    await tokens.revoke(renewed.record.id)
    assert await actions(database) == [
        ("command line", "token.revoke", renewed.record.id),
        ("ops", "token.rotate", made.record.id),
        ("ops", "token.create", made.record.id),
        ("first start", "token.create", admin.record.id),
    ]


async def test_an_entry_says_who_when_what_and_with_which_request(tokens: Tokens, database: Database) -> None:
    await tokens.create("ci", expires="1d", by=OPERATOR)
    [numbered] = await database.audit.newest(1)
    entry = numbered.entry
    assert (entry.at, entry.author, entry.request_id) == (NOON, "00000001", "request-1")
    assert entry.detail == "name 'ci', scopes catalog:read, expires 2026-11-24T12:00:00+00:00"


async def test_what_was_not_written_leaves_none(tokens: Tokens, database: Database) -> None:
    await tokens.create("ci")
    with pytest.raises(AlreadyExists):
        await tokens.create("ci")
    with pytest.raises(Forbidden):
        await tokens.create("other", scopes=["admin"], by=OPERATOR)
    await tokens.revoke("ci")
    await tokens.revoke("ci")
    with pytest.raises(WriteConflict):
        await tokens.rotate("ci")
    assert [action for _, action, _ in await actions(database)] == ["token.revoke", "token.create"]


async def test_the_log_is_read_in_pages(tokens: Tokens, database: Database) -> None:
    for number in range(5):
        await tokens.create(f"token {number}")
    first = await database.audit.newest(2)
    rest = await database.audit.newest(10, below=first[-1].number)
    numbers = [numbered.number for numbered in (*first, *rest)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 5
