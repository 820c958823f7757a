from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from llmanac import paths
from llmanac.http.server.bounds import WireBounds
from llmanac.http.server.request_cycle import RawResponse

from ..conftest import Listening, WireResponse, listening, split

pytestmark = pytest.mark.anyio

KIB = 1 << 10
HOST = b"Host: localhost\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST
CLOSE = b"Connection: close\r\n\r\n"
POST = b"POST /read HTTP/1.1\r\n" + HOST
LOG = b"POST /api/v1/inference/price?by=day HTTP/1.1\r\n" + HOST

HASTY = WireBounds(
    head_seconds=0.3, body_seconds=0.5, idle_seconds=0.5, write_seconds=0.5, linger_seconds=0.2, pipelined=4,
    body_bytes=64 * KIB, connections=8, connections_per_address=6,
)  # fmt: skip


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """/read gives back how much it read, /early answers without reading, /slow waits, /large is 8 MiB."""
    path = scope["path"]
    body = path.encode()
    if path in {"/read", paths.PRICE}:
        body = await read(receive)
        body = b"%d" % len(body)
    elif path == "/slow":
        await asyncio.sleep(0.3)
    elif path == "/large":
        body = bytes(8 << 20)
    elif path == "/headers":
        await read(receive)
        body = b" ".join(name for name, _ in scope["headers"])
    await answer(send, body)


async def read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def answer(send: Send, body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
async def wire() -> AsyncIterator[Listening]:
    async with listening(application) as server:
        yield server


@pytest.fixture
async def hasty() -> AsyncIterator[Listening]:
    async with listening(application, HASTY) as server:
        yield server


def assert_refused(received: bytes, status: int) -> WireResponse:
    *_, last = split(received)
    assert last.status == status, received[:500]
    assert last.envelope["code"] == status
    assert set(last.envelope) == {"code", "detail", "type", "errors"}
    assert last.headers["content-type"] == "application/json"
    assert last.headers["connection"] == "close"
    assert "date" in last.headers
    return last


REFUSED: dict[str, tuple[int, bytes]] = {
    "garbage": (400, b"\x00\x01\x02garbage\r\n\r\n"),
    "TLS hello": (400, bytes.fromhex("16030100a5010000a1030398f0f0f0f0f0f0") + bytes(150)),
    "h2 preface": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/2.0 in the request line": (400, b"GET / HTTP/2.0\r\n" + HOST + b"\r\n"),
    "HTTP/0.9": (400, b"GET /\r\n\r\n"),
    "HTTP/9.9": (400, b"GET / HTTP/9.9\r\n" + HOST + b"\r\n"),
    "an unknown method": (400, b"FOO / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "CONNECT": (400, b"CONNECT example.org:443 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a target that is no path": (400, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n"),
    "bytes that no path has": (400, b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a space before the colon": (400, GET + b"X-A : b\r\n\r\n"),
    "a folded header": (400, GET + b"X-A: b\r\n c\r\n\r\n"),
    "NUL in a header": (400, GET + b"X-A: b\0c\r\n\r\n"),
    "a bare CR in a header": (400, GET + b"X-A: b\rX-B: c\r\n\r\n"),
    "a bare LF after a header": (400, GET + b"X-A: b\n\r\n"),
    "no Host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "no Host in HTTP/1.0": (400, b"GET / HTTP/1.0\r\n\r\n"),
    "two Hosts": (400, GET + HOST + b"\r\n"),
    "an empty Host": (400, b"GET / HTTP/1.1\r\nHost: \r\n\r\n"),
    "a Host with a path": (400, b"GET / HTTP/1.1\r\nHost: a/?x=\r\n\r\n"),
    "a Host with a user": (400, b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
    "a Host with a space": (400, b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    "a Host list": (400, b"GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"),
    "a Host with a wild port": (400, b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
    "Content-Length and chunked": (400, POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "chunked and Content-Length": (400, POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
    "two Content-Lengths": (400, POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
    "two equal Content-Lengths": (400, POST + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
    "a negative Content-Length": (400, POST + b"Content-Length: -1\r\n\r\n"),
    "a signed Content-Length": (400, POST + b"Content-Length: +4\r\n\r\nabcd"),
    "a hexadecimal Content-Length": (400, POST + b"Content-Length: 0x4\r\n\r\nabcd"),
    "a list of Content-Lengths": (400, POST + b"Content-Length: 4, 4\r\n\r\nabcd"),
    "an enormous Content-Length": (400, POST + b"Content-Length: 99999999999999999999999\r\n\r\n"),
    "another transfer coding": (400, POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "chunked spelt differently": (400, POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    "a chunk size that is no number": (400, POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n"),
    "a chunk longer than it says": (400, POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n"),
    "an enormous chunk": (400, POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
    "a URL of 16 KiB and a byte": (414, b"GET /" + b"a" * (16 * KIB) + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a URL of 100 KiB": (414, b"GET /" + b"a" * (100 * KIB) + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a header of 32 KiB": (431, GET + b"X-A: " + b"a" * (32 * KIB) + b"\r\n\r\n"),
    "a header of 600 KiB": (431, GET + b"X-A: " + b"a" * (600 * KIB) + b"\r\n\r\n"),
    "a header without end": (431, GET + b"X-A: " + b"a" * (300 * KIB)),
    "101 headers": (431, GET + b"X-A: b\r\n" * 100 + b"\r\n"),
    "2,000 headers": (431, GET + b"X-A: b\r\n" * 2000 + b"\r\n"),
    "empty lines without end": (431, b"\r\n" * (40 * KIB)),
    "a body of 1 MiB and a byte": (413, POST + b"Content-Length: %d\r\n\r\n" % ((1 << 20) + 1)),
    "the same in chunks": (
        413, POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%b\r\n" % (1 << 19, bytes(1 << 19)) * 3
    ),
    "a log of 64 MiB and a byte": (413, LOG + b"Content-Length: %d\r\n\r\n" % ((64 << 20) + 1)),
    "a body in ever so many chunks": (413, POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 500_000),
    "a chunk with an extension without end": (413, POST + b"Transfer-Encoding: chunked\r\n\r\n4;" + b"a" * (3 << 20)),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_refused_in_the_envelope_and_ends_the_connection(wire: Listening, name: str) -> None:
    status, raw = REFUSED[name]
    assert_refused(await wire.exchange(raw), status)


SERVED = {
    "a request": GET + CLOSE,
    "HTTP/1.0": b"GET / HTTP/1.0\r\n" + HOST + b"\r\n",
    "a whole URL as target": b"GET http://localhost/ HTTP/1.1\r\n" + HOST + CLOSE,
    "an empty line first": b"\r\n" + GET + CLOSE,
    "headers in capitals": b"GET / HTTP/1.1\r\nHOST: LOCALHOST\r\n" + CLOSE,
    "a Host with a port": b"GET / HTTP/1.1\r\nHost: models.example.org:8000\r\n" + CLOSE,
    "an IPv6 Host": b"GET / HTTP/1.1\r\nHost: [::1]:8000\r\n" + CLOSE,
    "a Host with an underscore": b"GET / HTTP/1.1\r\nHost: llmanac_1\r\n" + CLOSE,
    "100 headers": GET + b"X-A: b\r\n" * 98 + CLOSE,
    "a URL of nearly 16 KiB": b"GET /" + b"a" * (16 * KIB - 1) + b" HTTP/1.1\r\n" + HOST + CLOSE,
    "a header of 31 KiB": GET + b"X-A: " + b"a" * (31 * KIB) + b"\r\n" + CLOSE,
    "an upgrade that is not offered": GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "an upgrade to h2c": GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n",
    "a body of 1 MiB": POST + b"Content-Length: 1048576\r\n" + CLOSE + bytes(1 << 20),
    "a body in chunks": POST + b"Transfer-Encoding: chunked\r\n" + CLOSE + b"3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
}


@pytest.mark.parametrize("name", SERVED)
async def test_what_is_in_order_is_served(wire: Listening, name: str) -> None:
    [answered] = split(await wire.exchange(SERVED[name]))
    assert answered.status == 200


async def test_a_request_may_come_byte_by_byte(wire: Listening) -> None:
    raw = POST + b"Content-Length: 3\r\n" + CLOSE + b"abc"
    [answered] = split(await wire.exchange(*(raw[at : at + 1] for at in range(len(raw)))))
    assert answered.body == b"3"


async def test_a_trailer_is_no_header(wire: Listening) -> None:
    raw = b"POST /headers HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n" + CLOSE
    [answered] = split(await wire.exchange(raw + b"3\r\nabc\r\n0\r\nAuthorization: Bearer x\r\nHost: b\r\n\r\n"))
    assert answered.body == b"host transfer-encoding connection"


async def test_the_client_is_asked_for_a_body_only_if_it_is_small_enough(wire: Listening) -> None:
    expecting = POST + b"Expect: 100-continue\r\n"
    received = await wire.exchange(expecting + b"Content-Length: 2000000\r\n\r\n")
    assert_refused(received, 413)
    assert b"100 Continue" not in received
    received = await wire.exchange(expecting + b"Content-Length: 3\r\n" + CLOSE, b"abc")
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


async def test_a_log_may_be_larger_than_other_bodies(wire: Listening) -> None:
    received = await wire.exchange(LOG + b"Content-Length: 3000000\r\n" + CLOSE, *[bytes(100_000)] * 30)
    [answered] = split(received)
    assert (answered.status, answered.body) == (200, b"3000000")


async def test_a_response_reaches_a_client_that_is_still_sending(wire: Listening) -> None:
    received = await wire.exchange(POST + b"Content-Length: 3000000\r\n\r\n", *[bytes(100_000)] * 30)
    assert_refused(received, 413)


class TestDeadlines:
    async def test_a_silent_connection_is_closed_without_a_word(self, hasty: Listening) -> None:
        assert await hasty.exchange() == b""

    async def test_a_slow_head_is_refused(self, hasty: Listening) -> None:
        async with hasty.connect() as (reader, writer):
            writer.write(GET)
            received = b""
            while not received:
                writer.write(b"X-A: b\r\n")
                with suppress(TimeoutError):
                    received = await asyncio.wait_for(reader.read(65536), 0.05)
        assert_refused(received, 408)

    async def test_a_slow_body_is_refused(self, hasty: Listening) -> None:
        assert_refused(await hasty.exchange(POST + b"Content-Length: 5\r\n\r\nab"), 408)

    async def test_a_body_that_nobody_reads_in_time_ends_the_connection_after_its_response(
        self, hasty: Listening
    ) -> None:
        received = await hasty.exchange(b"POST /early HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nab")
        assert [answered.status for answered in split(received)] == [200]

    async def test_an_idle_connection_is_closed_without_a_word(self, hasty: Listening) -> None:
        assert [answered.status for answered in split(await hasty.exchange(GET + b"\r\n"))] == [200]

    async def test_the_second_request_has_its_own_time(self, hasty: Listening) -> None:
        received = await hasty.exchange(GET + b"\r\n", GET)
        assert [answered.status for answered in split(received)] == [200, 408]

    async def test_a_response_may_take_longer_than_a_request(self, hasty: Listening) -> None:
        received = await hasty.exchange(b"GET /slow HTTP/1.1\r\n" + HOST + CLOSE)
        assert split(received)[0].status == 200

    async def test_a_client_that_does_not_read_is_cut_off(self, hasty: Listening) -> None:
        async with hasty.connect() as (_, writer), asyncio.timeout(5):
            writer.write(b"GET /large HTTP/1.1\r\n" + HOST + b"\r\n")
            while not hasty.connections.refusals["slow_reader"]:  # noqa: ASYNC110 -- nobody tells of it but the count
                await asyncio.sleep(0.05)


class TestPipelining:
    async def test_responses_come_in_the_order_of_their_requests(self, wire: Listening) -> None:
        raw = b"".join(b"GET %b HTTP/1.1\r\n" % path + HOST + b"\r\n" for path in (b"/slow", b"/1", b"/2"))
        received = await wire.exchange(raw + b"GET /3 HTTP/1.1\r\n" + HOST + CLOSE)
        assert [answered.body for answered in split(received)] == [b"/slow", b"/1", b"/2", b"/3"]

    async def test_a_refusal_waits_for_its_turn(self, wire: Listening) -> None:
        received = await wire.exchange(b"GET /slow HTTP/1.1\r\n" + HOST + b"\r\n", b"garbage\r\n\r\n")
        first, second = split(received)
        assert (first.body, second.status) == (b"/slow", 400)

    async def test_a_broken_body_of_a_waiting_request_is_refused_in_its_turn(self, wire: Listening) -> None:
        raw = b"GET /slow HTTP/1.1\r\n" + HOST + b"\r\n" + POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"
        first, second = split(await wire.exchange(raw))
        assert (first.body, second.status) == (b"/slow", 400)

    async def test_more_than_a_few_are_refused_after_those_before_them(self, hasty: Listening) -> None:
        raw = b"GET /slow HTTP/1.1\r\n" + HOST + b"\r\n" + (GET + b"\r\n") * 20
        statuses = [answered.status for answered in split(await hasty.exchange(raw))]
        assert statuses == [200] * 5 + [400]

    async def test_what_follows_an_upgrade_is_not_read_as_a_request(self, wire: Listening) -> None:
        raw = GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        assert len(split(await wire.exchange(raw + GET + b"\r\n", GET + b"\r\n"))) == 1


class TestCaps:
    async def test_one_address_may_hold_so_many_connections_and_another_still_gets_in(self, hasty: Listening) -> None:
        async with AsyncExitStack() as held:
            for _ in range(HASTY.connections_per_address):
                await held.enter_async_context(hasty.connect())
            refused = assert_refused(await hasty.exchange(GET + CLOSE), 429)
            assert refused.headers["retry-after"]
            [answered] = split(await hasty.exchange(GET + CLOSE, source="127.0.0.2"))
            assert answered.status == 200

    async def test_over_the_limit_of_connections_every_client_gets_a_503(self, hasty: Listening) -> None:
        async with AsyncExitStack() as held:
            for number in range(1, HASTY.connections + 1):
                await held.enter_async_context(hasty.connect(source=f"127.0.0.{number}"))
            assert_refused(await hasty.exchange(GET + CLOSE, source="127.0.0.99"), 503)

    async def test_a_connection_that_ends_makes_room(self, hasty: Listening) -> None:
        for _ in range(3 * HASTY.connections):
            assert split(await hasty.exchange(GET + CLOSE))[0].status == 200
        assert hasty.connections.total == 0


async def test_a_header_with_a_line_break_never_reaches_the_wire() -> None:
    async def injected(_: Scope, __: Receive, send: Send) -> None:
        fields = [(b"x-a", b"b\r\nset-cookie: stolen=1"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})

    async with listening(injected) as server:
        received = await server.exchange(GET + CLOSE)
    assert b"stolen" not in received
    assert split(received)[0].status == 500


class TestDraining:
    async def test_responses_in_progress_are_finished_and_close_their_connections(self) -> None:
        async with listening(application, drain_seconds=0.3) as server:
            async with server.connect() as (reader, writer):
                writer.write(GET + b"\r\n")
                await reader.readuntil(b"\r\n\r\n/")
                server.server.should_exit = True
                await asyncio.sleep(0.2)
                assert server.connections.draining
                writer.write(b"GET /slow HTTP/1.1\r\n" + HOST + b"\r\n")
                [last] = split(await reader.read())
            assert (last.status, last.headers["connection"]) == (200, "close")


class TestFastPath:
    """Answers that are ready go out without a task of their own."""

    @pytest.fixture
    async def quick(self) -> AsyncIterator[Listening]:
        def ready(scope: Mapping[str, Any]) -> RawResponse | None:
            if scope["path"] != "/ready":
                return None
            return RawResponse(200, b"content-length: 5\r\n", b"ready")

        async with listening(application, HASTY, fast_path=ready) as server:
            yield server

    async def test_the_response_is_sent_and_the_connection_stays_open(self, quick: Listening) -> None:
        raw = b"GET /ready HTTP/1.1\r\n" + HOST + b"\r\n"
        received = await quick.exchange(raw * 3, raw, GET + CLOSE)
        assert [answered.body for answered in split(received)] == [b"ready"] * 4 + [b"/"]

    async def test_it_waits_for_its_turn(self, quick: Listening) -> None:
        raw = b"GET /slow HTTP/1.1\r\n" + HOST + b"\r\nGET /ready HTTP/1.1\r\n" + HOST + b"\r\n"
        received = await quick.exchange(raw)
        assert [answered.body for answered in split(received)] == [b"/slow", b"/ready"]

    async def test_a_request_with_a_body_goes_to_the_application(self, quick: Listening) -> None:
        raw = b"GET /ready HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n" + CLOSE + b"abc"
        assert split(await quick.exchange(raw))[0].body == b"/ready"

    async def test_an_idle_connection_is_closed_after_it(self, quick: Listening) -> None:
        raw = b"GET /ready HTTP/1.1\r\n" + HOST + b"\r\n"
        assert [answered.body for answered in split(await quick.exchange(raw))] == [b"ready"]


async def test_a_bug_of_the_server_is_logged_and_is_no_error_of_the_client() -> None:
    def fail(_: Mapping[str, Any]) -> RawResponse | None:
        raise KeyError("a fault")

    heard: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: heard.append(context))
    try:
        async with listening(application, fast_path=fail) as server:
            received = await server.exchange(GET + b"\r\n")
            refusals = server.connections.refusals.total()
    finally:
        loop.set_exception_handler(before)

    assert (received, refusals) == (b"", 0)
    [context] = heard
    assert repr(context["exception"].__context__) == "KeyError('a fault')"


async def test_a_client_that_leaves_is_noticed_by_each_request_that_waits_for_it() -> None:
    gone = asyncio.Event()

    async def waits(_: Scope, receive: Receive, __: Send) -> None:
        message: Message = {"type": ""}
        while message["type"] != "http.disconnect":
            message = await receive()
        gone.set()

    async with listening(waits) as server:
        async with server.connect() as (_, writer):
            writer.write(GET + b"\r\n" + GET + b"\r\n")
            await asyncio.sleep(0.05)
        async with asyncio.timeout(2):
            await gone.wait()
