"""The catalog's parameters as HTTP knows them, derived from ``search.query.PARAMETERS``.

FastAPI documents and validates with the same model that the fast path uses, so both accept and
mean the same.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model
from starlette.requests import Request

from llmanac.errors import InvalidRequest
from llmanac.search.query import PARAMETERS, Parameter, Query, parse_query

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

MAX_FIELDS = 100
"""More fields than this in one query string are refused before they are looked at."""


def _plain_integer(value: Any) -> Any:
    """Refuses what Python reads as an integer and no other language does: 1_000, 20.0, spaces."""
    if isinstance(value, str) and not (value.isascii() and value.removeprefix("-").isdecimal()):
        raise ValueError("Input should be a whole number such as 20")
    return value


def _plain_number(value: Any) -> Any:
    if isinstance(value, str) and ("_" in value or not value.isascii() or value != value.strip()):
        raise ValueError("Input should be a number such as 2.5")
    return value


def _plain_day(value: Any) -> Any:
    """Refuses what pydantic takes for a day besides: seconds since 1970, and moments."""
    if isinstance(value, str) and not DAY.fullmatch(value):
        raise ValueError("Input should be a day such as 2026-08-18")
    return value


SPELLINGS: dict[type, Any] = {
    int: BeforeValidator(_plain_integer),
    float: BeforeValidator(_plain_number),
    date: BeforeValidator(_plain_day),
}
"""How numbers and days may be written, stricter than pydantic."""


def field_of(parameter: Parameter) -> tuple[Any, Any]:
    """A parameter as a field of a pydantic model."""
    kind: Any = Literal[parameter.choices] if parameter.choices else parameter.type
    bounds: dict[str, Any] = {"ge": parameter.minimum, "le": parameter.maximum, "max_length": parameter.max_length}
    if parameter.type is float:
        bounds["allow_inf_nan"] = False
    if bounds := {name: bound for name, bound in bounds.items() if bound is not None}:
        kind = Annotated[kind, Field(**bounds)]
    if spelling := SPELLINGS.get(parameter.type):
        # Outermost, so that the bounds stay in the schema.
        kind = Annotated[kind, spelling]
    if parameter.repeated:
        kind = list[kind]
    if parameter.default is None:
        kind = kind | None
    return kind, Field(parameter.default, title=parameter.title, description=parameter.description)


_FIELDS: dict[str, Any] = {parameter.name: field_of(parameter) for parameter in PARAMETERS}

CatalogParameters = create_model("CatalogParameters", __config__=ConfigDict(frozen=True), **_FIELDS)
"""Each parameter valid by itself; ``question`` says what they mean together."""

NAMES = frozenset(parameter.name for parameter in PARAMETERS)
REPEATED = frozenset(parameter.name for parameter in PARAMETERS if parameter.repeated)

_validate = CatalogParameters.__pydantic_validator__.validate_python


def read(query_string: bytes) -> Query:
    """The Query of a raw query string.

    Raises InvalidRequest for an unknown or repeated name, bad encoding or a contradiction, and
    pydantic's ValidationError for a value that does not parse or is out of bounds.
    """
    fields = split(query_string)
    values: dict[str, Any] = {}
    for name, value in fields:
        if name in REPEATED:
            values.setdefault(name, []).append(value)
        elif name in NAMES and name not in values:
            values[name] = value
        else:
            check_names(fields)  # says which is wrong
    return question(_validate(values))


def question(parameters: BaseModel) -> Query:
    """What valid parameters mean together."""
    return parse_query(**parameters.__dict__)


def split(query_string: bytes) -> list[tuple[str, str]]:
    """The fields of a query string, percent-decoded; refuses bytes that are not UTF-8, and floods."""
    try:
        return parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeDecodeError:
        raise InvalidRequest("The query string is not percent-encoded UTF-8.") from None
    except ValueError:
        raise InvalidRequest(f"The query string has more than {MAX_FIELDS} fields.") from None


def check_names(
    fields: list[tuple[str, str]], known: Collection[str] = NAMES, repeated: Collection[str] = REPEATED
) -> None:
    """Refuses names that are not known, and single-valued ones given twice."""
    for name, times in Counter(name for name, _ in fields).items():
        if name not in known:
            near = difflib.get_close_matches(name[:80].lower(), sorted(known), n=1, cutoff=0)
            hint = f"; the nearest known one is {near[0]!r}" if near else "; there are none here"
            raise InvalidRequest(f"Unknown parameter {name[:80]!r}{hint}.")
        if times > 1 and name not in repeated:
            raise InvalidRequest(f"The parameter {name!r} was given {times} times; it takes one value.")


def require_known_names(request: Request) -> None:
    """A dependency of FastAPI's routes: what pydantic does not look at."""
    check_names(split(request.scope["query_string"]))
