"""Idempotency keys: a request that is repeated with its key gets the first response again, for a day."""

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
"""An attempt without a response after this long was interrupted, and may be retried."""

MAX_KEY_LENGTH = 255
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A request with a key, as the store keeps it: hashes, and the encrypted response."""

    owner: str
    key: bytes
    """SHA-256 of the key."""
    request: bytes
    """SHA-256 of the method, path and body."""
    began_at: datetime
    sealed: bytes | None = None
    """The encrypted response; None while the request is being handled."""


class IdempotencyStore(Protocol):
    """Keeps attempts. Each method may raise StorageError."""

    async def begin(self, attempt: Attempt, *, forget_before: datetime, retry_before: datetime) -> Attempt | None:
        """Keep this attempt and return None, or return the earlier attempt of its owner with its key.

        Attempts that began before ``forget_before`` are deleted first, and so are those that began before
        ``retry_before`` and have no response.
        """

    async def finish(self, attempt: Attempt, *, sealed: bytes | None) -> None:
        """Keep the encrypted response; None deletes the attempt.

        Nothing happens where a later attempt has taken its place.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """A request with an idempotency key, to be acted upon once."""

    owner: str
    key: str
    credential: str = field(repr=False)
    """Encrypts the response: the database has only hashes of tokens, so its readers cannot decrypt it."""
    content: bytes = field(repr=False)
    """The method, path and body: two requests with the same key must agree in them."""


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """A request that is to be acted upon, and then passed to ``finish`` with its response."""

    request: KeyedRequest
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Replay:
    """The response that a request got when it was acted upon."""

    response: bytes = field(repr=False)


class Idempotency:
    """Acts upon each key once. The response of a request that succeeded is kept for a day."""

    def __init__(self, store: IdempotencyStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, request: KeyedRequest) -> OpenAttempt | Replay:
        """The earlier response; an OpenAttempt where the request is new.

        Raises InvalidParameters for a malformed key, and for one that was used for another request, and
        WriteConflict while the first request is being handled, or where another credential got its response.
        """
        _require_key(request.key)
        attempt = self._attempt(request)
        now = attempt.began_at
        earlier = await self._store.begin(
            attempt, forget_before=now - REMEMBERED_FOR, retry_before=now - ABANDONED_AFTER
        )
        if earlier is None:
            return OpenAttempt(request, attempt)
        if earlier.request != attempt.request:
            raise _refusal("This Idempotency-Key was used for another request. Choose a new one.")
        if earlier.sealed is None:
            raise WriteConflict("A request with this Idempotency-Key is being answered. Try again in a moment.")
        return Replay(_decrypt(earlier.sealed, request))

    async def finish(self, begun: OpenAttempt, response: bytes | None) -> None:
        """Keep the response; None for a failure, after which the key may be used again.

        The response of an attempt that counted as interrupted, and was retried meanwhile, is dropped.
        """
        sealed = None if response is None else _encrypt(response, begun.request)
        await self._store.finish(begun.attempt, sealed=sealed)

    def _attempt(self, request: KeyedRequest) -> Attempt:
        return Attempt(
            owner=request.owner,
            key=sha256(request.key.encode()).digest(),
            request=sha256(request.content).digest(),
            began_at=self._clock(),
        )


def _encrypt(response: bytes, request: KeyedRequest) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(request).encrypt(nonce, response, None)


def _decrypt(sealed: bytes, request: KeyedRequest) -> bytes:
    try:
        return _cipher(request).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except InvalidTag:
        raise WriteConflict(
            "This was done before. Its answer can only be given again to the credential that asked for it."
        ) from None


def _cipher(request: KeyedRequest) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(sha256(f"llmanac idempotency\0{request.key}\0{request.credential}".encode()).digest())


def _require_key(key: str) -> None:
    if not 0 < len(key) <= MAX_KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise _refusal(f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} printable ASCII characters.")


def _refusal(detail: str) -> InvalidParameters:
    return InvalidParameters(detail, faults=(ParameterFault(("header", "idempotency-key"), detail, "value_error"),))
