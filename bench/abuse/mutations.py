"""Broken requests: real ones, changed at random, and what a server may say to them."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

from bench.client import HOST

SILENCE_SECONDS = 0.4
"""A server that says nothing for so long waits for more."""
GIVE_UP_SECONDS = 15.0
REFUSALS, FAILURES, BODILESS = range(400, 500), range(500, 600), {100, 304}
STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) [A-Za-z -]*\r\n")
SPECIAL = (
    b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b"%00", b"%ff", b"\xff\xfe", b"../", b"?", b"#",
    b"Content-Length: 4\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n", b"Host: evil\r\n", b"Host:\r\n",
    b"Expect: 100-continue\r\n", b"Upgrade: h2c\r\nConnection: Upgrade\r\n", b"Connection: close\r\n",
    b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9.9", b"GET ", b"POST ", b"CONNECT ", b"0\r\n\r\n", b"ffffffff\r\n", b"A" * 5000,
)  # fmt: skip


def seeds(path: str, token: str) -> tuple[bytes, ...]:
    """Requests in order, and openings of other protocols."""
    head = f"Host: {HOST}\r\nAuthorization: Bearer {token}\r\n"
    get = f"GET {path} HTTP/1.1\r\n{head}Accept: */*\r\n\r\n".encode()
    body = b'{"name":"mutant","scopes":["catalog:read"]}'
    post = f"POST /api/v1/tokens HTTP/1.1\r\n{head}Content-Type: application/json\r\n".encode()
    return (
        get,
        get + get,
        get.replace(b"GET", b"HEAD", 1),
        b"OPTIONS" + get[3:],
        post + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        post + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) + get,
        b"GET /docs HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a/readyz HTTP/1.0\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        bytes.fromhex("16030100a5010000a1030398") + bytes(range(150)),
    )


def mutants(originals: tuple[bytes, ...], count: int, *, seed: int) -> Iterator[bytes]:
    """So many broken requests; the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(originals)
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            text = _mutate(text, originals, chance)
        yield text


def _mutate(text: bytes, originals: tuple[bytes, ...], chance: random.Random) -> bytes:
    at = chance.randrange(len(text) + 1)
    end = min(len(text), at + chance.choice((1, 2, 8, 64)))
    other, lines = chance.choice(originals), text.split(b"\r\n")
    chance.shuffle(lines)
    return chance.choice(
        (
            text[:at] + chance.randbytes(end - at) + text[end:],
            text[:at] + text[end:],
            text[:at],
            text[:end] + text[at:],
            text[:at] + other[chance.randrange(len(other)) :],
            b"\r\n".join(lines),
            text[:at] + chance.choice(SPECIAL) + text[at:],
        )
    )


@dataclass
class Verdicts:
    """The number of responses by status, and those that should not have been."""

    statuses: Counter[int] = field(default_factory=Counter)
    silent: int = 0
    wrong: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Requests and what came back: a failure, or no envelope, or no HTTP."""


def judge(request: bytes, received: bytes, verdicts: Verdicts) -> None:
    """Take what came back apart, and note it."""
    if not received:
        verdicts.silent += 1
    while received:
        found = STATUS_LINE.match(received)
        if not found:
            verdicts.wrong.append((request, received))
            return
        status = int(found[1])
        verdicts.statuses[status] += 1
        head, _, rest = received.partition(b"\r\n\r\n")
        body, received = _body(head.lower(), rest, status)
        if status in FAILURES or (status in REFUSALS and body and not _is_envelope(body, status)):
            verdicts.wrong.append((request, head + b"\r\n\r\n" + body))


def _body(head: bytes, rest: bytes, status: int) -> tuple[bytes, bytes]:
    """The body of an answer, and what follows it; an answer to HEAD has none, whatever its length says."""
    if status in BODILESS or STATUS_LINE.match(rest):
        return b"", rest
    if b"transfer-encoding: chunked" in head:
        body, end, after = rest.partition(b"\r\n0\r\n\r\n")
        return body + end, after
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    return rest[:length], rest[length:]


def _is_envelope(body: bytes, status: int) -> bool:
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return (
        isinstance(envelope, dict)
        and set(envelope) == {"code", "detail", "type", "errors"}
        and envelope["code"] == status
    )


async def send(port: int, request: bytes) -> bytes:
    """All that is answered to these bytes; a reset ends it too. Raises TimeoutError for no end at all."""
    async with asyncio.timeout(GIVE_UP_SECONDS):
        reader, writer = await asyncio.open_connection(HOST, port)
        received = b""
        try:
            writer.write(request)
            while True:
                try:
                    chunk = await asyncio.wait_for(reader.read(1 << 16), SILENCE_SECONDS)
                except TimeoutError:
                    if writer.can_write_eof() and not writer.transport.is_closing():
                        writer.write_eof()
                    chunk = await reader.read(1 << 16)
                if not chunk:
                    return received
                received += chunk
        except (ConnectionError, OSError):
            return received
        finally:
            writer.transport.abort()


async def attack(port: int, requests: Iterator[bytes], *, at_once: int) -> Verdicts:
    """Send them all, some at once, and judge what comes back."""
    verdicts = Verdicts()

    async def work() -> None:
        for request in requests:
            try:
                judge(request, await send(port, request), verdicts)
            except TimeoutError:
                verdicts.wrong.append((request, b"(never closed)"))

    await asyncio.gather(*(work() for _ in range(at_once)))
    return verdicts
