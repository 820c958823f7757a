"""Cached responses: body and headers of one page in one encoding, until the next edition is published."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qsl, urlencode

from llmanac.dialects.dialect import QueriedDialect
from llmanac.dialects.table import CONTRACT
from llmanac.http.fast.cache_headers import CACHE_CONTROL, VARY
from llmanac.http.middleware.security_headers import GUARDS
from llmanac.http.server.request_cycle import encode_fields
from llmanac.search.query.query import Query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import ListingPage, Reader, browse
from llmanac.web.compression import SMALLEST, Encoding, compress, negotiate
from llmanac.web.etags import checksum

RESPONSE_OVERHEAD = 1024
"""Bytes that a cached response occupies besides its body: headers, key, links."""

PLAIN = re.compile(rb"[A-Za-z0-9._~+&=-]+")
"""A query string that needs no escaping in a header, and has no percent-encoded names."""


COMMON_LINES = encode_fields(((b"cache-control", CACHE_CONTROL.encode()), (b"vary", VARY.encode()), *GUARDS))
CODING_LINES = {
    encoding: b"" if encoding is Encoding.IDENTITY else encode_fields([(b"content-encoding", encoding.encode())])
    for encoding in Encoding
}


CacheKey: TypeAlias = tuple[str, bytes, bytes, str]
"""A dialect's path, a query string, an Accept-Encoding header, and what tells apart those who see different things."""


class CachedResponse(NamedTuple):
    """The parts of a 200 response and of its 304, as they go on the wire.

    A tuple, since one is made for every query that is not cached.
    """

    etag: bytes
    head: bytes
    """Its header fields as lines, with the security headers of every response."""
    body: bytes
    unmodified_head: bytes
    is_past: bool
    """It shows a past day, so that it has no freshness headers."""


class ResponseCache:
    """Responds to catalog queries in any dialect, and caches the last ones used, up to ``capacity`` bytes.

    Everyone who sees the same offers gets the same bytes for the same path, query string and Accept-Encoding: the key.
    """

    def __init__(self, reader: Reader, *, capacity: int) -> None:
        self._reader = reader
        self._capacity = capacity
        self._edition = reader.edition
        self._responses: OrderedDict[CacheKey, CachedResponse] = OrderedDict()
        self._size = 0

    def get(
        self, dialect: QueriedDialect, query_string: bytes, accept_encoding: bytes, *, view: str = ""
    ) -> CachedResponse | None:
        """The cached response to the same request; None where there is none from the current edition.

        ``view`` is ``Door.key_of`` of who asks.
        """
        if self._reader.edition is not self._edition:
            self._forget(self._reader.edition)
        key = (dialect.path, query_string, accept_encoding, view)
        cached = self._responses.get(key)
        if cached is not None:
            self._responses.move_to_end(key)
        return cached

    def respond(
        self,
        query: Query,
        query_string: bytes,
        accept_encoding: bytes,
        *,
        dialect: QueriedDialect = CONTRACT,
        edition: Edition | None = None,
        view: str = "",
    ) -> CachedResponse:
        """The response to a query from this edition, by default the current one: computed, and cached.

        ``edition`` is the one that who asks may see, and ``view`` is ``Door.key_of`` them.
        """
        listing = browse(edition or self._reader.edition, query, dialect)
        response = _respond(listing, query, query_string, dialect=dialect, encoding=negotiate(accept_encoding))
        # A past day may look different once the next edition is published, so all are dropped then.
        if self._capacity and self._reader.edition is self._edition:
            self._keep((dialect.path, query_string, accept_encoding, view), response)
        return response

    def _keep(self, key: CacheKey, response: CachedResponse) -> None:
        self._responses[key] = response
        self._size += _size(key, response)
        while self._size > self._capacity:
            oldest, dropped = self._responses.popitem(last=False)
            self._size -= _size(oldest, dropped)

    def _forget(self, edition: Edition) -> None:
        self._edition = edition
        self._responses.clear()
        self._size = 0


def _respond(
    listing: ListingPage, query: Query, query_string: bytes, *, dialect: QueriedDialect, encoding: Encoding
) -> CachedResponse:
    body = dialect.envelope(listing.entries, listing.total)
    if len(body) < SMALLEST:
        encoding = Encoding.IDENTITY
    # An ETag belongs to one URL, so the edition and a checksum of the query string are enough to identify a response.
    etag = b'"%b-%08x-%b"' % (listing.edition.id.encode(), checksum(query_string), encoding[:1].encode())
    body = compress(body, encoding)
    link = b""
    if listing.length and query.offset + listing.length < listing.total:
        link = b'link: <%b>; rel="next"\r\n' % _next(dialect.path, query, query_string)
    # Formatted at once: encoding a list of fields takes five times as long.
    unmodified_head = b"etag: %b\r\n%b%b" % (etag, link, COMMON_LINES)
    head = b"content-type: %b\r\ncontent-length: %d\r\n%b%b" % (
        dialect.media_type.encode(),
        len(body),
        CODING_LINES[encoding],
        unmodified_head,
    )
    return CachedResponse(etag, head, body, unmodified_head, query.as_of is not None)


def _next(path: str, query: Query, query_string: bytes) -> bytes:
    """The URL of the next page."""
    if query_string and PLAIN.fullmatch(query_string) and b"offset" not in query_string:
        # The usual case, without parsing and encoding the query string.
        return b"%b?%b&offset=%d" % (path.encode(), query_string, query.offset + query.limit)
    fields = parse_qsl(query_string.decode("ascii"), keep_blank_values=True)
    kept = [(name, value) for name, value in fields if name != "offset"]
    return f"{path}?{urlencode([*kept, ('offset', query.offset + query.limit)])}".encode("ascii")


def _size(key: CacheKey, response: CachedResponse) -> int:
    return len(key[1]) + len(key[2]) + len(response.body) + RESPONSE_OVERHEAD
