"""One verifier for both kinds of credential: tokens of llmanac, and JWTs of the organisation's identity provider."""

from __future__ import annotations

from llmanac.auth.jwt import JwtVerifier, is_jwt
from llmanac.auth.principal import Principal
from llmanac.auth.verifier import TokenVerifier


class CredentialVerifier:
    """Sends each credential to the one who can tell."""

    def __init__(self, tokens: TokenVerifier, jwts: JwtVerifier) -> None:
        self._tokens = tokens
        self._jwts = jwts

    def known(self, token: str | None) -> Principal | None:
        """Whose credential this is, told at once; None when it takes ``verify``."""
        return self._jwts.known(token) if token is not None and is_jwt(token) else self._tokens.known(token)

    async def verify(self, token: str | None) -> Principal:
        """Whose credential this is; raises as the verifiers do."""
        if token is not None and is_jwt(token):
            return await self._jwts.verify(token)
        return await self._tokens.verify(token)
