"""Query parameters on HTTP: parsing of query strings, documentation for OpenAPI, and their values in JSON.

The catalog's are parsed by the ``schema`` of the dialect, on the fast path and in the framework's routes alike, so
that both accept and refuse the same, in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from llmanac.errors import InvalidRequest
from llmanac.search.query.parameter import READERS, TAKES, InvalidValue, Parameter
from llmanac.search.query.query import Query
from llmanac.search.query.schema import SCHEMA, QuerySchema

MAX_FIELDS = 100
"""The most fields in one query string; more are refused before any is parsed."""


def parse(query_string: bytes, schema: QuerySchema = SCHEMA) -> Query:
    """The Query of a raw query string. Raises InvalidRequest and InvalidParameters, as ``QuerySchema.parse`` does."""
    return schema.parse(split(query_string))


def split(query_string: bytes) -> list[tuple[str, str]]:
    """The fields of a query string, percent-decoded. Raises InvalidRequest for bytes that are not UTF-8, and floods."""
    try:
        return parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except UnicodeDecodeError:
        raise InvalidRequest("The query string is not percent-encoded UTF-8.") from None
    except ValueError:
        raise InvalidRequest(f"The query string has more than {MAX_FIELDS} fields.") from None


JSON_TYPES: dict[type, dict[str, str]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}


def document(parameters: Iterable[Parameter]) -> dict[str, Any]:
    """Document the parameters of an operation, for FastAPI's ``openapi_extra``."""
    return {
        "parameters": [
            {
                "name": parameter.name,
                "in": "query",
                "required": False,
                "schema": {
                    **json_schema(parameter),
                    "title": title_of(parameter),
                    "description": parameter.description,
                    **({} if parameter.default is None else {"default": parameter.default}),
                },
                "description": parameter.description,
            }
            for parameter in parameters
        ]
    }


def title_of(parameter: Parameter) -> str:
    """A parameter's title in the OpenAPI document."""
    return parameter.title or parameter.name.replace("_", " ").title()


def json_schema(parameter: Parameter) -> dict[str, Any]:
    """A parameter's type and bounds as JSON Schema; null is allowed where it has no default."""
    bounds = {
        "enum": list(parameter.choices) or None,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "maxLength": parameter.max_length,
    }
    schema: dict[str, Any] = {
        **JSON_TYPES[parameter.type],
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }
    if parameter.repeated:
        schema = {"type": "array", "items": schema}
    return schema if parameter.default is not None else {"anyOf": [schema, {"type": "null"}]}


def json_field(parameter: Parameter) -> tuple[Any, Any]:
    """A parameter as a field of a pydantic model, whose JSON value is accepted and refused as its text would be."""
    kind = Annotated[Any, PlainValidator(partial(_read_json, parameter)), WithJsonSchema(json_schema(parameter))]
    return kind, Field(parameter.default, title=title_of(parameter), description=parameter.description)


def _read_json(parameter: Parameter, value: Any) -> Any:
    if value is None and parameter.default is None:
        return None
    try:
        if parameter.repeated:
            return [parameter.read(_text(parameter, item)) for item in _items(value)]
        return parameter.read(_text(parameter, value))
    except InvalidValue as error:
        takes = f"a list, of {parameter.takes} each" if parameter.repeated else parameter.takes
        raise PydanticCustomError(error.kind, "Input should be {takes}", {"takes": takes}) from None


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidValue("list_type")
    return value


def _text(parameter: Parameter, value: Any) -> str:
    """A JSON value as text of a query string; 20.0 is a whole number too."""
    match value:
        case str():
            return value
        case bool() if parameter.type is not str:
            return str(value).lower()
        case float() if parameter.type is int and value.is_integer():
            return str(int(value))
        case int() | float() if parameter.type is not str:
            return str(value)
        case _:
            raise InvalidValue(f"{parameter.type.__name__}_type")


def _format_validator(kind: type) -> BeforeValidator:
    """A validator that refuses texts which pydantic would accept, but the catalog's parameters would not."""

    def check(value: Any) -> Any:
        if isinstance(value, str):
            try:
                READERS[kind](value)
            except ValueError:
                raise ValueError(f"Input should be {TAKES[kind]}") from None
        return value

    return BeforeValidator(check)


FORMATS: dict[type, Any] = {kind: _format_validator(kind) for kind in (int, date)}
"""Validators for numbers and days of other endpoints, as strict as the catalog's parameters."""
