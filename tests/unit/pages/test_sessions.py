from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.scope import Scope
from llmanac.errors import AuthenticationFailed, ExpiredToken, InvalidToken
from llmanac.pages.sessions import GUEST, INVITATION_LASTS, PASS_LASTS, Sessions

from ..watches import Watch

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Guard:
    """An authenticator that finds out about one token."""

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        return None

    async def verify(self, token: str | None) -> Principal:
        if token != "llma_good":
            raise InvalidToken("Unknown.")
        return ANONYMOUS


@pytest.fixture
def watch() -> Watch:
    return Watch(START)


@pytest.fixture
def sessions(watch: Watch) -> Sessions:
    return Sessions(Guard(), clock=watch, key=b"k" * 32)


@pytest.mark.anyio
async def test_an_invitation_becomes_a_pass_that_reads(sessions: Sessions) -> None:
    principal = await sessions.recognise(sessions.accept(sessions.invite()))
    assert principal is GUEST
    assert principal.scopes == {Scope.CATALOG_READ}


def test_an_invitation_is_good_once(sessions: Sessions) -> None:
    code = sessions.invite()
    sessions.accept(code)
    with pytest.raises(InvalidToken):
        sessions.accept(code)
    sessions.accept(sessions.invite())


def test_an_invitation_is_good_for_a_while(sessions: Sessions, watch: Watch) -> None:
    early, late = sessions.invite(), sessions.invite()
    watch.now += INVITATION_LASTS - SECOND
    sessions.accept(early)
    watch.now += SECOND
    with pytest.raises(InvalidToken):
        sessions.accept(late)


@pytest.mark.anyio
async def test_a_pass_expires(sessions: Sessions, watch: Watch) -> None:
    ticket = sessions.accept(sessions.invite())
    watch.now += PASS_LASTS - SECOND
    await sessions.recognise(ticket)
    watch.now += SECOND
    with pytest.raises(ExpiredToken):
        await sessions.recognise(ticket)


@pytest.mark.anyio
async def test_neither_stands_for_the_other(sessions: Sessions) -> None:
    invitation = sessions.invite()
    with pytest.raises(AuthenticationFailed):
        await sessions.recognise(invitation.replace("invitation", "pass"))
    with pytest.raises(AuthenticationFailed):
        sessions.accept(sessions.accept(invitation))


@pytest.mark.anyio
async def test_another_start_has_another_key(sessions: Sessions, watch: Watch) -> None:
    ticket = sessions.accept(sessions.invite())
    with pytest.raises(AuthenticationFailed, match="anew"):
        await Sessions(Guard(), clock=watch).recognise(ticket)


@pytest.mark.anyio
@pytest.mark.parametrize("end", ["", "x", "\u00e9", "."])
async def test_a_pass_cannot_be_made_longer(sessions: Sessions, end: str) -> None:
    purpose, signed = sessions.accept(sessions.invite()).split(".")
    content = urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
    until = int.from_bytes(content[:8])
    assert until == (START + PASS_LASTS).timestamp()
    longer = urlsafe_b64encode((until + 1).to_bytes(8) + content[8:]).decode().rstrip("=")
    with pytest.raises(AuthenticationFailed):
        await sessions.recognise(f"{purpose}.{longer}{end}")


@pytest.mark.anyio
async def test_a_token_is_verified_by_the_authenticator(sessions: Sessions) -> None:
    assert await sessions.recognise("llma_good") is ANONYMOUS
    for credential in (None, "", "llma_bad", "password"):
        with pytest.raises(InvalidToken):
            await sessions.recognise(credential)
