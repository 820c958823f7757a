"""A dialect: the catalog in a client's format, its addresses, and its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from llmanac.dialects.error_response import ErrorResponse, encode_error
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.schema import SCHEMA, QuerySchema

AS_OF = SCHEMA.by_name["as_of"]
"""The parameter that every document has: the day at whose end it shows the catalog."""

Headers: TypeAlias = Mapping[bytes, bytes]
"""Header fields of a request, their names in lower case."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request for a document, as far as the document depends on it."""

    path: Mapping[str, str] = field(default_factory=dict)
    """The values of the parameters in its address."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """The values of its query parameters, of those that were given; tuples for repeated ones."""
    variant: str = ""
    """The variant of the document that the client takes."""

    @property
    def as_of(self) -> date | None:
        """The day that is asked about; None for now."""
        return self.values.get(AS_OF.name)

    @property
    def key(self) -> str:
        """A text that is the same for the same question."""
        asked = sorted(item for item in self.values.items() if item[0] != AS_OF.name)
        return f"{self.variant} {sorted(self.path.items())} {asked}" if asked or self.path else self.variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An address of a dialect, and how what stands there is made of the catalog.

    It is made when it is first asked for, once for an edition and a policy, and kept as it was sent.
    """

    path: str
    """The route pattern, as ``paths`` has them."""
    summary: str
    """The summary in the OpenAPI document, as ``description`` and ``schema`` are for it."""
    description: str
    schema: Mapping[str, Any]
    """Its JSON Schema, as far as clients may rely on it."""
    make: Callable[[ServedCatalog, Question], bytes]
    """Makes it. Raises NotFound, and Forbidden for what a policy hides."""
    omission: Callable[[Offer, CatalogData], str | None] | None = None
    """Why an offer of the catalog is left out of it, in a few words, or None for one that is in it. Without it, the
    document leaves out none, or is no list of all."""
    parameters: tuple[Parameter, ...] = ()
    """Its query parameters besides ``as_of``. Others are ignored: clients send some that mean nothing here."""
    variant: Callable[[Headers, Mapping[str, Any]], str | None] = lambda _headers, _values: ""
    """The variant for the client that sends these headers and query parameters; None where it means the document of
    another dialect at the same address, whose variants have other names."""
    varies_by: str = ""
    """The name of the header that ``variant`` reads, if it reads one."""
    media_type: str = "application/json"

    @property
    def is_whole(self) -> bool:
        """Whether its address has no parameters."""
        return "{" not in self.path

    @property
    def is_plain(self) -> bool:
        """Whether a request means it by its address alone."""
        return self.is_whole and self.variant({}, {}) is not None

    def plain_question(self, as_of: date | None = None) -> Question:
        """The question of a request that says nothing besides the address, and perhaps a day."""
        return Question(values={} if as_of is None else {AS_OF.name: as_of}, variant=self.variant({}, {}) or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A row of the table: a client's format for documents about the catalog, and for errors."""

    name: str
    """Its name; letters and hyphens only."""
    client: str = ""
    """The programs that read it, in words."""
    documents: tuple[Document, ...] = ()
    """Its documents; the first is the one that ``llmanac export`` writes, where a request means it without more."""
    encode_error: Callable[[ErrorResponse], bytes] = encode_error
    """Encodes an error at its addresses, except one about the request's HTTP itself: that is in the contract's
    envelope, since it is refused before there is a path."""
    media_type: str = "application/json"
    """The media type of its errors, and of its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueriedDialect(Dialect):
    """A dialect with a list that takes the catalog's queries; editions keep its entries encoded."""

    path: str
    """The path of its list."""
    schema: QuerySchema = SCHEMA
    """The parameters of its list: the catalog's, or ``SCHEMA.with_parameters`` for a dialect that has parameters of
    its own, or another default or maximum of ``limit``."""
    summary: str
    """The summary in the OpenAPI document, as ``description`` and ``document`` are for it."""
    description: str
    document: type
    """The dataclass of its list."""
    encode: Callable[[Offer, str], bytes]
    """Encodes an entry under this id. Editions keep entries encoded, so that a list only joins them."""
    envelope: Callable[[bytes, int], bytes]
    """Encodes the list from the entries of one page, joined by ``separator``, and the number of all matches."""
    change_id: Callable[[bytes, str, str], bytes] | None = None
    """Replaces the id of an encoded entry, the old by the new one; without it, the entry is encoded once more."""
    separator: bytes = b","


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document as it is sent."""

    body: bytes
    left_out: Mapping[str, int] = field(default_factory=dict)
    """The number of offers that are left out, by the reason."""


def documents_by_path(dialects: Iterable[Dialect]) -> dict[str, tuple[Document, ...]]:
    """The documents of dialects by their addresses, which several may share."""
    found: dict[str, tuple[Document, ...]] = {}
    for dialect in dialects:
        for document in dialect.documents:
            found[document.path] = (*found.get(document.path, ()), document)
    return found
