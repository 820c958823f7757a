"""Ready answers: the bytes and headers of one page in one encoding, kept for as long as its edition lasts."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qsl, urlencode

from llmanac.dialects.dialect import Dialect
from llmanac.dialects.table import CONTRACT
from llmanac.http.fast.compression import SMALLEST, Encoding, compress, negotiate
from llmanac.http.fast.etags import CACHE_CONTROL, VARY, checksum
from llmanac.http.middleware.security_headers import GUARDS
from llmanac.http.server.request_cycle import encode_fields
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import ListingPage, Reader, browse

ANSWER_OVERHEAD = 1024
"""Bytes that an answer occupies beside its body: headers, key, links."""

PLAIN = re.compile(rb"[A-Za-z0-9._~+&=-]+")
"""A query string that can stand in a header as it is, and whose names are what they look like."""


COMMON_LINES = encode_fields(((b"cache-control", CACHE_CONTROL.encode()), (b"vary", VARY.encode()), *GUARDS))
CODING_LINES = {
    encoding: b"" if encoding is Encoding.IDENTITY else encode_fields([(b"content-encoding", encoding.encode())])
    for encoding in Encoding
}


CacheKey: TypeAlias = tuple[str, bytes, bytes]
"""A dialect's path, a query string, an Accept-Encoding header."""


class CachedResponse(NamedTuple):
    """What goes on the wire, either whole or, for a client that has it already, as a 304.

    A tuple, since one is made for every question that was not asked before.
    """

    etag: bytes
    head: bytes
    """Its fields as they go on the wire, with those that guard every answer."""
    body: bytes
    unmodified_head: bytes
    is_past: bool
    """It is of a day that was asked for, so how fresh the catalog is now does not concern it."""


class ResponseCache:
    """Makes answers to catalog queries in any dialect, and keeps those asked for last, up to ``capacity`` bytes.

    Everyone who may read gets the same bytes for the same address and query string, so that is the key.
    """

    def __init__(self, reader: Reader, *, capacity: int) -> None:
        self._reader = reader
        self._capacity = capacity
        self._edition = reader.edition
        self._kept: OrderedDict[CacheKey, CachedResponse] = OrderedDict()
        self._size = 0

    def kept(self, dialect: Dialect, query_string: bytes, accept_encoding: bytes) -> CachedResponse | None:
        """The answer that was given before to the same request, unless the edition changed since."""
        if self._reader.edition is not self._edition:
            self._forget(self._reader.edition)
        key = (dialect.path, query_string, accept_encoding)
        answer = self._kept.get(key)
        if answer is not None:
            self._kept.move_to_end(key)
        return answer

    def give(
        self,
        query: Query,
        query_string: bytes,
        accept_encoding: bytes,
        *,
        dialect: Dialect = CONTRACT,
        edition: Edition | None = None,
    ) -> CachedResponse:
        """The answer to a query from this edition, be it of the past, or else from today's; computed now, and kept."""
        listing = browse(edition or self._reader.edition, query, dialect)
        answer = _answer(listing, query, query_string, dialect=dialect, encoding=negotiate(accept_encoding))
        # What a day of the past was like may be known better with the next edition, so all are kept for as long.
        if self._capacity and self._reader.edition is self._edition:
            self._keep((dialect.path, query_string, accept_encoding), answer)
        return answer

    def _keep(self, key: CacheKey, answer: CachedResponse) -> None:
        self._kept[key] = answer
        self._size += _size(key, answer)
        while self._size > self._capacity:
            oldest, dropped = self._kept.popitem(last=False)
            self._size -= _size(oldest, dropped)

    def _forget(self, edition: Edition) -> None:
        self._edition = edition
        self._kept.clear()
        self._size = 0


def _answer(
    listing: ListingPage, query: Query, query_string: bytes, *, dialect: Dialect, encoding: Encoding
) -> CachedResponse:
    body = dialect.envelope(listing.entries, listing.total)
    if len(body) < SMALLEST:
        encoding = Encoding.IDENTITY
    # An ETag belongs to one URL, so the edition and a checksum of the query string are enough to tell two apart.
    etag = b'"%b-%08x-%b"' % (listing.edition.id.encode(), checksum(query_string), encoding[:1].encode())
    body = compress(body, encoding)
    link = b""
    if listing.length and query.offset + listing.length < listing.total:
        link = b'link: <%b>; rel="next"\r\n' % _next(dialect.path, query, query_string)
    # One piece of text rather than a list of fields, which takes five times as long to put together.
    unmodified_head = b"etag: %b\r\n%b%b" % (etag, link, COMMON_LINES)
    head = b"content-type: %b\r\ncontent-length: %d\r\n%b%b" % (
        dialect.media_type.encode(),
        len(body),
        CODING_LINES[encoding],
        unmodified_head,
    )
    return CachedResponse(etag, head, body, unmodified_head, query.as_of is not None)


def _next(path: str, query: Query, query_string: bytes) -> bytes:
    """The address of the next page."""
    if query_string and PLAIN.fullmatch(query_string) and b"offset" not in query_string:
        # The usual case, without taking the query string apart and putting it together again.
        return b"%b?%b&offset=%d" % (path.encode(), query_string, query.offset + query.limit)
    fields = parse_qsl(query_string.decode("ascii"), keep_blank_values=True)
    kept = [(name, value) for name, value in fields if name != "offset"]
    return f"{path}?{urlencode([*kept, ('offset', query.offset + query.limit)])}".encode("ascii")


def _size(key: CacheKey, answer: CachedResponse) -> int:
    return len(key[1]) + len(key[2]) + len(answer.body) + ANSWER_OVERHEAD
