"""A dialect: the format in which some client reads the catalog, and at which address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from llmanac.domain.records import Offer
from llmanac.errors import ParameterFault


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """An error, as every dialect has to tell it."""

    code: int
    """The HTTP status."""
    detail: str
    """What was wrong and what would be right, for people."""
    type: str
    """For programs: one of the types in ``errors``."""
    faults: tuple[ParameterFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One row of the table: how a client's format lists the catalog, and how it tells an error."""

    name: str
    """Names its encoded entries in the file of an edition; a word of letters."""
    path: str
    """The address of its list, which takes the catalog's parameters."""
    summary: str
    """For the OpenAPI document, as the next two are."""
    description: str
    document: type
    """The shape of its list."""
    encode: Callable[[Offer, str], bytes]
    """One entry under this id. Every edition keeps them encoded, so that a list only joins them."""
    envelope: Callable[[bytes, int], bytes]
    """The list: around the entries of one page, joined by ``separator``, and given how many match in all."""
    encode_error: Callable[[ErrorReply], bytes]
    """An error at its address, whoever found it."""
    separator: bytes = b","
    media_type: str = "application/json"
