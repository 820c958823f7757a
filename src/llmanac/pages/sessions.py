"""Sessions of browsers, begun with a token or with the sign-in link that the server prints.

The session cookie holds either the pasted token itself, so that revoking the token ends the session at once, or a
pass: a text signed with a key of this start, valid for some hours and for reading only.
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
    """Issues and verifies the credentials of sessions.

    ``key`` signs invitations and passes; the workers of a server share it. Used invitations are remembered in this
    process until they expire.
    """

    def __init__(self, authenticator: Authenticator, *, clock: Clock, key: bytes | None = None) -> None:
        self._authenticator = authenticator
        self._clock = clock
        self._key = key or secrets.token_bytes(KEY_BYTES)
        self._used: dict[str, datetime] = {}

    def invite(self) -> str:
        """A one-time code that signs a browser in, valid for INVITATION_LASTS."""
        return self._sign("invitation", self._clock() + INVITATION_LASTS)

    def accept(self, code: str) -> str:
        """Exchange a code for a pass. Raises AuthenticationFailed where the code is invalid, expired or used."""
        until = self._read("invitation", code)
        now = self._clock()
        self._used = {used: end for used, end in self._used.items() if end > now}
        if until is None or until <= now or code in self._used:
            raise InvalidToken(
                "This link has been used already, or its time is over. Start the server again for a new one, "
                "or paste a token."
            )
        self._used[code] = until
        return self._sign("pass", now + PASS_LASTS)

    async def recognise(self, credential: str | None) -> Principal:
        """The principal of a session cookie. Raises AuthenticationFailed, which says what is wrong with it."""
        if credential is None or not credential.startswith("pass."):
            principal = await self._authenticator.verify(credential)
            principal.require_place(in_path=False)
            return principal
        until = self._read("pass", credential)
        if until is None:
            raise AuthenticationFailed("The server was started anew since you signed in.")
        if until <= self._clock():
            raise ExpiredToken("You were signed in for long enough; sign in again.")
        return GUEST

    def _sign(self, purpose: str, until: datetime) -> str:
        # The nonce distinguishes two that expire in the same second.
        payload = int(until.timestamp()).to_bytes(TIME) + secrets.token_bytes(NONCE)
        return f"{purpose}.{sign(payload, purpose, key=self._key)}"

    def _read(self, purpose: str, text: str) -> datetime | None:
        """The expiry of a text that was signed for this purpose; None for any other text."""
        stated, _, signed = text.partition(".")
        payload = read_signed(signed, purpose, key=self._key) if stated == purpose else None
        return None if payload is None else datetime.fromtimestamp(int.from_bytes(payload[:TIME]), UTC)
