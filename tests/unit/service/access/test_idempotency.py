from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from llmanac.errors import InvalidParameters, WriteConflict
from llmanac.service.access.idempotency import Idempotency, KeyedRequest, OpenAttempt, Replay
from llmanac.storage.database import Database

from ...watches import Watch

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANSWER = b'[201, "the answer with its secret"]'


@pytest.fixture
def watch() -> Watch:
    return Watch(NOON)


@pytest.fixture
def idempotency(database: Database, watch: Watch) -> Idempotency:
    return Idempotency(database.idempotency, clock=watch)


def asked(
    key: str = "k", *, content: bytes = b"POST /x {}", owner: str = "00000001", credential: str = "secret of the caller"
) -> KeyedRequest:
    return KeyedRequest(owner=owner, key=key, credential=credential, content=content)


async def begin(idempotency: Idempotency, request: KeyedRequest | None = None) -> OpenAttempt:
    """Begin a request that is to be acted upon."""
    begun = await idempotency.begin(request or asked())
    assert isinstance(begun, OpenAttempt)
    return begun


async def test_the_first_request_is_acted_upon_and_the_second_gets_its_answer(idempotency: Idempotency) -> None:
    await idempotency.finish(await begin(idempotency), ANSWER)
    assert await idempotency.begin(asked()) == Replay(ANSWER)


async def test_keys_and_owners_are_apart(idempotency: Idempotency) -> None:
    for request in (asked(), asked("other"), asked(owner="00000002")):
        await begin(idempotency, request)


async def test_a_key_belongs_to_one_request(idempotency: Idempotency) -> None:
    await idempotency.finish(await begin(idempotency), ANSWER)
    with pytest.raises(InvalidParameters):
        await idempotency.begin(asked(content=b"POST /x {other}"))


async def test_while_the_first_is_being_answered_the_second_has_to_wait(idempotency: Idempotency) -> None:
    await begin(idempotency)
    with pytest.raises(WriteConflict):
        await idempotency.begin(asked())


async def test_what_failed_may_be_tried_again(idempotency: Idempotency) -> None:
    await idempotency.finish(await begin(idempotency), None)
    await begin(idempotency)


async def test_what_was_cut_short_may_be_tried_again_after_a_minute(idempotency: Idempotency, watch: Watch) -> None:
    await begin(idempotency)
    watch.now += timedelta(seconds=61)
    await begin(idempotency)


@pytest.mark.parametrize("late", [b"the late answer", None])
async def test_an_attempt_that_was_thought_cut_short_leaves_its_successor_alone(
    idempotency: Idempotency, watch: Watch, late: bytes | None
) -> None:
    slow = await begin(idempotency)
    watch.now += timedelta(seconds=61)
    successor = await begin(idempotency)

    await idempotency.finish(slow, late)
    with pytest.raises(WriteConflict, match="being answered"):
        await idempotency.begin(asked())

    await idempotency.finish(successor, ANSWER)
    await idempotency.finish(slow, late)
    assert await idempotency.begin(asked()) == Replay(ANSWER)


async def test_an_answer_is_forgotten_after_a_day(idempotency: Idempotency, watch: Watch) -> None:
    await idempotency.finish(await begin(idempotency), ANSWER)
    watch.now += timedelta(days=1)
    assert await idempotency.begin(asked()) == Replay(ANSWER)
    watch.now += timedelta(seconds=1)
    await begin(idempotency)


async def test_only_the_credential_that_asked_gets_the_answer_again(idempotency: Idempotency) -> None:
    await idempotency.finish(await begin(idempotency), ANSWER)
    with pytest.raises(WriteConflict):
        await idempotency.begin(asked(credential="a newer JWT of the same person"))


async def test_the_database_holds_neither_answer_nor_key(
    idempotency: Idempotency, database: Database, tmp_path: Path
) -> None:
    await idempotency.finish(await begin(idempotency, asked("a telling key")), ANSWER)
    async with database.engine.connect() as connection:
        [row] = await connection.execute(text("SELECT * FROM idempotency_keys"))
    stored = repr(tuple(row)).encode() + (tmp_path / "llmanac.db").read_bytes()
    assert b"telling" not in stored
    assert b"its secret" not in stored


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\nb"])
async def test_what_is_no_key_is_refused(idempotency: Idempotency, key: str) -> None:
    with pytest.raises(InvalidParameters):
        await idempotency.begin(asked(key))
