"""The public keys of an identity provider: fetched on demand, at a limited rate, and cached."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from llmanac.errors import LlmanacError, UpstreamFailed

REFETCH_SECONDS = 30.0
"""Minimum interval between two fetches, however many unknown keys are asked for and however many fetches fail."""
FRESH_SECONDS = 3600.0
"""Keys older than this are still used while they are fetched again, so that withdrawn keys are dropped in time."""
STALE_SECONDS = 86_400.0
"""Keys older than this are not used: the provider has been unreachable for a day."""
MAX_KEYS = 100
MAX_DOCUMENT_BYTES = 256 << 10
MIN_RSA_BITS = 2048

KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
        "EC P-256": ("ES256",),
        "EC P-384": ("ES384",),
        "EC P-521": ("ES512",),
        "OKP Ed25519": ("Ed25519",),  # not EdDSA, which RFC 9864 deprecates
    }
)
"""Algorithms allowed for each kind of key; asymmetric ones only."""

ALGORITHMS = tuple(algorithm for algorithms in KINDS.values() for algorithm in algorithms)

_PUBLIC = ("kty", "crv", "n", "e", "x", "y")
"""The members of a public JWK; no others are read, so private keys are never imported."""

PublicKey = RSAKey | ECKey | OKPKey

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key with the algorithms that it may verify."""

    key: PublicKey
    algorithms: tuple[str, ...]


class KeySource(Protocol):
    """The place that keys are fetched from."""

    async def fetch(self) -> bytes:
        """The JWK set as JSON. Raises LlmanacError."""


class SigningKeys:
    """A cache of the provider's keys by key id."""

    def __init__(self, source: KeySource, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._keys: Mapping[str, SigningKey] = {}
        self._document = b""
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None
        self.generation = 0
        """Incremented when the keys change, so that tokens verified with earlier keys are verified again."""

    async def find(self, key_id: str) -> SigningKey | None:
        """The key with this id, fetched if it is not cached; None where the provider has no such key.

        Raises UpstreamFailed where no keys are available at all, since no token can be verified then.
        """
        key = self._current().get(key_id)
        if key is None:
            await self._refetch()
            key = self._current().get(key_id)
        elif self._age() > FRESH_SECONDS:
            self._start_fetch()
        if key is None and not self._current():
            raise UpstreamFailed("The keys of the identity provider cannot be fetched. Try again in a moment.")
        return key

    def _current(self) -> Mapping[str, SigningKey]:
        return self._keys if self._age() <= STALE_SECONDS else {}

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._monotonic() - self._fetched_at

    async def _refetch(self) -> None:
        self._start_fetch()
        if self._fetching is not None:
            # Shielded: a cancelled request must not cancel the fetch that others wait for.
            await asyncio.shield(self._fetching)

    def _start_fetch(self) -> None:
        """Start a fetch, unless one is running or was started less than REFETCH_SECONDS ago."""
        now = self._monotonic()
        if self._fetching is not None or (self._tried_at is not None and now - self._tried_at < REFETCH_SECONDS):
            return
        self._tried_at = now
        self._fetching = asyncio.create_task(self._fetch())
        self._fetching.add_done_callback(self._fetched)

    def _fetched(self, _: asyncio.Task[None]) -> None:
        self._fetching = None

    async def _fetch(self) -> None:
        try:
            document = await self._source.fetch()
            keys = parse_keys(document)
        except LlmanacError as error:
            # The cached keys stay in use for a day; `find` raises when there are none.
            logger.warning("The keys of the identity provider cannot be fetched: %s", error.detail)
            return
        if document != self._document:
            self._document = document
            self._keys = keys
            self.generation += 1
        self._fetched_at = self._monotonic()


def parse_keys(document: bytes) -> Mapping[str, SigningKey]:
    """The usable keys of a JWK set, by id; malformed keys, and those for other uses or algorithms, are ignored.

    Raises UpstreamFailed where the document is not a JWK set or holds no usable key.
    """
    keys = {}
    for jwk in _members(document):
        if isinstance(jwk, dict) and isinstance(key_id := jwk.get("kid"), str):
            key = _signing_key(jwk)
            if key is not None:
                keys[key_id] = key
    if not keys:
        raise UpstreamFailed("The identity provider's key set holds no key that can verify a signature.")
    return keys


def _members(document: bytes) -> list[Any]:
    refusal = UpstreamFailed("The identity provider's keys are not a JWK set.")
    if len(document) > MAX_DOCUMENT_BYTES:
        raise refusal
    try:
        content = orjson.loads(document)
    except orjson.JSONDecodeError:
        raise refusal from None
    members = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(members, list) or len(members) > MAX_KEYS:
        raise refusal
    return members


def _signing_key(jwk: dict[str, Any]) -> SigningKey | None:
    """The public half of a JWK that may verify signatures; None for any other JWK."""
    algorithms = KINDS.get(_kind(jwk), ())
    if "alg" in jwk:
        algorithms = tuple(name for name in algorithms if name == jwk["alg"])
    if not algorithms or not _is_for_verifying(jwk):
        return None
    public: dict[str, Any] = {name: jwk[name] for name in _PUBLIC if name in jwk}
    if not all(isinstance(value, str) for value in public.values()):
        return None
    # Four base64 digits encode three bytes. joserfc accepts a shorter key with only a warning.
    if public["kty"] == "RSA" and len(public.get("n", "")) * 6 < MIN_RSA_BITS:
        return None
    try:
        return SigningKey(_import(public), algorithms)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _is_for_verifying(jwk: dict[str, Any]) -> bool:
    """Whether the use and the operations of a JWK, as far as it states any, let it verify signatures."""
    operations = jwk.get("key_ops", ["verify"])
    return jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations


def _import(public: dict[str, Any]) -> PublicKey:
    match public["kty"]:
        case "RSA":
            return RSAKey.import_key(public)
        case "EC":
            return ECKey.import_key(public)
        case _:
            return OKPKey.import_key(public)


def _kind(jwk: dict[str, Any]) -> str:
    return "RSA" if jwk.get("kty") == "RSA" else f"{jwk.get('kty')} {jwk.get('crv')}"
