from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.token import MintedToken, mint
from llmanac.auth.token_record import TokenRecord
from llmanac.auth.verifier import LOOK_UPS_PER_SECOND, OpenVerifier, TokenVerifier
from llmanac.errors import AuthenticationFailed, ExpiredToken, InvalidToken, StorageError

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def record_of(
    token: MintedToken, *, expires_at: datetime | None = None, revoked_at: datetime | None = None
) -> TokenRecord:
    return TokenRecord(
        id=token.id,
        name="ci",
        scopes=frozenset({"catalog:read"}),
        digest=token.digest,
        created_at=NOON,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )


class RecordedSource:
    """A source of tokens that keeps account of what it was asked."""

    def __init__(self, *records: TokenRecord) -> None:
        self.records = list(records)
        self.count = len(records)
        self.asked: list[str] = []
        self.down = False
        self.has_read = asyncio.Event()

    def change(self, *records: TokenRecord) -> None:
        """Another process wrote."""
        self.records = list(records)
        self.count += 1

    async def changes(self) -> int:
        self._note("changes")
        return self.count

    async def all(self) -> tuple[TokenRecord, ...]:
        self._note("all")
        return tuple(self.records)

    async def find(self, digest: bytes) -> TokenRecord | None:
        self._note("find")
        found = next((record for record in self.records if record.digest == digest), None)
        self.has_read.set()
        for _ in range(5):
            await asyncio.sleep(0)  # the answer takes a while, and others run meanwhile
        return found

    def _note(self, question: str) -> None:
        self.asked.append(question)
        if self.down:
            raise StorageError("The database is away.")


class Setting:
    """A verifier, and all that it depends on."""

    def __init__(self, *records: TokenRecord) -> None:
        self.source = RecordedSource(*records)
        self.now = NOON
        self.seconds = 0.0
        self.verifier = TokenVerifier(self.source, clock=lambda: self.now, monotonic=lambda: self.seconds)

    async def started(self) -> Setting:
        await self.verifier.refresh()
        self.source.asked.clear()
        return self


async def test_a_token_of_the_table_is_known_without_asking_anyone() -> None:
    token = mint()
    setting = await Setting(record_of(token)).started()

    principal = setting.verifier.known(token.text)

    assert principal == Principal(token.id, "ci", frozenset({"catalog:read"}))
    assert await setting.verifier.verify(token.text) is principal
    assert setting.source.asked == []


async def test_a_request_without_a_token_is_refused_with_how_to_send_one() -> None:
    with pytest.raises(AuthenticationFailed, match="Authorization: Bearer") as refusal:
        await Setting().verifier.verify(None)

    assert refusal.value.type == "authentication_error"


@pytest.mark.parametrize(
    "text", ["", "x", "llma_", "Bearer x' OR pg_sleep(8)--", "é" * 64, "\ud800" * 64, "a" * 1_000_000]
)
async def test_a_malformed_token_is_refused_without_asking_anyone(text: str) -> None:
    setting = await Setting().started()

    assert setting.verifier.known(text) is None
    with pytest.raises(InvalidToken, match="not a token"):
        await setting.verifier.verify(text)
    assert setting.source.asked == []


async def test_a_wrong_checksum_is_refused_without_asking_anyone() -> None:
    token = mint()
    setting = await Setting(record_of(token)).started()
    last = "0" if token.text[-1] != "0" else "1"

    with pytest.raises(InvalidToken, match="checksum"):
        await setting.verifier.verify(token.text[:-1] + last)
    assert setting.source.asked == []


async def test_an_unknown_id_and_a_wrong_secret_get_the_same_answer_the_same_way() -> None:
    ours = mint(lambda _: 0)
    digits = iter([0] * 8 + [1] * 43)
    wrong_secret = mint(lambda _: next(digits))
    unknown_id = mint(lambda _: 2)
    setting = await Setting(record_of(ours)).started()

    details, asked = [], []
    for token in (wrong_secret, unknown_id):
        with pytest.raises(InvalidToken) as refusal:
            await setting.verifier.verify(token.text)
        details.append(refusal.value.detail)
        asked.append(setting.source.asked.copy())
        setting.source.asked.clear()

    assert wrong_secret.id == ours.id
    assert details[0] == details[1]
    assert asked == [["find"], ["find"]]


async def test_a_token_is_good_until_the_moment_it_expires() -> None:
    token = mint()
    setting = await Setting(record_of(token, expires_at=NOON + HOUR)).started()

    setting.now = NOON + HOUR - timedelta(microseconds=1)
    assert setting.verifier.known(token.text) is not None

    setting.now = NOON + HOUR
    assert setting.verifier.known(token.text) is None
    with pytest.raises(ExpiredToken):
        await setting.verifier.verify(token.text)


async def test_a_revoked_token_is_as_unknown() -> None:
    token = mint()
    setting = await Setting(record_of(token, revoked_at=NOON, expires_at=NOON)).started()

    assert setting.verifier.known(token.text) is None
    with pytest.raises(InvalidToken, match="unknown or has been revoked"):
        await setting.verifier.verify(token.text)
    assert setting.source.asked == []


async def test_a_refresh_takes_in_a_revocation_by_another_process() -> None:
    token = mint()
    record = record_of(token)
    setting = await Setting(record).started()
    assert setting.verifier.known(token.text) is not None

    setting.source.change(replace(record, revoked_at=NOON))
    assert await setting.verifier.refresh()

    assert setting.verifier.known(token.text) is None


async def test_a_refresh_without_a_change_reads_no_tokens() -> None:
    setting = await Setting(record_of(mint())).started()

    assert not await setting.verifier.refresh()

    assert setting.source.asked == ["changes"]


async def test_a_refresh_is_not_satisfied_by_a_change_in_between() -> None:
    token = mint()
    setting = await Setting().started()

    class ChangingMeanwhile(RecordedSource):
        async def all(self) -> tuple[TokenRecord, ...]:
            before = await super().all()
            if len(self.asked) == 2:
                self.change(record_of(token))
            return before

    source = ChangingMeanwhile()
    verifier = TokenVerifier(source, clock=lambda: setting.now)
    await verifier.refresh()

    assert await verifier.refresh()
    assert verifier.known(token.text) is not None


async def test_a_token_made_a_moment_ago_by_another_process_works_at_once_and_is_known_then() -> None:
    token = mint()
    setting = await Setting().started()
    setting.source.change(record_of(token))

    assert (await setting.verifier.verify(token.text)).name == "ci"
    assert setting.verifier.known(token.text) is not None
    assert setting.source.asked == ["find"]


async def test_many_requests_with_a_new_token_share_one_look_up() -> None:
    token = mint()
    setting = await Setting().started()
    setting.source.change(record_of(token))

    principals = await asyncio.gather(*(setting.verifier.verify(token.text) for _ in range(100)))

    assert {principal.name for principal in principals} == {"ci"}
    assert setting.source.asked == ["find"]


async def test_a_cancelled_request_does_not_cancel_the_look_up() -> None:
    token = mint()
    setting = await Setting().started()
    setting.source.change(record_of(token))
    first, second = (asyncio.create_task(setting.verifier.verify(token.text)) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()

    assert (await second).name == "ci"


async def test_a_look_up_finds_what_is_expired_or_revoked_too() -> None:
    expired, revoked = mint(), mint()
    setting = await Setting().started()
    setting.source.change(record_of(expired, expires_at=NOON), record_of(revoked, revoked_at=NOON))

    with pytest.raises(ExpiredToken):
        await setting.verifier.verify(expired.text)
    with pytest.raises(InvalidToken):
        await setting.verifier.verify(revoked.text)


async def test_guesses_cannot_hammer_the_store() -> None:
    setting = await Setting().started()

    for _ in range(1_000):
        with pytest.raises(InvalidToken):
            await setting.verifier.verify(mint().text)

    assert setting.source.asked == ["find"] * LOOK_UPS_PER_SECOND


async def test_the_same_guess_is_looked_up_once() -> None:
    setting = await Setting().started()
    guess = mint().text

    for _ in range(10):
        with pytest.raises(InvalidToken):
            await setting.verifier.verify(guess)

    assert setting.source.asked == ["find"]


async def test_a_new_token_under_a_flood_of_guesses_works_from_the_next_refresh() -> None:
    token = mint()
    setting = await Setting().started()
    for _ in range(LOOK_UPS_PER_SECOND):
        with pytest.raises(InvalidToken):
            await setting.verifier.verify(mint().text)
    setting.source.change(record_of(token))
    with pytest.raises(InvalidToken):
        await setting.verifier.verify(token.text)

    await setting.verifier.refresh()

    assert setting.verifier.known(token.text) is not None


async def test_a_revocation_is_not_undone_by_a_look_up_that_it_overtakes() -> None:
    token = mint()
    record = record_of(token)
    setting = await Setting().started()
    setting.source.change(record)
    request = asyncio.create_task(setting.verifier.verify(token.text))
    await setting.source.has_read.wait()

    setting.source.change(replace(record, revoked_at=NOON))
    await setting.verifier.refresh()

    with pytest.raises(InvalidToken):
        await request
    assert setting.verifier.known(token.text) is None


async def test_known_tokens_go_on_while_the_store_is_away_and_unknown_ones_are_not_called_invalid() -> None:
    token = mint()
    setting = await Setting(record_of(token)).started()
    setting.source.down = True

    with pytest.raises(StorageError):
        await setting.verifier.refresh()
    assert setting.verifier.known(token.text) is not None
    with pytest.raises(StorageError):
        await setting.verifier.verify(mint().text)


async def test_a_look_up_that_failed_may_be_tried_again() -> None:
    token = mint()
    setting = await Setting().started()
    setting.source.change(record_of(token))
    setting.source.down = True
    with pytest.raises(StorageError):
        await setting.verifier.verify(token.text)

    setting.source.down = False

    assert (await setting.verifier.verify(token.text)).name == "ci"


async def test_where_no_tokens_are_asked_for_everyone_is_anonymous() -> None:
    verifier = OpenVerifier()

    assert verifier.known("anything") is ANONYMOUS
    assert await verifier.verify(None) is ANONYMOUS
