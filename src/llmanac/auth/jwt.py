"""Verifies the JWTs of an identity provider and maps their claims to a principal.

Strict where libraries have been fooled: only the compact form, only asymmetric algorithms, each key only with
the algorithms of its kind, and only keys from the provider's own set, never from the token itself.
"""

from __future__ import annotations

import json
import math
import re
from base64 import urlsafe_b64decode
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError

from llmanac.auth.claims import flatten_claims
from llmanac.auth.jwks import ALGORITHMS, SigningKeys
from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.clock import Clock
from llmanac.errors import ExpiredSignature, InvalidToken

LEEWAY_SECONDS = 30.0
"""Tolerated difference between the provider's clock and this machine's."""
MAX_LENGTH = 8192
MAX_SUBJECT_LENGTH = 255
REMEMBERED = 4096

FORM = re.compile(r"[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}")
REFUSED_HEADERS = frozenset({"crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc", "epk", "cty"})
"""Headers that would change how the token is read, or where its key comes from."""
TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})

MALFORMED = "This is not a JWT that llmanac takes."
UNVERIFIED = "The signature of the JWT is not good."

_registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The issuer and audience that are accepted, and how scopes are read from the claims."""

    issuer: str
    audience: str
    scope_claim: str = "scope"
    """The claim that holds the scopes; dots separate nested names, as in ``realm_access.roles``."""
    scopes: frozenset[str] = frozenset()
    """Scopes granted to every valid JWT, in addition to those in its claims."""

    @property
    def label(self) -> str:
        """The provider's name in lists and logs: the host of its issuer URL."""
        return urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True, slots=True)
class _CachedPrincipal:
    principal: Principal
    expires: float
    generation: int


class JwtVerifier:
    """Verifies JWTs and caches valid ones until they expire or the provider's keys change."""

    def __init__(self, trust: Trust, keys: SigningKeys, *, clock: Clock) -> None:
        self._trust = trust
        self._keys = keys
        self._clock = clock
        self._cache: OrderedDict[str, _CachedPrincipal] = OrderedDict()

    def known(self, token: str) -> Principal | None:
        """The principal of a JWT that was verified before; None where only ``verify`` can decide."""
        cached = self._cache.get(token)
        if cached is None or cached.generation != self._keys.generation or cached.expires <= self._clock().timestamp():
            return None
        return cached.principal

    async def verify(self, token: str) -> Principal:
        """The principal of a JWT.

        Raises InvalidToken, ExpiredSignature, and UpstreamFailed where the provider's keys cannot be fetched.
        """
        principal = self.known(token)
        if principal is not None:
            return principal
        header = _header(token)
        signing = await self._keys.find(header["kid"])
        if signing is None or header["alg"] not in signing.algorithms:
            raise InvalidToken(UNVERIFIED)
        try:
            signed = jws.deserialize_compact(token, signing.key, registry=_registry)
        except (JoseError, ValueError, TypeError):
            raise InvalidToken(UNVERIFIED) from None
        claims = _strict_object(signed.payload or b"")
        self._check(claims)
        return self._remember(token, claims)

    def _check(self, claims: dict[str, Any]) -> None:
        now = self._clock().timestamp()
        if claims.get("iss") != self._trust.issuer:
            raise InvalidToken("The JWT is of another issuer.")
        audience = claims.get("aud")
        if self._trust.audience not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidToken("The JWT is for another audience.")
        if now >= _timestamp(claims, "exp") + LEEWAY_SECONDS:
            raise ExpiredSignature("The JWT has expired. Ask the identity provider for a new one.")
        for name in ("nbf", "iat"):
            if name in claims and _timestamp(claims, name) > now + LEEWAY_SECONDS:
                raise InvalidToken("The JWT is not good yet.")

    def _remember(self, token: str, claims: dict[str, Any]) -> Principal:
        principal = Principal(
            None, f"{self._trust.label}:{_subject(claims)}", self._scopes(claims), claims=flatten_claims(claims)
        )
        while len(self._cache) >= REMEMBERED:
            self._cache.popitem(last=False)
        expires = _timestamp(claims, "exp") + LEEWAY_SECONDS
        self._cache[token] = _CachedPrincipal(principal, expires, self._keys.generation)
        return principal

    def _scopes(self, claims: dict[str, Any]) -> frozenset[str]:
        claim: Any = claims
        for name in self._trust.scope_claim.split("."):
            claim = claim.get(name) if isinstance(claim, dict) else None
        names = claim.split() if isinstance(claim, str) else claim
        granted = {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
        return frozenset(granted & {scope.value for scope in Scope}) | self._trust.scopes


def is_jwt(token: str) -> bool:
    """Whether a credential is meant as a JWT, which begins with an encoded brace, not as a token of llmanac."""
    return token.startswith("ey")


def _header(token: str) -> dict[str, str]:
    """The header of a JWT, whose ``alg`` and ``kid`` are strings. Raises InvalidToken for an unaccepted header."""
    if len(token) > MAX_LENGTH or not FORM.fullmatch(token):
        raise InvalidToken(MALFORMED)
    segment = token.partition(".")[0]
    try:
        header = _strict_object(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except ValueError:
        raise InvalidToken(MALFORMED) from None
    kind = header.get("typ", "JWT")
    if (
        header.get("alg") not in ALGORITHMS
        or not isinstance(header.get("kid"), str)
        or not isinstance(kind, str)
        or kind.lower() not in TYPES
        or not REFUSED_HEADERS.isdisjoint(header)
    ):
        raise InvalidToken(MALFORMED)
    return header


def _strict_object(text: bytes) -> dict[str, Any]:
    """Parses a JSON object without duplicate names. Raises InvalidToken."""
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InvalidToken(MALFORMED) from None
    if not isinstance(value, dict):
        raise InvalidToken(MALFORMED)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate name")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _timestamp(claims: dict[str, Any], name: str) -> float:
    """A claim that is a time, in seconds since 1970. Raises InvalidToken where it is not a finite number."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidToken(f"The JWT has no proper {name!r}.")
    try:
        seconds = float(value)
    except OverflowError:
        seconds = math.inf
    if not math.isfinite(seconds):
        raise InvalidToken(f"The JWT has no proper {name!r}.")
    return seconds


def _subject(claims: dict[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_LENGTH or not subject.isprintable():
        raise InvalidToken("The JWT has no proper 'sub'.")
    return subject
