"""One verifier for both kinds of credential: tokens of llmanac, and JWTs of the organisation's identity provider."""

from __future__ import annotations

from llmanac.auth.jwt import JwtVerifier, is_jwt
from llmanac.auth.principal import Principal
from llmanac.auth.verifier import TokenVerifier


class CredentialVerifier:
    """Delegates each credential to the verifier of its kind."""

    def __init__(self, tokens: TokenVerifier, jwts: JwtVerifier) -> None:
        self._tokens = tokens
        self._jwts = jwts

    def known(self, token: str | None) -> Principal | None:
        """The principal if it is in memory; None where only ``verify`` can decide."""
        return self._jwts.known(token) if token is not None and is_jwt(token) else self._tokens.known(token)

    async def verify(self, token: str | None) -> Principal:
        """The principal of the credential. Raises what the verifier of its kind raises."""
        if token is not None and is_jwt(token):
            return await self._jwts.verify(token)
        return await self._tokens.verify(token)
