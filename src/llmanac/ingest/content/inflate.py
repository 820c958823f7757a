"""Streaming decompression of content codings, in small pieces, so that a decompression bomb is cut off in time."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

from llmanac.errors import InvalidSource

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 64 * 1024
"""Maximum size of a decompressed piece, in bytes (brotli: approximately)."""

ZSTD_WINDOW_LOG = 23
"""Maximum window of zstd, 8 MiB: the largest that RFC 9659 allows."""

ACCEPTED = "gzip, br, zstd"
"""The ``Accept-Encoding`` of requests."""


class Inflater(Protocol):
    """Decompresses a stream of one content coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decompress the next bytes, in pieces. Raises InvalidSource for a damaged stream."""

    def end(self) -> None:
        """End the stream. Raises InvalidSource where it was cut off."""


class Plain:
    """The identity coding: no compression."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> None:
        """Does nothing: a plain stream may end anywhere."""


class Gzip:
    """Decompresses gzip and deflate with a zlib header, of one or several members."""

    def __init__(self) -> None:
        self._member = _new_member()
        self._began = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._began = self._began or bool(data)
        while data:
            if self._member.eof:
                self._member = _new_member()
            try:
                piece = self._member.decompress(data, PIECE)
            except zlib.error as error:
                raise InvalidSource(f"damaged gzip: {error}.") from error
            if piece:
                yield piece
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail

    def end(self) -> None:
        if self._began and not self._member.eof:
            raise InvalidSource("the gzip stream was cut off before its end.")


class Brotli:
    """Decompresses br."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._began = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._began = self._began or bool(data)
        if data and self._stream.is_finished():
            raise InvalidSource("damaged br: there is more after its end.")
        try:
            piece = self._stream.process(data, output_buffer_limit=PIECE)
            while piece or not self._stream.can_accept_more_data():
                yield piece
                piece = self._stream.process(b"", output_buffer_limit=PIECE)
        except brotli.error as error:
            raise InvalidSource("damaged br.") from error

    def end(self) -> None:
        if self._began and not self._stream.is_finished():
            raise InvalidSource("the br stream was cut off before its end.")


class Zstd:
    """Decompresses zstd, of one or several frames."""

    def __init__(self) -> None:
        self._frame = _new_frame()
        self._began = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._began = self._began or bool(data)
        while data or not (self._frame.eof or self._frame.needs_input):
            if self._frame.eof:
                self._frame = _new_frame()
            try:
                piece = self._frame.decompress(data, PIECE)
            except zstd.ZstdError as error:
                raise InvalidSource(f"damaged zstd: {error}.") from error
            if piece:
                yield piece
            data = self._frame.unused_data if self._frame.eof else b""

    def end(self) -> None:
        if self._began and not self._frame.eof:
            raise InvalidSource("the zstd stream was cut off before its end.")


def inflater_of(coding: str) -> Inflater:
    """The inflater of a Content-Encoding. Raises InvalidSource for one that is not ACCEPTED."""
    match coding.strip().lower():
        case "" | "identity":
            return Plain()
        case "gzip" | "x-gzip" | "deflate":
            return Gzip()
        case "br":
            return Brotli()
        case "zstd":
            return Zstd()
        case other:
            raise InvalidSource(f"the response has the Content-Encoding {other[:40]!r}; {ACCEPTED} were offered.")


def _new_member() -> zlib._Decompress:
    return zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)  # by its header: gzip or zlib


def _new_frame() -> zstd.ZstdDecompressor:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})
