from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.scope import Scope
from llmanac.errors import AuthenticationFailed, ExpiredToken, InvalidToken
from llmanac.pages.sessions import GUEST, INVITATION_LASTS, PASS_LASTS, Sessions

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


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
    return Watch()


@pytest.fixture
def visitors(watch: Watch) -> Sessions:
    return Sessions(Guard(), clock=watch, key=b"k" * 32)


@pytest.mark.anyio
async def test_an_invitation_becomes_a_pass_that_reads(visitors: Sessions) -> None:
    principal = await visitors.recognise(visitors.accept(visitors.invite()))
    assert principal is GUEST
    assert principal.scopes == {Scope.CATALOG_READ}


def test_an_invitation_is_good_once(visitors: Sessions) -> None:
    code = visitors.invite()
    visitors.accept(code)
    with pytest.raises(InvalidToken):
        visitors.accept(code)
    visitors.accept(visitors.invite())


def test_an_invitation_is_good_for_a_while(visitors: Sessions, watch: Watch) -> None:
    early, late = visitors.invite(), visitors.invite()
    watch.now += INVITATION_LASTS - SECOND
    visitors.accept(early)
    watch.now += SECOND
    with pytest.raises(InvalidToken):
        visitors.accept(late)


@pytest.mark.anyio
async def test_a_pass_ends(visitors: Sessions, watch: Watch) -> None:
    ticket = visitors.accept(visitors.invite())
    watch.now += PASS_LASTS - SECOND
    await visitors.recognise(ticket)
    watch.now += SECOND
    with pytest.raises(ExpiredToken):
        await visitors.recognise(ticket)


@pytest.mark.anyio
async def test_neither_stands_for_the_other(visitors: Sessions) -> None:
    invitation = visitors.invite()
    with pytest.raises(AuthenticationFailed):
        await visitors.recognise(invitation.replace("invitation", "pass"))
    with pytest.raises(AuthenticationFailed):
        visitors.accept(visitors.accept(invitation))


@pytest.mark.anyio
async def test_another_start_has_another_key(visitors: Sessions, watch: Watch) -> None:
    ticket = visitors.accept(visitors.invite())
    with pytest.raises(AuthenticationFailed, match="anew"):
        await Sessions(Guard(), clock=watch).recognise(ticket)


@pytest.mark.anyio
@pytest.mark.parametrize("end", ["", "x", "\u00e9", "."])
async def test_a_pass_cannot_be_made_longer(visitors: Sessions, end: str) -> None:
    purpose, signed = visitors.accept(visitors.invite()).split(".")
    content = urlsafe_b64decode(signed + "=" * (-len(signed) % 4))
    until = int.from_bytes(content[:8])
    assert until == (START + PASS_LASTS).timestamp()
    longer = urlsafe_b64encode((until + 1).to_bytes(8) + content[8:]).decode().rstrip("=")
    with pytest.raises(AuthenticationFailed):
        await visitors.recognise(f"{purpose}.{longer}{end}")


@pytest.mark.anyio
async def test_a_token_is_the_gates_to_judge(visitors: Sessions) -> None:
    assert await visitors.recognise("llma_good") is ANONYMOUS
    for credential in (None, "", "llma_bad", "password"):
        with pytest.raises(InvalidToken):
            await visitors.recognise(credential)
