"""Errors as dialects encode them: the contract's envelope, alone or with the object that other clients look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from llmanac.errors import ParameterFault


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


def encode_error(error: ErrorResponse) -> bytes:
    """The contract's error envelope."""
    return orjson.dumps(_envelope(error))


def encode_error_with_object(error: ErrorResponse) -> bytes:
    """The envelope, and beside it the object ``error`` in which clients of OpenAI's kind look for a message."""
    named = {"code": error.code, "message": error.detail, "type": error.type, "param": _parameter(error)}
    return orjson.dumps({**_envelope(error), "error": named})


def _envelope(error: ErrorResponse) -> dict[str, Any]:
    errors = [{"loc": fault.loc, "msg": fault.msg, "type": fault.type} for fault in error.faults] or None
    return {"code": error.code, "detail": error.detail, "type": error.type, "errors": errors}


def _parameter(error: ErrorResponse) -> str | None:
    """The name of the first parameter that is at fault."""
    return str(error.faults[0].loc[-1]) if error.faults else None
