"""Hostile upstreams: the served catalog stays as it was, bit for bit, and the record says what happened."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import brotli
import orjson
import pytest
from backports import zstd

from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.fetch.upstream import FetchBounds
from llmanac.service.refresh.records import Outcome

from .conftest import (
    BOUNDS,
    HURRIED,
    Content,
    HostileUpstream,
    Play,
    Request,
    answer,
    as_json,
    base_of,
    installed,
    litellm,
    model,
    models_dev,
    outcome_of,
)

pytestmark = pytest.mark.anyio

GOOD = orjson.dumps(models_dev())
MIB = 2**20
BOMB = 64 * MIB
DENSE = gzip.compress(b'{"host-1":[' + b"[]," * 5_000_000 + b"[]]}")
SPACIOUS = gzip.compress(GOOD[:-1] + b" " * (17 * MIB) + b"}")


@dataclass(frozen=True)
class Case:
    """A bad answer of models.dev's, and what the record must say of it."""

    play: Play
    outcome: Outcome
    says: str

    @property
    def bounds(self) -> FetchBounds:
        """Nobody waits for what would last for ever."""
        return HURRIED if self.says == "within" else BOUNDS


def failed(play: Play, says: str) -> Case:
    return Case(play, Outcome.FAILED, says)


def refused(content: Content, says: str) -> Case:
    return Case(as_json(content), Outcome.REFUSED, says)


def held(content: Content, says: str) -> Case:
    return Case(as_json(content), Outcome.HELD, says)


def changed(change: Callable[[Content], object]) -> Content:
    content = deepcopy(models_dev())
    change(content)
    return content


def with_model(**values: object) -> Content:
    """One model of 120 has other values."""
    return changed(lambda content: content["host-1"]["models"]["lab-1-large"].update(values))


def with_cost(**prices: object) -> Content:
    return changed(lambda content: content["host-1"]["models"]["lab-1-large"]["cost"].update(prices))


def with_prices(factor: float) -> Content:
    """Every price of every model, multiplied."""

    def multiply(content: Content) -> None:
        for host in content.values():
            for it in host["models"].values():
                it["cost"] = {name: price * factor for name, price in it["cost"].items()}

    return changed(multiply)


def every_model(**values: object) -> Content:
    def update(content: Content) -> None:
        for host in content.values():
            for it in host["models"].values():
                it.update(values)

    return changed(update)


def renamed_key(old: str, new: str) -> Content:
    content: Content = orjson.loads(GOOD.replace(b'"%b":' % old.encode(), b'"%b":' % new.encode()))
    return content


def as_text(old: bytes, new: bytes) -> Play:
    assert old in GOOD
    return answer(GOOD.replace(old, new, 1))


def gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([packer.compress(bytes(MIB)) for _ in range(BOMB // MIB)]) + packer.flush()


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    packed: list[bytes] = [packer.process(bytes(MIB)) for _ in range(BOMB // MIB)]
    return b"".join([*packed, packer.finish()])


def wide_zstd() -> bytes:
    """A frame that wants a window of 128 MiB to look back into."""
    parameter = zstd.CompressionParameter
    packer = zstd.ZstdCompressor(options={parameter.window_log: 27, parameter.content_size_flag: 0})
    return packer.compress(GOOD) + packer.flush()


async def drip(request: Request) -> None:
    await request.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        await request.send(b"{")
        await asyncio.sleep(0.02)


async def drip_head(request: Request) -> None:
    await request.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await request.send(b"x-more: 1\r\n")
        await asyncio.sleep(0.02)


async def stall(_: Request) -> None:
    await asyncio.sleep(20 * HURRIED.total_s)


async def stall_in_the_middle(request: Request) -> None:
    await request.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n" + GOOD[:5000])
    await asyncio.sleep(20 * HURRIED.total_s)


async def without_end(request: Request) -> None:
    """Chunks for ever, and never the last one."""
    await request.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        await request.send(b"10000\r\n" + b" " * 65536 + b"\r\n")
        await asyncio.sleep(0.01)


async def never_closed(request: Request) -> None:
    """No length, no chunks, and the connection stays open."""
    await request.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n" + GOOD)
    await asyncio.sleep(20 * HURRIED.total_s)


async def garbage(request: Request) -> None:
    await request.send(bytes(range(256)) * 8)


async def hang_up(request: Request) -> None:
    request.writer.transport.abort()


async def redirect_in_circles(request: Request) -> None:
    await answer(status="302 Found", location=request.path)(request)


def redirect(to: str) -> Play:
    return answer(status="302 Found", location=to)


def asking_for_peace(status: str, retry_after: str) -> Play:
    return answer(status=status, retry_after=retry_after)


def lying_304(etag: str) -> Play:
    """There is nothing new, though nobody named a version, or another one."""
    return answer(status="304 Not Modified", etag=etag, content_length="")


def emptied(content: Content) -> None:
    for host in list(content)[3:]:
        del content[host]


def half_replaced(content: Content) -> None:
    for host in content.values():
        host["models"] = {f"other-{name}": it for name, it in host["models"].items()}


def aged(content: Content) -> None:
    for host in content.values():
        for it in host["models"].values():
            it["release_date"], it["last_updated"] = "2025-01-01", "2025-01-01"


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


CASES: Mapping[str, Case] = {
    # What is no JSON at all
    "empty": failed(answer(b""), "empty"),
    "white space": failed(answer(b" \n" * 500), "empty"),
    "truncated": failed(answer(GOOD[: len(GOOD) // 2]), "not JSON"),
    "truncated by one byte": failed(answer(GOOD[:-1]), "not JSON"),
    "something after the end": failed(answer(GOOD + b"}"), "not JSON"),
    "two documents": failed(answer(GOOD + GOOD), "not JSON"),
    "an error page": failed(answer(b"<!doctype html><title>502</title>"), "HTML"),
    "an error page, said to be one": failed(answer(b"<html>", content_type="text/html"), "text/html"),
    "an image": failed(answer(GOOD, content_type="image/png"), "image/png"),
    "a byte order mark": failed(answer(b"\xef\xbb\xbf" + GOOD), "byte order mark"),
    "UTF-16": failed(answer(GOOD.decode().encode("utf-16")), "not JSON"),
    "bad UTF-8": failed(as_text(b"Host 1", b"Host \xff\xfe"), "not JSON"),
    "a lone surrogate": failed(as_text(b"Host 1", b"\\ud800"), "not JSON"),
    "nested 260 deep": failed(answer(nested(260)), "nested too deeply"),
    "nested 1,000 deep": failed(answer(nested(1_000)), "nested too deeply"),
    "nested 2,000 deep": failed(answer(nested(2_000)), "not JSON"),
    "nested 200,000 deep": failed(answer(nested(200_000)), "not JSON"),
    "NaN": failed(as_text(b'"input":1.5', b'"input":NaN'), "not JSON"),
    "Infinity": failed(as_text(b'"input":1.5', b'"input":-Infinity'), "not JSON"),
    "1e400": failed(as_text(b'"input":1.5', b'"input":1e400'), "not JSON"),
    "a number of 5,000 digits": failed(as_text(b'"input":1.5', b'"input":' + b"9" * 5000), "not JSON"),
    # JSON of another shape
    "an empty object": failed(answer(b"{}"), "empty object"),
    "a list": failed(answer(b"[%b]" % GOOD), "a list"),
    "a string": failed(answer(b'"models"'), "a string"),
    "null": failed(answer(b"null"), "null"),
    "another feed": failed(as_json(litellm()), "no provider with models"),
    "an error in JSON": failed(answer(b'{"error":{"message":"rate limited"}}'), "no provider with models"),
    "providers that are lists": failed(as_json({name: [] for name in models_dev()}), "no provider with models"),
    # Too much, and codings
    "a thousand times as large": failed(answer(b"[" + b"0," * (5 * MIB) + b"0]"), "on the wire"),
    "larger than any feed was": failed(answer(SPACIOUS, content_encoding="gzip"), "bytes came"),
    "five million empty lists": failed(answer(DENSE, content_encoding="gzip"), "values came"),
    "a gzip bomb": failed(answer(gzip_bomb(), content_encoding="gzip"), "uncompressed"),
    "a br bomb": failed(answer(brotli_bomb(), content_encoding="br"), "uncompressed"),
    "a zstd bomb": failed(answer(zstd.compress(bytes(BOMB)), content_encoding="zstd"), "uncompressed"),
    "a bomb in a bomb": failed(answer(gzip.compress(gzip_bomb()), content_encoding="gzip"), "uncompressed"),
    "a file that is a bomb": failed(answer(gzip_bomb(), content_type="application/gzip"), "uncompressed"),
    "zstd with a vast window": failed(answer(wide_zstd(), content_encoding="zstd"), "damaged zstd"),
    "truncated gzip": failed(answer(gzip.compress(GOOD)[:-20], content_encoding="gzip"), "cut off"),
    "damaged gzip": failed(answer(gzip.compress(GOOD)[:200] + b"?" * 900, content_encoding="gzip"), "damaged gzip"),
    "gzip that is none": failed(answer(GOOD, content_encoding="gzip"), "damaged gzip"),
    "br that is none": failed(answer(b"\xff" * 90, content_encoding="br"), "damaged br"),
    "truncated zstd": failed(answer(zstd.compress(GOOD)[:-20], content_encoding="zstd"), "cut off"),
    "two codings at once": failed(answer(gzip.compress(GOOD), content_encoding="gzip, gzip"), "Content-Encoding"),
    "an unknown coding": failed(answer(GOOD, content_encoding="compress"), "Content-Encoding"),
    # Time
    "a drip": failed(drip, "within"),
    "a drip of headers": failed(drip_head, "within"),
    "a stall": failed(stall, "within"),
    "a stall in the middle": failed(stall_in_the_middle, "within"),
    "no end": failed(without_end, "within"),
    "a connection left open": failed(never_closed, "within"),
    # HTTP
    "garbage": failed(garbage, "no response"),
    "a hang-up": failed(hang_up, "no response"),
    "less than announced": failed(answer(GOOD, length=len(GOOD) + 1), "closed the connection"),
    "401": failed(answer(status="401 Unauthorized"), "401"),
    "404": failed(answer(GOOD, status="404 Not Found"), "404"),
    "500": failed(answer(status="500 Oops"), "tried 3 times"),
    "206": failed(answer(GOOD, status="206 Partial Content"), "206"),
    "204": failed(answer(status="204 No Content"), "204"),
    "429": failed(answer(status="429 Too Many"), "left alone"),
    "429 for a billion seconds": failed(asking_for_peace("429 Too Many", "1000000000"), "left alone"),
    "429 until long ago": failed(asking_for_peace("429 Too Many", "Fri, 31 Dec 1999 23:59:59 GMT"), "left alone"),
    "503 until whenever": failed(asking_for_peace("503 Busy", "soon, perhaps"), "left alone"),
    "503 with a negative time": failed(asking_for_peace("503 Busy", "-1"), "left alone"),
    "a redirect to elsewhere": failed(redirect("http://other.example/api.json"), "only host"),
    "a redirect to a file": failed(redirect("file:///etc/passwd"), "not an https address"),
    "a redirect to nowhere": failed(redirect(""), "redirects more than"),
    "redirects in circles": failed(redirect_in_circles, "redirects more than"),
    "304 about another version": failed(lying_304('"other"'), "304"),
    # Content that is worse than what is served
    "most of it is gone": refused(changed(emptied), "shrunk"),
    "one host is left": refused({"host-1": models_dev()["host-1"]}, "shrunk"),
    "all models are others": held(changed(half_replaced), "replaced"),
    "older data": refused(changed(aged), "older"),
    "all prices x100": held(with_prices(100), "repriced"),
    "all prices /100": held(with_prices(0.01), "repriced"),
    "all prices zero": held(with_prices(0), "repriced"),
    "all prices gone": held(renamed_key("cost", "pricing"), "blurred"),
    "all limits gone": held(renamed_key("limit", "limits"), "blurred"),
    "all limits one": held(every_model(limit={"context": 1, "output": 1}), "resized"),
    "all dates gone": held(renamed_key("release_date", "released"), "blurred"),
    "one price x100": held(with_cost(input=262.5), "1 entry"),
    "one price /100": held(with_cost(input=0.02625), "1 entry"),
    "one price zero": held(with_cost(input=0), "1 entry"),
    "one price minus zero": held(with_cost(input=-0.0), "1 entry"),
    "one price negative": held(with_cost(input=-2.625), "1 entry"),
    "one price of 10^30": held(with_cost(input=1e30), "1 entry"),
    "one price a string": held(with_cost(input="2.625"), "1 entry"),
    "one price true": held(with_cost(input=True), "1 entry"),
    "one price null": held(with_cost(input=None), "1 entry"),
    "one price a list": held(with_cost(input=[2.625]), "1 entry"),
    "one cost a number": held(with_model(cost=2.625), "1 entry"),
    "one context a string": held(with_model(limit={"context": "200k", "output": 32_000}), "1 entry"),
    "one context negative": held(with_model(limit={"context": -1, "output": 32_000}), "1 entry"),
    "one context zero": held(with_model(limit={"context": 0, "output": 32_000}), "1 entry"),
    "one flag a string": held(with_model(tool_call="yes"), "1 entry"),
    "one name with control characters": held(with_model(name="Lab\u0000\u001b[31m"), "1 entry"),
    "one name with a change of direction": held(with_model(name="Lab \u202e1 Large"), "1 entry"),
    "one name of 10 KB": held(with_model(name="x" * 10_240), "1 entry"),
    "one date of no calendar": held(with_model(release_date="2026-02-31"), "1 entry"),
    "one model a list": held(changed(lambda it: it["host-1"]["models"].update({"lab-1-large": []})), "1 entry"),
    "one host a string": held(changed(lambda it: it.update({"host-1": "gone"})), "entries are quarantined"),
    "one host's models null": held(changed(lambda it: it["host-1"].update(models=None)), "entries are quarantined"),
    "one host's address a number": held(changed(lambda it: it["host-1"].update(api=8080)), "1 entry"),
    "a key twice": Case(as_text(b'"input":1.5', b'"input":1.5,"input":1.6'), Outcome.HELD, "repeated"),
    "a model twice": Case(
        as_text(b'"models":{', b'"models":{"lab-0-large":%b,' % orjson.dumps(model(9, 9))), Outcome.HELD, "repeated"
    ),
    "an id that differs in case": held(
        changed(lambda it: it["host-1"]["models"].update({"LAB-1-Large": model(1, 1)})), "1 entry"
    ),
    "an id in another script": held(
        changed(lambda it: it["host-1"]["models"].update({"l\u0430b-1-large": model(1, 1)})), "1 entry"
    ),
    "a host that differs in case": held(
        changed(lambda it: it.update({"HOST-1": models_dev(hosts=2)["host-1"]})), "entries are quarantined"
    ),
}


def test_there_are_at_least_sixty_kinds() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
async def test_on_a_cold_start(name: str, upstream: HostileUpstream, data_dir: Path) -> None:
    """Onto the snapshot that the package carries."""
    case = CASES[name]
    upstream.plays["/api.json"] = case.play
    async with installed(upstream, data_dir, bounds=case.bounds) as installation:
        before = installation.served
        record = await installation.refresh()

        assert installation.served == before
        assert outcome_of(record).outcome is case.outcome, outcome_of(record)
        assert case.says in outcome_of(record).detail
        assert outcome_of(record, "litellm").outcome is Outcome.NOT_MODIFIED


@pytest.mark.parametrize("name", CASES)
async def test_on_a_snapshot_that_a_refresh_brought(name: str, upstream: HostileUpstream, data_dir: Path) -> None:
    """Onto one that is served already; and a restart serves the same."""
    case = CASES[name]
    base = base_of(models_dev(hosts=11), litellm())
    async with installed(upstream, data_dir, base=base, bounds=case.bounds) as installation:
        assert outcome_of(await installation.refresh()).outcome is Outcome.UPDATED
        before = installation.served
        upstream.plays["/api.json"] = case.play
        record = await installation.refresh()

        assert installation.served == before
        assert outcome_of(record).outcome is case.outcome, outcome_of(record)
        assert case.says in outcome_of(record).detail
    async with installed(upstream, data_dir, base=base) as restarted:
        assert restarted.served == before


async def test_where_feeds_are_said_to_be_large_a_large_one_is_no_surprise(
    upstream: HostileUpstream, data_dir: Path
) -> None:
    upstream.plays["/api.json"] = answer(SPACIOUS, content_encoding="gzip")
    async with installed(
        upstream, data_dir, base=base_of(models_dev(hosts=11), litellm()), largest_feed=2 * MAX_SIZE
    ) as installation:
        assert outcome_of(await installation.refresh()).outcome is Outcome.UPDATED
        assert installation.reader.edition.size == 120
