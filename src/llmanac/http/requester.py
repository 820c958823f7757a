"""The sender of a request: identified once from its headers, then kept in its ASGI scope."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from llmanac.auth.authenticator import Authenticator
from llmanac.auth.principal import ANONYMOUS, Principal

Headers = list[tuple[bytes, bytes]]

KEY = "llmanac.requester"
"""The key in the ASGI scope."""
PATH_KEY = "llmanac.path_key"
"""The key in the ASGI scope of the credential that stood in the path."""


class Requester:
    """The sender of one request: its credential, and the principal once it is known.

    No dataclass, since one is made for every request.
    """

    __slots__ = ("_authenticator", "_in_path", "credential", "principal")

    def __init__(self, credential: str | None, authenticator: Authenticator, *, in_path: bool = False) -> None:
        """``in_path`` says whether the credential is a key in the path."""
        self.credential = credential
        known = authenticator.known(credential)
        self.principal: Principal | None = known if known is not None and known.in_path is in_path else None
        """None until ``verify`` has found it, unless the authenticator has it in memory."""
        self._authenticator = authenticator
        self._in_path = in_path

    async def verify(self) -> Principal:
        """The principal. Raises AuthenticationFailed, whose detail says what is wrong with the credential."""
        if self.principal is None:
            found = await self._authenticator.verify(self.credential)
            if found is not ANONYMOUS:
                found.require_place(in_path=self._in_path)
            self.principal = found
        return self.principal


def identify(scope: MutableMapping[str, Any], authenticator: Authenticator) -> Requester:
    """The sender of a request; kept in the scope, so that the headers are read once."""
    requester: Requester | None = scope.get(KEY)
    if requester is None:
        key: str | None = scope.get(PATH_KEY)
        credential = read_credential(scope["headers"]) if key is None else key
        requester = scope[KEY] = Requester(credential, authenticator, in_path=key is not None)
    return requester


def requester_of(scope: Mapping[str, Any]) -> Requester:
    """The sender of a request that has passed AuthenticationMiddleware."""
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
