"""Who looks at the pages: somebody with a token in a cookie, or who came by the link that the server printed.

The cookie holds either the pasted token itself, so that revoking the token ends the session at once, or a pass:
a text signed with a key of this start, good for some hours and for reading only.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from llmanac.auth.authenticator import Authenticator
from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.auth.signing import read_signed, sign
from llmanac.clock import Clock
from llmanac.errors import AuthenticationFailed, ExpiredToken, InvalidToken

INVITATION_LASTS = timedelta(minutes=15)
PASS_LASTS = timedelta(hours=12)
KEY_BYTES = 32
TIME = 8
NONCE = 8
"""Bytes."""

GUEST = Principal(None, "the link that the server printed", frozenset({Scope.CATALOG_READ}))


class Sessions:
    """Signs visitors in, and knows them again.

    ``key`` signs invitations and passes; processes that serve together share it. That an invitation was
    taken is remembered here until it would have run out anyway.
    """

    def __init__(self, authenticator: Authenticator, *, clock: Clock, key: bytes | None = None) -> None:
        self._authenticator = authenticator
        self._clock = clock
        self._key = key or secrets.token_bytes(KEY_BYTES)
        self._taken: dict[str, datetime] = {}

    def invite(self) -> str:
        """A code that signs one browser in, once, soon."""
        return self._sign("invitation", self._clock() + INVITATION_LASTS)

    def accept(self, code: str) -> str:
        """The pass that a code is exchanged for. Raises AuthenticationFailed for one that is not good any more."""
        until = self._read("invitation", code)
        now = self._clock()
        self._taken = {taken: end for taken, end in self._taken.items() if end > now}
        if until is None or until <= now or code in self._taken:
            raise InvalidToken(
                "This link has been used already, or its time is over. Start the server again for a new one, "
                "or paste a token."
            )
        self._taken[code] = until
        return self._sign("pass", now + PASS_LASTS)

    async def recognise(self, credential: str | None) -> Principal:
        """Whose cookie this is. Raises AuthenticationFailed, which says what is wrong with it."""
        if credential is None or not credential.startswith("pass."):
            return await self._authenticator.verify(credential)
        until = self._read("pass", credential)
        if until is None:
            raise AuthenticationFailed("The server was started anew since you signed in.")
        if until <= self._clock():
            raise ExpiredToken("You were signed in for long enough; sign in again.")
        return GUEST

    def _sign(self, purpose: str, until: datetime) -> str:
        # The random part tells two apart that end in the same second.
        payload = int(until.timestamp()).to_bytes(TIME) + secrets.token_bytes(NONCE)
        return f"{purpose}.{sign(payload, purpose, key=self._key)}"

    def _read(self, purpose: str, text: str) -> datetime | None:
        """Until when a text of ours is good; None where it is not ours, or for something else."""
        given, _, signed = text.partition(".")
        payload = read_signed(signed, purpose, key=self._key) if given == purpose else None
        return None if payload is None else datetime.fromtimestamp(int.from_bytes(payload[:TIME]), UTC)
