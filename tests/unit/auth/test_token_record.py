from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from llmanac.auth.principal import Principal
from llmanac.auth.token import TokenId
from llmanac.auth.token_record import TokenRecord, TokenStatus

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def record(*, expires_at: datetime | None = None, revoked_at: datetime | None = None) -> TokenRecord:
    return TokenRecord(
        id=TokenId("00000000"),
        name="ci",
        scopes=frozenset({"catalog:read"}),
        digest=b"\x7f" * 32,
        created_at=NOON,
        expires_at=expires_at,
        revoked_at=revoked_at,
    )


@pytest.mark.parametrize(
    ("kept", "now", "status"),
    [
        (record(), NOON + timedelta(days=36500), TokenStatus.LIVE),
        (record(expires_at=NOON), NOON - INSTANT, TokenStatus.LIVE),
        (record(expires_at=NOON), NOON, TokenStatus.EXPIRED),
        (record(revoked_at=NOON), NOON, TokenStatus.REVOKED),
        (record(revoked_at=NOON), NOON - INSTANT, TokenStatus.REVOKED),  # by a clock that is ahead of ours
        (record(expires_at=NOON, revoked_at=NOON), NOON, TokenStatus.REVOKED),
    ],
)
def test_the_status_at_a_time(kept: TokenRecord, now: datetime, status: TokenStatus) -> None:
    assert kept.status(now) is status


def test_the_principal_is_who_presents_the_token() -> None:
    principal = record().principal

    assert principal == Principal(TokenId("00000000"), "ci", frozenset({"catalog:read"}))


def test_a_record_prints_without_its_digest() -> None:
    assert "\\x7f" not in repr(record())
