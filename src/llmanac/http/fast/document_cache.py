"""Documents of dialects: each made once for an edition and a policy, compressed once, and then sent from memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from llmanac.dialects.dialect import AS_OF, Document, Headers, Question
from llmanac.errors import InvalidRequest
from llmanac.http import parameters
from llmanac.http.fast.response_cache import CODING_LINES, COMMON_LINES, RESPONSE_OVERHEAD, CachedResponse
from llmanac.search.query.parameter import InvalidValue, Parameter, invalid_parameters
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.served_catalog import ServedEdition
from llmanac.web.compression import SMALLEST, Encoding, compress, negotiate
from llmanac.web.etags import checksum

CAPACITY = 24 << 20
"""Bytes of documents that are kept; the one that was asked for last is kept at any size."""
MOST_ASKED = 1024
"""Requests that are remembered; some name another version of their client each."""
LONGEST_ASKED = 512
"""Bytes of a request that is remembered."""
MOST_PREPARED = 2
"""Editions, or views of one under a policy, of which what dialects have prepared is kept: about 6 MiB each."""

LEFT_OUT = b"llmanac-left-out"
"""The header that says how many offers a document leaves out, and why."""


class DocumentKey(NamedTuple):
    """The key of a response: all that decides on its bytes."""

    path: str
    question: str
    edition: str
    is_past: bool
    encoding: Encoding


Asked: TypeAlias = tuple[str | bytes | None, ...]
"""A request for a document of today, as it came: the same one has the same response until the catalog changes.

The path, the query string, Accept-Encoding, ``Door.key_of`` of who asks, and the values of the headers by which the
address has variants. A plain tuple, since one is made for every request.
"""


@dataclass(slots=True)
class _Kept:
    """A response at hand."""

    response: CachedResponse
    is_recalled: bool = False
    """It was recalled since room was last made: it is dropped after those that were not."""


class DocumentCache:
    """Responds to requests for documents. Used from one event loop; nothing is made before it is asked for."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._responses: OrderedDict[DocumentKey, _Kept] = OrderedDict()
        self._size = 0
        self._asked: dict[Asked, _Kept] = {}
        self._asked_of: Edition | None = None
        self._prepared: OrderedDict[str, dict[Callable[..., object], object]] = OrderedDict()
        self._being_made: dict[DocumentKey, asyncio.Future[CachedResponse]] = {}
        self._one_at_a_time = asyncio.Lock()

    def get(
        self,
        document: Document,
        question: Question,
        accept_encoding: bytes,
        *,
        edition: Edition,
        asked: Asked | None = None,
    ) -> CachedResponse | None:
        """The response that is at hand; None for one that has to be made. ``edition`` is what who asks may see.

        ``recall`` returns it for ``asked``, if given, as long as it is given the same edition as last.
        """
        key = _key(document, question, accept_encoding, edition=edition)
        kept = self._responses.get(key)
        if kept is None:
            return None
        self._responses.move_to_end(key)
        if asked is not None and sum(map(len, filter(None, asked))) <= LONGEST_ASKED:
            if len(self._asked) >= MOST_ASKED:
                self._asked.clear()
            self._asked[asked] = kept
        return kept.response

    def recall(self, asked: Asked, edition: Edition) -> CachedResponse | None:
        """The response to a request that ``get`` was given before; None where it has to be read.

        ``edition`` is today's, before any policy.
        """
        if edition is not self._asked_of:
            self._asked.clear()
            self._asked_of = edition
        kept = self._asked.get(asked)
        if kept is None:
            return None
        kept.is_recalled = True
        return kept.response

    async def respond(
        self, document: Document, question: Question, accept_encoding: bytes, *, edition: Edition
    ) -> CachedResponse:
        """The response, made on a thread where it is not at hand. Raises what ``Document.make`` does."""
        if cached := self.get(document, question, accept_encoding, edition=edition):
            return cached
        key = _key(document, question, accept_encoding, edition=edition)
        making = self._being_made.get(key)
        if making is None:
            making = asyncio.ensure_future(self._make_and_keep(key, document, question, edition=edition))
            self._being_made[key] = making
            making.add_done_callback(lambda done: self._end(key, done))
        # Clients that do not wait for so long ask again: what is begun for one goes on without it.
        return await asyncio.shield(making)

    async def _make_and_keep(
        self, key: DocumentKey, document: Document, question: Question, *, edition: Edition
    ) -> CachedResponse:
        served = ServedEdition(edition, self._prepared_of(edition))
        async with self._one_at_a_time if document.is_whole else nullcontext():  # a whole one takes a second
            made = await asyncio.to_thread(_make, document, question, served=served, encoding=key.encoding)
        self._size += _size(made)
        while self._responses and self._size > self._capacity:
            self._drop_one()
        self._responses[key] = _Kept(made)  # when there is room: else it could be dropped for one that is recalled
        return made

    def _drop_one(self) -> None:
        """Drop the response that was not used for the longest time, or put it last if it was recalled meanwhile."""
        key, kept = self._responses.popitem(last=False)
        if kept.is_recalled:
            kept.is_recalled = False
            self._responses[key] = kept
            return
        self._size -= _size(kept.response)
        self._asked = {asked: it for asked, it in self._asked.items() if it is not kept}

    def _end(self, key: DocumentKey, done: asyncio.Future[CachedResponse]) -> None:
        del self._being_made[key]
        if not done.cancelled():
            done.exception()  # is raised where somebody still waits for it

    def _prepared_of(self, edition: Edition) -> dict[Callable[..., object], object]:
        """The parts that dialects have made of an edition. They must not refer to it: it is freed when released."""
        prepared = self._prepared.setdefault(edition.feeds_id, {})
        self._prepared.move_to_end(edition.feeds_id)
        while len(self._prepared) > MOST_PREPARED:
            self._prepared.popitem(last=False)
        return prepared


def read_request(
    documents: Iterable[Document], query_string: bytes, headers: Headers, *, path: dict[str, str] | None = None
) -> tuple[Document, Question] | None:
    """The document of an address that a request means, and its question; None where it means none of them.

    Raises as ``read_question`` does.
    """
    asked = ((it, read_question(it, query_string, headers, path=path)) for it in documents)
    return next(((document, question) for document, question in asked if question is not None), None)


def read_question(
    document: Document, query_string: bytes, headers: Headers, *, path: dict[str, str] | None = None
) -> Question | None:
    """The question of a request; None where it means the document of another dialect at this address.

    Unknown parameters are ignored. Raises InvalidRequest and InvalidParameters.
    """
    values = _values(document, query_string) if query_string else {}
    variant = document.variant(headers, values)
    return None if variant is None else Question(path or {}, values, variant)


def _values(document: Document, query_string: bytes) -> dict[str, Any]:
    """The values of the parameters that a document has."""
    known = {it.name: it for it in (AS_OF, *document.parameters)}
    values: dict[str, Any] = {}
    wrong: list[tuple[Parameter, str, InvalidValue]] = []
    for name, text in parameters.split(query_string):
        parameter = known.get(name)
        if parameter is None:
            continue
        try:
            value = parameter.read(text)
        except InvalidValue as error:
            wrong.append((parameter, text, error))
            continue
        if parameter.repeated:
            values[name] = (*values.get(name, ()), value)
        elif name in values:
            raise InvalidRequest(f"The parameter {name!r} was given several times; it takes one value.")
        else:
            values[name] = value
    if wrong:
        raise invalid_parameters(wrong)
    return values


def _make(document: Document, question: Question, *, served: ServedEdition, encoding: Encoding) -> CachedResponse:
    made = served.document(document, question)
    body = made.body
    if len(body) < SMALLEST:
        encoding = Encoding.IDENTITY
    asked = f"{document.path} {question.key}".encode()
    etag = b'"%b-%08x-%b"' % (served.edition.feeds_id.encode(), checksum(asked), encoding[:1].encode())
    body = compress(body, encoding)
    vary = b"vary: %b\r\n" % document.varies_by.encode() if document.varies_by else b""
    left_out = b"%b: %b\r\n" % (LEFT_OUT, counts(made.left_out)) if made.left_out else b""
    unmodified_head = b"etag: %b\r\n%b%b%b" % (etag, vary, left_out, COMMON_LINES)
    head = b"content-type: %b\r\ncontent-length: %d\r\n%b%b" % (
        document.media_type.encode(),
        len(body),
        CODING_LINES[encoding],
        unmodified_head,
    )
    return CachedResponse(etag, head, body, unmodified_head, question.as_of is not None)


def counts(left_out: Mapping[str, int]) -> bytes:
    """Counts with their reasons, as a list of structured fields (RFC 9651)."""
    return ", ".join(f'{count};reason="{reason}"' for reason, count in left_out.items()).encode("ascii")


def _key(document: Document, question: Question, accept_encoding: bytes, *, edition: Edition) -> DocumentKey:
    is_past = question.as_of is not None
    return DocumentKey(document.path, question.key, edition.feeds_id, is_past, negotiate(accept_encoding))


def _size(response: CachedResponse) -> int:
    return len(response.body) + RESPONSE_OVERHEAD
