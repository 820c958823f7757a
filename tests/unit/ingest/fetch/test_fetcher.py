"""One request and what becomes of its answer, without a network: the door's manners."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx2
import pytest

from llmanac.errors import UpstreamFailed, UpstreamStalled
from llmanac.ingest.fetch.fetcher import PAUSE_S, Fetcher
from llmanac.ingest.fetch.upstream import (
    NO_VALIDATORS,
    USUAL_BOUNDS,
    FetchBounds,
    Fetched,
    Unmodified,
    Upstream,
    Validators,
)

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
UPSTREAM = Upstream("https://models.dev/api.json?v=1")
PUBLIC, OTHER = "151.101.1.140", "151.101.65.140"

Answer = Callable[[httpx2.Request], httpx2.Response]


class Chunks(httpx2.AsyncByteStream):
    """A body in pieces."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


class Network(httpx2.AsyncBaseTransport):
    """Gives one answer after another, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[httpx2.Request] = []
        self._answers = list(answers)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return (self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])(request)


def gives(*chunks: bytes, status: int = 200, **headers: str) -> Answer:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx2.Response(status, headers=fields, stream=Chunks(*chunks))


def fails(error: type[httpx2.TransportError]) -> Answer:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise error("made up", request=request)

    return fail


class Waits:
    """In place of waiting: remembers how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def fetch(
    network: Network,
    *,
    validators: Validators = NO_VALIDATORS,
    waits: Waits | None = None,
    bounds: FetchBounds = USUAL_BOUNDS,
) -> Fetched | Unmodified:
    async def look_up(host: str, port: int) -> list[str]:
        assert (host, port) == ("models.dev", 443)
        return [PUBLIC, OTHER]

    async with Fetcher(
        clock=lambda: NOON,
        jitter=lambda: 0.5,
        sleep=waits or Waits(),
        look_up=look_up,
        bounds=bounds,
        transport=network,
    ) as fetcher:
        return await fetcher.fetch(UPSTREAM, validators=validators)


async def test_a_request_says_what_it_takes_and_who_asks() -> None:
    network = Network(gives(b"{}"))

    await fetch(network)

    [request] = network.requests
    assert str(request.url) == f"https://{PUBLIC}/api.json?v=1"
    assert request.headers["host"] == "models.dev"
    assert request.headers["accept-encoding"] == "gzip, br, zstd"
    assert request.headers["user-agent"].startswith("llmanac/")
    assert not {"if-none-match", "if-modified-since", "cookie", "authorization"} & set(request.headers)


async def test_a_version_is_named_by_its_etag_else_by_its_date() -> None:
    network = Network(gives(b"{}"))

    await fetch(network, validators=Validators(etag='"v1"', last_modified="Mon, 23 Nov 2026 12:00:00 GMT"))
    await fetch(network, validators=Validators(last_modified="Mon, 23 Nov 2026 12:00:00 GMT"))

    by_etag, by_date = network.requests
    assert by_etag.headers["if-none-match"] == '"v1"'
    assert "if-modified-since" not in by_etag.headers
    assert by_date.headers["if-modified-since"] == "Mon, 23 Nov 2026 12:00:00 GMT"


async def test_the_version_of_an_answer_is_told() -> None:
    date = "Mon, 23 Nov 2026 12:00:00 GMT"
    fetched = await fetch(Network(gives(b"{}", etag='W/"v2"', last_modified=date)))

    assert isinstance(fetched, Fetched)
    assert fetched.validators == Validators('W/"v2"', date)


@pytest.mark.parametrize("etag", ["", "x" * 257, "\x01"])
async def test_a_version_that_cannot_be_sent_back_is_none(etag: str) -> None:
    fetched = await fetch(Network(gives(b"{}", etag=etag)))

    assert isinstance(fetched, Fetched)
    assert fetched.validators.etag is None


@pytest.mark.parametrize("etag", ['"v1"', 'W/"v1"', ""])
async def test_a_304_is_believed_where_it_answers_the_question(etag: str) -> None:
    answer = gives(status=304, etag=etag) if etag else gives(status=304)

    assert await fetch(Network(answer), validators=Validators('"v1"')) == Unmodified()


@pytest.mark.parametrize(("asked", "etag"), [(None, '"v1"'), ('"v1"', '"v2"')])
async def test_a_304_that_answers_no_question_is_a_failure(asked: str | None, etag: str) -> None:
    with pytest.raises(UpstreamFailed, match="304"):
        await fetch(Network(gives(status=304, etag=etag)), validators=Validators(asked))


async def test_wire_and_content_are_counted() -> None:
    body = gzip.compress(b'{"a": 1}' * 500)
    fetched = await fetch(Network(gives(body[:100], body[100:], content_encoding="gzip")))

    assert isinstance(fetched, Fetched)
    assert (fetched.wire_bytes, fetched.compressed.size) == (len(body), 4000)


async def test_bytes_on_the_wire_are_bounded() -> None:
    bounds = FetchBounds(wire_bytes=1000)

    assert isinstance(await fetch(Network(gives(b"x" * 500, b"x" * 500)), bounds=bounds), Fetched)
    with pytest.raises(UpstreamFailed, match="more than 1000 bytes on the wire"):
        await fetch(Network(gives(b"x" * 500, b"x" * 501)), bounds=bounds)


async def test_bytes_of_the_content_are_bounded() -> None:
    body = gzip.compress(bytes(10_000))

    with pytest.raises(UpstreamFailed, match="larger than 9999 bytes"):
        await fetch(Network(gives(body, content_encoding="gzip")), bounds=FetchBounds(content_bytes=9_999))


PASSING: dict[str, Answer] = {
    "500": gives(status=500),
    "502": gives(status=502),
    "504": gives(status=504),
    "522": gives(status=522),
    "no connection": fails(httpx2.ConnectError),
    "a slow connection": fails(httpx2.ConnectTimeout),
    "a broken connection": fails(httpx2.ReadError),
    "garbage": fails(httpx2.RemoteProtocolError),
}


@pytest.mark.parametrize("passing", PASSING)
async def test_what_may_pass_is_tried_three_times_with_growing_waits(passing: str) -> None:
    waits, network = Waits(), Network(PASSING[passing])

    with pytest.raises(UpstreamFailed, match="tried 3 times"):
        await fetch(network, waits=waits)

    assert waits.seconds == [0.5, 1.0]


async def test_the_try_after_a_failure_may_succeed() -> None:
    assert isinstance(await fetch(Network(gives(status=502), gives(b"{}"))), Fetched)


async def test_the_next_address_is_tried_where_one_takes_no_connection() -> None:
    network = Network(fails(httpx2.ConnectError), gives(b"{}"))

    await fetch(network)

    assert [request.url.host for request in network.requests] == [PUBLIC, OTHER]


@pytest.mark.parametrize("status", [201, 204, 206, 300, 400, 401, 403, 404, 410, 418, 501])
async def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    network = Network(gives(b"{}", status=status))

    with pytest.raises(UpstreamFailed, match=str(status)):
        await fetch(network)

    assert len(network.requests) == 1


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("120", 120), ("0", 1), ("1000000000", 21600), ("Mon, 23 Nov 2026 12:10:00 GMT", 600), ("whenever", PAUSE_S)],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_who_asks_to_be_left_alone_is(status: int, retry_after: str, seconds: float) -> None:
    network = Network(gives(status=status, retry_after=retry_after))

    with pytest.raises(UpstreamFailed, match="left alone") as refusal:
        await fetch(network)

    assert refusal.value.retry_after_s == seconds
    assert len(network.requests) == 1


async def test_a_name_that_is_not_found_is_a_failure() -> None:
    async def look_up(_host: str, _port: int) -> list[str]:
        raise OSError("no such host")

    async with Fetcher(clock=lambda: NOON, jitter=lambda: 0.0, sleep=Waits(), look_up=look_up) as fetcher:
        with pytest.raises(UpstreamFailed, match="cannot be found"):
            await fetcher.fetch(UPSTREAM)


async def test_a_name_that_is_looked_up_for_ever_is_a_stall() -> None:
    async def look_up(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(3600)
        return []

    async with Fetcher(
        clock=lambda: NOON, jitter=lambda: 0.0, look_up=look_up, bounds=FetchBounds(total_s=0.01)
    ) as fetcher:
        with pytest.raises(UpstreamStalled, match=r"within 0.01 s"):
            await fetcher.fetch(UPSTREAM)


async def test_plain_http_is_refused() -> None:
    async with Fetcher(clock=lambda: NOON, jitter=lambda: 0.0, transport=Network(gives(b"{}"))) as fetcher:
        with pytest.raises(UpstreamFailed, match="not an https address"):
            await fetcher.fetch(Upstream("http://models.dev/api.json"))


@pytest.mark.parametrize(
    "media_type", ["application/json; charset=utf-8", "text/plain", "application/vnd.models+json", "application/gzip"]
)
async def test_json_comes_under_many_names(media_type: str) -> None:
    assert isinstance(await fetch(Network(gives(b"{}", content_type=media_type))), Fetched)


def test_for_larger_feeds_all_bounds_grow_and_none_shrinks_for_smaller_ones() -> None:
    assert FetchBounds.for_feeds(1) == FetchBounds.for_feeds(USUAL_BOUNDS.content_bytes) == USUAL_BOUNDS
    large = FetchBounds.for_feeds(4 * USUAL_BOUNDS.content_bytes)
    assert large.content_bytes == 4 * USUAL_BOUNDS.content_bytes
    assert large.wire_bytes == 4 * USUAL_BOUNDS.wire_bytes
    assert large.total_s == 4 * USUAL_BOUNDS.total_s
