"""Verifies tokens from memory, without a database query per request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from llmanac.auth.lookup_budget import LookUpBudget
from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.token import TOKEN_LENGTH, hash_token, parse
from llmanac.auth.token_record import TokenRecord, TokenStatus
from llmanac.clock import Clock
from llmanac.errors import AuthenticationFailed, ExpiredToken, InvalidToken

LOOK_UPS_PER_SECOND = 20
REMEMBERED_AS_MISSING = 4096


class TokenSource(Protocol):
    """The store that the verifier loads tokens from. Every method may raise StorageError."""

    async def changes(self) -> int:
        """A number that grows with every change to any token; while it stays, nothing need be read again."""

    async def all(self) -> tuple[TokenRecord, ...]:
        """Every token ever made, oldest first."""

    async def find(self, digest: bytes) -> TokenRecord | None:
        """The token with this SHA-256; None where there is none."""


@dataclass(frozen=True, slots=True)
class _CachedToken:
    record: TokenRecord
    principal: Principal


class TokenVerifier:
    """Verifies tokens against the records of all tokens, held in memory by the SHA-256 of the whole token.

    A presented token is found by its digest, so an unknown id and a wrong secret take the same path and get the
    same response. Timing reveals nothing either: how far two digests agree says nothing about the tokens, since
    nobody can steer a SHA-256 towards another. Revocation and expiry are checked every time. ``refresh``, called
    about once a second, loads what other processes changed; a token that one of them has just made is looked up
    once, within a budget that guesses cannot exceed.
    """

    def __init__(
        self,
        tokens: TokenSource,
        *,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self._table: dict[bytes, _CachedToken] = {}
        self._changes: int | None = None
        self._budget = LookUpBudget(
            per_second=LOOK_UPS_PER_SECOND, remembered=REMEMBERED_AS_MISSING, monotonic=monotonic
        )
        self._looking_up: dict[bytes, asyncio.Task[_CachedToken | None]] = {}

    def known(self, token: str | None) -> Principal | None:
        """The principal of a live token in memory; None where only ``verify`` can decide, or say what is wrong."""
        cached = None if token is None else self._find(token)
        if cached is None or cached.record.revoked_at is not None:
            return None
        expires_at = cached.record.expires_at
        if expires_at is not None and expires_at <= self._clock():
            return None
        return cached.principal

    async def verify(self, token: str | None) -> Principal:
        """The principal of a token.

        Raises AuthenticationFailed without a token, InvalidToken for one that is malformed, unknown or revoked,
        ExpiredToken, and StorageError where an unknown token cannot be looked up.
        """
        if token is None:
            raise AuthenticationFailed(
                "A token is needed: send Authorization: Bearer <token>, or X-API-Key: <token>. "
                "`llmanac token create` makes one."
            )
        found = self._find(token) or await self._look_up(parse(token).digest)
        if found is None:
            raise InvalidToken("The token is unknown or has been revoked.")
        match found.record.status(self._clock()):
            case TokenStatus.LIVE:
                return found.principal
            case TokenStatus.EXPIRED:
                raise ExpiredToken("The token has expired. Ask for a new one.")
            case TokenStatus.REVOKED:
                raise InvalidToken("The token is unknown or has been revoked.")

    async def refresh(self) -> bool:
        """Load the tokens if any has changed since the last call, and return whether one had.

        Without a change, this reads one number from the database.
        """
        changes = await self._tokens.changes()
        if changes == self._changes:
            return False
        # Read after the number: a change in between is loaded now, and again next time.
        records = await self._tokens.all()
        self._table = {record.digest: _CachedToken(record, record.principal) for record in records}
        self._changes = changes
        return True

    def _find(self, token: str) -> _CachedToken | None:
        if len(token) != TOKEN_LENGTH or not token.isascii():
            return None
        return self._table.get(hash_token(token))

    async def _look_up(self, digest: bytes) -> _CachedToken | None:
        """Query the store once, however many requests wait for the result."""
        if digest not in self._looking_up:
            if not self._budget.spend(digest):
                return None
            task = asyncio.create_task(self._fetch(digest))
            self._looking_up[digest] = task
            task.add_done_callback(lambda _: self._looking_up.pop(digest))
        # Shielded: a cancelled request must not cancel the look-up that others wait for.
        return await asyncio.shield(self._looking_up[digest])

    async def _fetch(self, digest: bytes) -> _CachedToken | None:
        record = await self._tokens.find(digest)
        if record is None:
            self._budget.remember_missing(digest)
            return None
        # A refresh may have loaded a newer record meanwhile, perhaps a revocation: that one is kept.
        return self._table.setdefault(digest, _CachedToken(record, record.principal))


class OpenVerifier:
    """The verifier where authentication is off: everyone may read."""

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        """The anonymous principal."""
        return ANONYMOUS

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        """The anonymous principal."""
        return ANONYMOUS
