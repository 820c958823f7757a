"""Guesses at tokens: most of them no tokens at all, some with a wrong checksum, a few that could be right."""

from __future__ import annotations

import asyncio
import random
import string
from collections import Counter
from collections.abc import Iterator

from bench.client import HOST
from llmanac.auth.token import checksum

WRONG_CHECKSUMS = range(1, 10)
"""Out of a hundred."""

ALPHABET = string.digits + string.ascii_letters


def guesses(count: int, *, token_id: str, seed: int) -> Iterator[str]:
    """90 % malformed, 9 % with a wrong checksum, 1 % well-formed with a real id and a wrong secret."""
    chance = random.Random(seed)
    for _ in range(count):
        secret = "".join(chance.choices(ALPHABET, k=43))
        body = f"llma_{token_id}_{secret}"
        match chance.randrange(100):
            case 0:
                yield f"{body}_{checksum(body)}"
            case kind if kind in WRONG_CHECKSUMS:
                yield f"{body}_{'0' * 6}"
            case _:
                yield "".join(chance.choices(ALPHABET, k=chance.randrange(1, 80)))


async def guess(port: int, path: str, tokens: Iterator[str], *, at_once: int) -> Counter[int]:
    """Try them all, on a few connections, as fast as the server answers; what it said, by status."""
    statuses: Counter[int] = Counter()

    async def work() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for token in tokens:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            statuses[int(head[9:12])] += 1
            await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        writer.close()

    await asyncio.gather(*(work() for _ in range(at_once)))
    return statuses
