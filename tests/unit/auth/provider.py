"""A test identity provider: keys, a key set, and tokens signed by them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from llmanac.errors import UpstreamFailed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ISSUER = "https://login.example.org/realm"
AUDIENCE = "llmanac"

Key = RSAKey | ECKey | OKPKey


def make_key(key_id: str, kind: str = "EC", size: str | int = "P-256") -> Key:
    """A new key; ``kind`` and ``size`` as in a JWK."""
    parameters: Any = {"kid": key_id, "use": "sig"}
    if kind == "RSA":
        return RSAKey.generate_key(int(size), parameters)
    if kind == "OKP":
        return OKPKey.generate_key("Ed25519", parameters)
    return ECKey.generate_key(str(size), parameters)


@dataclass
class Provider:
    """Serves its public keys, and counts how often it is asked."""

    keys: list[Key] = field(default_factory=lambda: [make_key("first")])
    asked: int = 0
    down: bool = False

    async def fetch(self) -> bytes:
        self.asked += 1
        if self.down:
            raise UpstreamFailed("away")
        return self.document()

    def document(self) -> bytes:
        return orjson.dumps({"keys": [key.as_dict(private=False) for key in self.keys]})

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Those of a good token; a change of None leaves a claim out."""
        now = int(NOON.timestamp())
        good = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "alice",
            "iat": now,
            "exp": now + 600,
            "scope": "openid catalog:read",
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def sign(self, header: dict[str, Any] | None = None, *, key: Key | None = None, **changes: Any) -> str:
        """A token of the first key, with changes to its header and claims."""
        key = key or self.keys[0]
        algorithm = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519"}[key.key_type]
        whole: dict[str, Any] = {"alg": algorithm, "kid": key.kid, "typ": "JWT"} | (header or {})
        whole = {name: value for name, value in whole.items() if value is not None}
        registry = jws.JWSRegistry(algorithms=list(jws.JWSRegistry.algorithms), strict_check_header=False)
        return jwt.encode(whole, self.claims(**changes), key, registry=registry, default_type=None)
