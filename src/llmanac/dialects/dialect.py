"""A dialect: a client's format for the catalog's list and for errors, and the path of its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from llmanac.domain.records import Offer
from llmanac.errors import ParameterFault
from llmanac.search.query.schema import SCHEMA, QuerySchema


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An error, as a dialect encodes it."""

    code: int
    """The HTTP status."""
    detail: str
    """The message for people: what was wrong, and what would be right."""
    type: str
    """The type for programs: one of those in ``errors``."""
    faults: tuple[ParameterFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A row of the table: how a client's format encodes the list and errors."""

    name: str
    """The name of its encoded entries in the file of an edition; letters only."""
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
    encode_error: Callable[[ErrorResponse], bytes]
    """Encodes an error at its path, except one about the request's HTTP itself: that is in the contract's envelope,
    since it is refused before there is a path."""
    change_id: Callable[[bytes, str, str], bytes] | None = None
    """Replaces the id of an encoded entry, the old by the new one; without it, the entry is encoded once more."""
    separator: bytes = b","
    media_type: str = "application/json"
