"""What every door asks whose a credential is."""

from __future__ import annotations

from typing import Protocol

from llmanac.auth.principal import Principal


class Authenticator(Protocol):
    """Tells whose a token is; None stands for a request without any."""

    def known(self, token: str | None) -> Principal | None:
        """The principal, where it can be told at once; None where it takes ``verify`` to find out."""

    async def verify(self, token: str | None) -> Principal:
        """The principal; raises AuthenticationFailed, which says what is wrong with the token."""
