"""Doing once what is asked twice: what was answered to a key is answered to it again, for a day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from llmanac.clock import Clock
from llmanac.errors import InvalidParameters, ParameterFault, WriteConflict

REMEMBERED_FOR = timedelta(days=1)
ABANDONED_AFTER = timedelta(minutes=1)
"""An attempt without an answer after this long was cut short, and may be made anew."""

MAX_KEY_LENGTH = 255
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What is kept of a request with a key: hashes, and the answer under seal."""

    owner: str
    key: bytes
    """SHA-256 of the key."""
    request: bytes
    """SHA-256 of what was asked."""
    began_at: datetime
    sealed: bytes | None = None
    """None while it is being answered."""


class IdempotencyStore(Protocol):
    """Remembers attempts; each method may raise StorageError."""

    async def begin(self, attempt: Attempt, *, forget_before: datetime, retry_before: datetime) -> Attempt | None:
        """Remember this attempt, or give back the one that its owner made with its key before.

        What began before ``forget_before`` is forgotten first, and so is what began before ``retry_before``
        and has no answer.
        """

    async def finish(self, attempt: Attempt, *, sealed: bytes | None) -> None:
        """Remember the answer, or forget the attempt where there is none worth it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """A request that must not be acted upon twice."""

    owner: str
    key: str
    credential: str = field(repr=False)
    """Seals the answer: who reads the database cannot open it, since of tokens it has only hashes."""
    content: bytes = field(repr=False)
    """All by which two requests differ: method, path, body."""


class Idempotency:
    """Answers each key once. An answer is remembered for a day, if the request succeeded."""

    def __init__(self, store: IdempotencyStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, asked: KeyedRequest) -> bytes | None:
        """The answer that was given before; None where this is to be acted upon now, and ``finish`` to be called.

        Raises InvalidParameters for what is no key, and for a key that was used for another request, and
        Conflict while the first request is being answered, or where another credential got its answer.
        """
        _require_key(asked.key)
        attempt = self._attempt(asked)
        now = attempt.began_at
        earlier = await self._store.begin(
            attempt, forget_before=now - REMEMBERED_FOR, retry_before=now - ABANDONED_AFTER
        )
        if earlier is None:
            return None
        if earlier.request != attempt.request:
            raise _refusal("This Idempotency-Key was used for another request. Choose a new one.")
        if earlier.sealed is None:
            raise WriteConflict("A request with this Idempotency-Key is being answered. Try again in a moment.")
        return _open(earlier.sealed, asked)

    async def finish(self, asked: KeyedRequest, answer: bytes | None) -> None:
        """Remember what was answered; None for a failure, after which the key may be used again."""
        await self._store.finish(self._attempt(asked), sealed=None if answer is None else _seal(answer, asked))

    def _attempt(self, asked: KeyedRequest) -> Attempt:
        return Attempt(
            owner=asked.owner,
            key=sha256(asked.key.encode()).digest(),
            request=sha256(asked.content).digest(),
            began_at=self._clock(),
        )


def _seal(answer: bytes, asked: KeyedRequest) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(asked).encrypt(nonce, answer, None)


def _open(sealed: bytes, asked: KeyedRequest) -> bytes:
    try:
        return _cipher(asked).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except InvalidTag:
        raise WriteConflict(
            "This was done before. Its answer can only be given again to the credential that asked for it."
        ) from None


def _cipher(asked: KeyedRequest) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(sha256(f"llmanac idempotency\0{asked.key}\0{asked.credential}".encode()).digest())


def _require_key(key: str) -> None:
    if not 0 < len(key) <= MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise _refusal(f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable ASCII characters.")


def _refusal(detail: str) -> InvalidParameters:
    return InvalidParameters(detail, faults=(ParameterFault(("header", "idempotency-key"), detail, "value_error"),))
