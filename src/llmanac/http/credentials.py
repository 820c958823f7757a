"""How a request says who sends it: a token from ``Authorization: Bearer`` or ``X-API-Key``."""

from __future__ import annotations

from typing import Protocol

from llmanac.auth.principal import Principal

Headers = list[tuple[bytes, bytes]]


class Authenticator(Protocol):
    """Tells whose a token is."""

    def known(self, token: str) -> Principal | None:
        """The principal, where it can be told at once; None where it takes ``verify`` to find out."""

    async def verify(self, token: str | None) -> Principal:
        """The principal; raises AuthenticationFailed, which says what is wrong with the token."""


def credential(headers: Headers) -> str | None:
    """The token that a request carries; the Authorization header wins over X-API-Key."""
    token = None
    for name, value in headers:
        if name == b"authorization":
            scheme, _, rest = value.partition(b" ")
            if scheme.lower() == b"bearer":
                return rest.strip().decode("latin-1")
        elif name == b"x-api-key":
            token = value.strip().decode("latin-1")
    return token
