"""Whose token is this? Answered from memory for every request, without asking the database."""

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
    """Where the verifier learns of tokens; each method may raise StorageError."""

    async def changes(self) -> int:
        """A number that grows with every change to any token, so that who knows it need not read all."""

    async def all(self) -> tuple[TokenRecord, ...]:
        """Every token that ever was, oldest first."""

    async def find(self, digest: bytes) -> TokenRecord | None:
        """The token with this SHA-256."""


@dataclass(frozen=True, slots=True)
class _Held:
    record: TokenRecord
    principal: Principal


class TokenVerifier:
    """Holds the records of all tokens in memory, by the SHA-256 of the whole token.

    A presented token is found by its digest, so an unknown id and a wrong secret take the same path and
    get the same answer. No time tells anything either: how far two digests agree says nothing about the
    tokens, since nobody can steer a SHA-256 towards another. Revocation and expiry are looked at each
    time. ``refresh``, called every second or so, brings in what other processes changed; a token that one
    of them made a moment ago is looked up once, within a budget that guesses cannot exceed.
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
        self._table: dict[bytes, _Held] = {}
        self._changes: int | None = None
        self._budget = LookUpBudget(
            per_second=LOOK_UPS_PER_SECOND, remembered=REMEMBERED_AS_MISSING, monotonic=monotonic
        )
        self._under_way: dict[bytes, asyncio.Task[_Held | None]] = {}

    def known(self, token: str | None) -> Principal | None:
        """Whose token this is, told at once; None when it takes ``verify`` to find out, or to say why not."""
        held = None if token is None else self._held(token)
        if held is None or held.record.revoked_at is not None:
            return None
        expires_at = held.record.expires_at
        if expires_at is not None and expires_at <= self._clock():
            return None
        return held.principal

    async def verify(self, token: str | None) -> Principal:
        """Whose token this is.

        Raises AuthenticationFailed without one, InvalidToken for one that is malformed, unknown or revoked,
        ExpiredToken, and StorageError where an unknown token cannot be looked up.
        """
        if token is None:
            raise AuthenticationFailed(
                "A token is needed: send Authorization: Bearer <token>, or X-API-Key: <token>. "
                "`llmanac token create` makes one."
            )
        held = self._held(token) or await self._look_up(parse(token).digest)
        if held is None:
            raise InvalidToken("The token is unknown or has been revoked.")
        match held.record.status(self._clock()):
            case TokenStatus.LIVE:
                return held.principal
            case TokenStatus.EXPIRED:
                raise ExpiredToken("The token has expired. Ask for a new one.")
            case TokenStatus.REVOKED:
                raise InvalidToken("The token is unknown or has been revoked.")

    async def refresh(self) -> bool:
        """Learn of every change since the last call; whether there was one. Costs one number when not."""
        changes = await self._tokens.changes()
        if changes == self._changes:
            return False
        # Read after the number: a change in between is seen now, and once more next time.
        records = await self._tokens.all()
        self._table = {record.digest: _Held(record, record.principal) for record in records}
        self._changes = changes
        return True

    def _held(self, token: str) -> _Held | None:
        if len(token) != TOKEN_LENGTH or not token.isascii():
            return None
        return self._table.get(hash_token(token))

    async def _look_up(self, digest: bytes) -> _Held | None:
        """Ask the store once, however many requests wait for the answer."""
        if digest not in self._under_way:
            if not self._budget.spend(digest):
                return None
            task = asyncio.create_task(self._fetch(digest))
            self._under_way[digest] = task
            task.add_done_callback(lambda _: self._under_way.pop(digest))
        # One request that is called off must not take the others' answer with it.
        return await asyncio.shield(self._under_way[digest])

    async def _fetch(self, digest: bytes) -> _Held | None:
        record = await self._tokens.find(digest)
        if record is None:
            self._budget.remember_missing(digest)
            return None
        # A refresh may have overtaken this answer with a newer one, a revocation perhaps: that one stays.
        return self._table.setdefault(digest, _Held(record, record.principal))


class OpenVerifier:
    """Stands in for TokenVerifier where the operator asks for no tokens: everyone may read."""

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        """Anyone."""
        return ANONYMOUS

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        """Anyone."""
        return ANONYMOUS
