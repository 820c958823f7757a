from __future__ import annotations

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.rate_limiter import Quota, RateLimiter
from llmanac.auth.token import TokenId
from llmanac.errors import InvalidToken
from llmanac.http.middleware.authentication import AuthenticationMiddleware
from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.middleware.rate_limits import RateLimitMiddleware, RateLimits
from llmanac.http.problems import problem
from llmanac.http.requester import requester_of

from ...watches import MonotonicWatch

pytestmark = pytest.mark.anyio


class Gate:
    """Knows the token ``good`` and the token ``other``."""

    def __init__(self) -> None:
        self.asked = 0

    def known(self, token: str | None) -> Principal | None:
        if token not in {"good", "other"}:
            return None
        return Principal(TokenId(token), token, frozenset({"catalog:read"}))

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        self.asked += 1
        raise InvalidToken("unknown")


class OpenGate(Gate):
    """Lets everyone in."""

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        return ANONYMOUS


def client_of(limits: RateLimits, gate: Gate, *, address: str = "192.0.2.1") -> httpx2.AsyncClient:
    async def answer(request: Request) -> Response:
        try:
            await requester_of(request.scope).verify()
        except InvalidToken as error:
            return problem(error)
        return Response(status_code=304) if "if-none-match" in request.headers else PlainTextResponse("answer")

    app = Starlette(routes=[Route("/", answer), Route("/healthz", answer)])
    limited = AuthenticationMiddleware(RateLimitMiddleware(app, limits=limits), authenticator=gate)
    transport = httpx2.ASGITransport(limited, client=(address, 1))
    return httpx2.AsyncClient(transport=transport, base_url="http://test")


GOOD = {"authorization": "Bearer good"}
BAD = {"authorization": "Bearer guess"}


def per_token(requests: int = 2) -> tuple[RateLimits, MonotonicWatch]:
    watch = MonotonicWatch()
    return RateLimits(addresses=ClientAddress(), per_token=RateLimiter(Quota(requests, 60), monotonic=watch)), watch


class TestPerToken:
    async def test_every_response_shows_what_is_left(self) -> None:
        limits, _ = per_token(600)
        async with client_of(limits, Gate()) as client:
            reply = await client.get("/", headers=GOOD)
        assert reply.headers["ratelimit-policy"] == '"token";q=600;w=60'
        assert reply.headers["ratelimit"] == '"token";r=599;t=1'

    async def test_one_too_many_is_429_and_says_when_to_come_back(self) -> None:
        limits, watch = per_token()
        async with client_of(limits, Gate()) as client:
            replies = [await client.get("/", headers=GOOD) for _ in range(3)]
            assert [reply.status_code for reply in replies] == [200, 200, 429]
            refused = replies[-1]
            assert refused.json()["type"] == "usage_limit_exceeded_error"
            assert refused.headers["retry-after"] == "30"
            assert refused.headers["ratelimit"] == '"token";r=0;t=60'
            watch.now += 30
            assert (await client.get("/", headers=GOOD)).status_code == 200

    async def test_a_304_is_free(self) -> None:
        limits, _ = per_token()
        async with client_of(limits, Gate()) as client:
            replies = [await client.get("/", headers={**GOOD, "if-none-match": '"x"'}) for _ in range(10)]
        assert {reply.status_code for reply in replies} == {304}
        assert replies[-1].headers["ratelimit"] == '"token";r=2;t=0'

    async def test_tokens_do_not_share_a_quota(self) -> None:
        limits, _ = per_token(1)
        async with client_of(limits, Gate()) as client:
            codes = [(await client.get("/", headers={"x-api-key": token})).status_code for token in ("good", "other")]
        assert codes == [200, 200]

    async def test_health_checks_are_never_refused(self) -> None:
        limits, _ = per_token(1)
        async with client_of(limits, Gate()) as client:
            replies = [await client.get("/healthz", headers=GOOD) for _ in range(5)]
        assert {reply.status_code for reply in replies} == {200}
        assert "ratelimit" not in replies[0].headers


async def test_without_tokens_the_address_is_what_counts() -> None:
    limits = RateLimits(addresses=ClientAddress(), per_address=RateLimiter(Quota(1, 60), monotonic=MonotonicWatch()))
    gate = OpenGate()
    for address, code in (
        ("192.0.2.1", 200),
        ("192.0.2.1", 429),
        ("192.0.2.2", 200),
        ("2001:db8::1", 200),
        ("2001:db8::2", 429),
    ):
        async with client_of(limits, gate, address=address) as client:
            reply = await client.get("/", headers=GOOD)
        assert reply.status_code == code, address
        assert reply.headers["ratelimit-policy"] == '"address";q=1;w=60'


class TestFailures:
    def limits(self) -> tuple[RateLimits, MonotonicWatch]:
        watch = MonotonicWatch()
        return RateLimits(addresses=ClientAddress(), failures=RateLimiter(Quota(3, 60), monotonic=watch)), watch

    async def test_after_a_few_bad_credentials_no_more_are_looked_at(self) -> None:
        limits, watch = self.limits()
        gate = Gate()
        async with client_of(limits, gate) as client:
            codes = [(await client.get("/", headers=BAD)).status_code for _ in range(100)]
            assert codes == [401] * 3 + [429] * 97
            assert gate.asked == 3
            watch.now += 20
            assert (await client.get("/", headers=BAD)).status_code == 401

    async def test_who_has_a_good_one_at_the_same_address_notices_nothing(self) -> None:
        limits, _ = self.limits()
        async with client_of(limits, Gate()) as client:
            for _ in range(10):
                await client.get("/", headers=BAD)
            assert (await client.get("/", headers=GOOD)).status_code == 200

    async def test_other_addresses_are_no_concern_of_it(self) -> None:
        limits, _ = self.limits()
        gate = Gate()
        for address, code in (("192.0.2.1", 429), ("192.0.2.2", 401)):
            async with client_of(limits, gate, address=address) as client:
                last = [await client.get("/", headers=BAD) for _ in range(4 if code == 429 else 1)][-1]
            assert last.status_code == code
