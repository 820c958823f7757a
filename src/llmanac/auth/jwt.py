"""JWTs of an identity provider: whose they are, and what they let their bearers do.

Strict where libraries have been fooled: the compact form only, asymmetric algorithms only, each key only with
the algorithms of its kind, and keys only from the provider's own set, never from the token itself.
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

from llmanac.auth.jwks import ALGORITHMS, SigningKeys
from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.clock import Clock
from llmanac.errors import ExpiredSignature, InvalidToken

LEEWAY_SECONDS = 30.0
"""How far clocks may be apart."""
MAX_LENGTH = 8192
MAX_SUBJECT_LENGTH = 255
REMEMBERED = 4096

FORM = re.compile(r"[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}")
REFUSED_HEADERS = frozenset({"crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc", "epk", "cty"})
"""They would change how the token is read, or say where the key is from."""
TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})

MALFORMED = "This is not a JWT that llmanac takes."
UNVERIFIED = "The signature of the JWT is not good."

_registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whose JWTs are taken, and what they are taken for."""

    issuer: str
    audience: str
    scope_claim: str = "scope"
    """Where scopes stand in the claims; dots lead inwards, as in ``realm_access.roles``."""
    scopes: frozenset[str] = frozenset()
    """What every good JWT lets its bearer do, beside what it says itself."""

    @property
    def label(self) -> str:
        """Names the provider in lists and logs."""
        return urlsplit(self.issuer).hostname or self.issuer


@dataclass(frozen=True, slots=True)
class _Held:
    principal: Principal
    expires: float
    generation: int


class JwtVerifier:
    """Verifies JWTs, and remembers good ones until they expire, or until the provider's keys change."""

    def __init__(self, trust: Trust, keys: SigningKeys, *, clock: Clock) -> None:
        self._trust = trust
        self._keys = keys
        self._clock = clock
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def known(self, token: str) -> Principal | None:
        """Whose JWT this is, where it was verified before; None when it takes ``verify`` to find out."""
        held = self._held.get(token)
        if held is None or held.generation != self._keys.generation or held.expires <= self._clock().timestamp():
            return None
        return held.principal

    async def verify(self, token: str) -> Principal:
        """Whose JWT this is.

        Raises InvalidToken, ExpiredSignature, and UpstreamFailed where the provider's keys cannot be had.
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
        return self._hold(token, claims)

    def _check(self, claims: dict[str, Any]) -> None:
        now = self._clock().timestamp()
        if claims.get("iss") != self._trust.issuer:
            raise InvalidToken("The JWT is of another issuer.")
        audience = claims.get("aud")
        if self._trust.audience not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidToken("The JWT is for another audience.")
        if now >= _moment(claims, "exp") + LEEWAY_SECONDS:
            raise ExpiredSignature("The JWT has expired. Ask the identity provider for a new one.")
        for name in ("nbf", "iat"):
            if name in claims and _moment(claims, name) > now + LEEWAY_SECONDS:
                raise InvalidToken("The JWT is not good yet.")

    def _hold(self, token: str, claims: dict[str, Any]) -> Principal:
        principal = Principal(None, f"{self._trust.label}:{_subject(claims)}", self._scopes(claims))
        while len(self._held) >= REMEMBERED:
            self._held.popitem(last=False)
        self._held[token] = _Held(principal, _moment(claims, "exp") + LEEWAY_SECONDS, self._keys.generation)
        return principal

    def _scopes(self, claims: dict[str, Any]) -> frozenset[str]:
        found: Any = claims
        for name in self._trust.scope_claim.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        names = found.split() if isinstance(found, str) else found
        granted = {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
        return frozenset(granted & {scope.value for scope in Scope}) | self._trust.scopes


def is_jwt(token: str) -> bool:
    """Whether this is meant to be a JWT, which begins with an encoded brace, and not a token of llmanac."""
    return token.startswith("ey")


def _header(token: str) -> dict[str, str]:
    """The ``alg`` and ``kid`` of a token that is of the one form that is taken; raises InvalidToken."""
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
    """A JSON object in which no name stands twice; raises InvalidToken."""
    try:
        found = json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InvalidToken(MALFORMED) from None
    if not isinstance(found, dict):
        raise InvalidToken(MALFORMED)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidToken(f"The JWT has no proper {name!r}.")
    try:
        moment = float(value)
    except OverflowError:
        moment = math.inf
    if not math.isfinite(moment):
        raise InvalidToken(f"The JWT has no proper {name!r}.")
    return moment


def _subject(claims: dict[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_LENGTH or not subject.isprintable():
        raise InvalidToken("The JWT has no proper 'sub'.")
    return subject
