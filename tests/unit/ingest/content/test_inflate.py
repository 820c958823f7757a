from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from contextlib import suppress

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import InvalidSource
from llmanac.ingest.content.inflate import PIECE, inflater_of

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
}
CONTENT = random.Random(1).randbytes(100_000) + bytes(1_000_000)


def inflate(coding: str, data: bytes, *, step: int) -> list[bytes]:
    inflater = inflater_of(coding)
    pieces = [piece for at in range(0, len(data), step) for piece in inflater.feed(data[at : at + step])]
    inflater.end()
    return pieces


@pytest.mark.slow
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("step", [100, 10**7])
def test_every_coding_is_taken_off_however_the_bytes_come(coding: str, step: int) -> None:
    assert b"".join(inflate(coding, CODINGS[coding](CONTENT), step=step)) == CONTENT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_what_is_made_at_a_time_is_small(coding: str) -> None:
    pieces = inflate(coding, CODINGS[coding](bytes(5_000_000)), step=10**7)

    assert max(map(len, pieces)) <= 2 * PIECE


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_several_members_are_one_content(coding: str) -> None:
    pack = CODINGS[coding]

    assert b"".join(inflate(coding, pack(b"one ") + pack(b"two"), step=7)) == b"one two"


@pytest.mark.slow
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_stream_without_its_end_is_refused(coding: str) -> None:
    with pytest.raises(InvalidSource, match="cut off"):
        inflate(coding, CODINGS[coding](CONTENT)[:-1], step=10**7)


@pytest.mark.slow
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_something_after_the_end_is_refused(coding: str) -> None:
    with pytest.raises(InvalidSource, match="damaged"):
        inflate(coding, CODINGS[coding](CONTENT) + b"\xff\xff\xff\xff\xff", step=10**7)


@pytest.mark.parametrize("coding", ["gzip, gzip", "compress", "gzip;q=1", "x" * 100])
def test_a_coding_that_was_not_offered_is_refused(coding: str) -> None:
    with pytest.raises(InvalidSource, match="Content-Encoding"):
        inflater_of(coding)


@given(st.sampled_from(["gzip", "br", "zstd"]), st.binary(max_size=2000), st.integers(1, 300))
def test_garbage_never_fails_in_another_way(coding: str, data: bytes, step: int) -> None:
    with suppress(InvalidSource):
        inflate(coding, data, step=step)
