"""Content codings, by the Accept-Encoding header."""

from __future__ import annotations

import gzip

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from llmanac.web.compression import Encoding, compress, negotiate


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (b"", Encoding.IDENTITY),
        (b"identity", Encoding.IDENTITY),
        (b"gzip", Encoding.GZIP),
        (b"GZip", Encoding.GZIP),
        (b"gzip, deflate, br, zstd", Encoding.ZSTD),
        (b"gzip;q=1.0, zstd;q=0.5", Encoding.GZIP),
        (b"gzip;q=0", Encoding.IDENTITY),
        (b"*", Encoding.ZSTD),
        (b"*, zstd;q=0", Encoding.GZIP),
        (b"*;q=0", Encoding.IDENTITY),
        (b"gzip;q=0.5, identity", Encoding.IDENTITY),
        (b"br", Encoding.IDENTITY),
        (b"gzip;q=nonsense", Encoding.IDENTITY),
        (b"gzip ; q=0.5 , zstd ; q=0.4", Encoding.GZIP),
        (b"identity;q=0", Encoding.IDENTITY),
    ],
)
def test_the_best_coding_that_the_client_accepts_is_chosen(accepted: bytes, chosen: Encoding) -> None:
    assert negotiate(accepted) is chosen


@given(st.binary(max_size=200))
def test_any_header_gives_a_coding(accepted: bytes) -> None:
    assert negotiate(accepted) in Encoding


@given(st.binary())
def test_what_is_compressed_comes_back(body: bytes) -> None:
    assert zstd.decompress(compress(body, Encoding.ZSTD)) == body
    assert gzip.decompress(compress(body, Encoding.GZIP)) == body
    assert compress(body, Encoding.IDENTITY) == body


def test_the_same_body_gives_the_same_bytes() -> None:
    body = b"the same" * 1000
    for encoding in Encoding:
        assert compress(body, encoding) == compress(body, encoding)
