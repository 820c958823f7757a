from __future__ import annotations

import logging
from collections.abc import Callable

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from llmanac.http.middleware.access_log import CONTEXT, AccessLog, AccessLogMiddleware, request_ids
from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.middleware.metrics import OTHER, RequestMetrics
from llmanac.http.middleware.security_headers import GUARDS, SecurityHeadersMiddleware

pytestmark = pytest.mark.anyio


async def told(request: Request) -> Response:
    return JSONResponse(dict(CONTEXT.get()), int(request.query_params.get("status", 200)))


def follow(access_log: AccessLog = AccessLog.NOTABLE, *, metrics: RequestMetrics | None = None) -> httpx2.AsyncClient:
    app: ASGIApp = Starlette(routes=[Route("/told/{name}", told, methods=["GET", "POST"])])
    make_id: Callable[[], bytes] = iter([b"first", b"second", b"third"]).__next__
    app = AccessLogMiddleware(
        app, metrics=metrics or RequestMetrics(), addresses=ClientAddress(), make_id=make_id, access_log=access_log
    )
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app, client=("192.0.2.1", 1)), base_url="http://test")


class TestNames:
    async def test_a_request_without_a_name_gets_one(self) -> None:
        async with follow() as client:
            replies = [await client.get("/told/x"), await client.get("/nowhere")]
        assert [reply.headers["x-request-id"] for reply in replies] == ["first", "second"]
        assert replies[0].json() == {"request_id": "first"}

    @pytest.mark.parametrize("name", ["a", "A.b-c_9", "x" * 64])
    async def test_a_harmless_request_id_is_used(self, name: str) -> None:
        async with follow() as client:
            assert (await client.get("/told/x", headers={"x-request-id": name})).headers["x-request-id"] == name

    @pytest.mark.parametrize("name", ["", "x" * 65, "a b", "a;b", "<script>", "llma:1", "a/b"])
    async def test_any_other_is_not(self, name: str) -> None:
        async with follow() as client:
            assert (await client.get("/told/x", headers={"x-request-id": name})).headers["x-request-id"] == "first"

    def test_no_two_are_the_same(self) -> None:
        one, other = request_ids(), request_ids()
        assert len({make() for make in (one, other) for _ in range(1000)}) == 2000


class TestTraces:
    async def test_the_trace_is_known_to_the_log(self) -> None:
        async with follow() as client:
            parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            reply = await client.get("/told/x", headers={"traceparent": parent})
        assert reply.json()["trace_id"] == "0af7651916cd43dd8448eb211c80319c"

    @pytest.mark.parametrize(
        "parent",
        [
            "00-" + "0" * 32 + "-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "nonsense",
        ],
    )
    async def test_what_is_no_trace_is_not(self, parent: str) -> None:
        async with follow() as client:
            assert "trace_id" not in (await client.get("/told/x", headers={"traceparent": parent})).json()


class TestLines:
    @pytest.mark.parametrize(
        ("access_log", "statuses"),
        [(AccessLog.NONE, []), (AccessLog.NOTABLE, [404, 201]), (AccessLog.ALL, [200, 404, 201])],
    )
    async def test_the_operator_says_which_requests_get_a_line(
        self, caplog: pytest.LogCaptureFixture, access_log: AccessLog, statuses: list[int]
    ) -> None:
        caplog.set_level(logging.INFO, "llmanac")
        async with follow(access_log) as client:
            await client.get("/told/x")
            await client.get("/nowhere")
            await client.post("/told/x?status=201")
        lines = [record.__dict__ for record in caplog.records if record.name.startswith("llmanac")]
        assert [line["status"] for line in lines] == statuses
        for line in lines:
            assert line["client"] == "192.0.2.1"
            assert "?" not in line["path"], "a query may hold a token"


async def test_counts_are_by_route_and_never_by_path() -> None:
    metrics = RequestMetrics()
    async with follow(metrics=metrics) as client:
        await client.get("/told/alice")
        await client.get("/told/bob")
        await client.request("BREW", "/nowhere/at/all")
    assert {labels: sum(series.buckets) for labels, series in metrics} == {
        ("/told/{name}", "GET", 200): 2,
        (OTHER, OTHER, 404): 1,
    }


async def test_every_response_has_security_headers_and_a_page_keeps_its_own_policy() -> None:
    async def page(request: Request) -> Response:
        own = {"content-security-policy": "default-src 'self'"} if "own" in request.query_params else {}
        return Response("<p>", headers=own, media_type="text/html")

    app = SecurityHeadersMiddleware(Starlette(routes=[Route("/", page)]))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        plain, own, missing = [await client.get(path) for path in ("/", "/?own", "/nowhere")]
    for name, value in GUARDS:
        assert plain.headers[name.decode()] == missing.headers[name.decode()] == value.decode()
    assert own.headers["content-security-policy"] == "default-src 'self'"
    assert own.headers["x-content-type-options"] == "nosniff"
