"""Who sends a request: read from its head and found out once, then kept in its ASGI scope for all who ask."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from llmanac.auth.authenticator import Authenticator
from llmanac.auth.principal import Principal

Headers = list[tuple[bytes, bytes]]

KEY = "llmanac.requester"
"""In the scope."""


class Requester:
    """The sender of one request: the credential, and the principal as soon as that is known.

    Made at once for every request, hence no dataclass.
    """

    __slots__ = ("_authenticator", "credential", "principal")

    def __init__(self, credential: str | None, authenticator: Authenticator) -> None:
        self.credential = credential
        self.principal: Principal | None = authenticator.known(credential)
        """None where it takes ``verify`` to find out."""
        self._authenticator = authenticator

    async def verify(self) -> Principal:
        """The principal; raises AuthenticationFailed, which says what is wrong with the credential."""
        if self.principal is None:
            self.principal = await self._authenticator.verify(self.credential)
        return self.principal


def identify(scope: MutableMapping[str, Any], authenticator: Authenticator) -> Requester:
    """Who sends this; kept in the scope, so that the next one who asks reads no header."""
    requester: Requester | None = scope.get(KEY)
    if requester is None:
        requester = scope[KEY] = Requester(read_credential(scope["headers"]), authenticator)
    return requester


def requester_of(scope: Mapping[str, Any]) -> Requester:
    """Who sends this, behind AuthenticationMiddleware."""
    requester: Requester = scope[KEY]
    return requester


def read_credential(headers: Headers) -> str | None:
    """The token from ``Authorization: Bearer`` or else from ``X-API-Key``; None where there is neither."""
    token = None
    for name, value in headers:
        if name == b"authorization":
            scheme, _, rest = value.partition(b" ")
            if scheme.lower() == b"bearer":
                return rest.strip().decode("latin-1")
        elif name == b"x-api-key":
            token = value.strip().decode("latin-1")
    return token
