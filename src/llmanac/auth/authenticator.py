"""The port through which HTTP and the pages authenticate a credential."""

from __future__ import annotations

from typing import Protocol

from llmanac.auth.principal import Principal


class Authenticator(Protocol):
    """Finds the principal of a token; a token of None stands for a request without one."""

    def known(self, token: str | None) -> Principal | None:
        """The principal if it is in memory; None where only ``verify`` can decide."""

    async def verify(self, token: str | None) -> Principal:
        """The principal. Raises AuthenticationFailed, whose detail says what is wrong with the token."""
