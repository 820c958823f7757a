"""The catalog's filters as options, derived from the table of parameters, so a new one becomes an option automatically.

Options are parsed as query parameters are, so both accept the same values and refuse others with the same messages.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer

from llmanac.cli.options.typer_signature import Command, option, replacing
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.schema import FILTER_SCHEMA, SCHEMA, QuerySchema

Filters = dict[str, Any]
"""Parsed values of parameters, by name; those that were not given are absent."""

METAVARS = {str: "TEXT", int: "INTEGER", float: "NUMBER", date: "YYYY-MM-DD"}


def option_of(parameter: Parameter) -> inspect.Parameter:
    """Convert a parameter of the catalog to an option of the command line."""
    flag = f"--{parameter.name.replace('_', '-')}"
    if parameter.type is bool:
        # One that is false by default can only be switched on.
        flags = [flag] if parameter.default is False else [f"{flag}/--no{flag[1:]}"]
        return option(parameter.name, Annotated[bool | None, typer.Option(*flags, help=f"{parameter.description}.")])
    choices = list(parameter.choices)
    kind: Any = list[str] if parameter.repeated else str
    settings = typer.Option(
        flag,
        help=f"{parameter.description}{'' if parameter.minimum is None else f'; {parameter.takes}'}.",
        metavar=f"[{'|'.join(choices)}]" if choices else METAVARS[parameter.type],
        autocompletion=(lambda: choices) if choices else None,
    )
    return option(parameter.name, Annotated[kind | None, settings])


def filtered(
    *, without: frozenset[str] = frozenset(), paged: bool = False, schema: QuerySchema | None = None
) -> Callable[[Command], Command]:
    """Decorates a command: the catalog's filters become options, and arrive parsed as its parameter ``filters``.

    ``paged`` adds the options for order and page. Invalid values raise InvalidParameters or InvalidRequest.
    """
    chosen = (schema or (SCHEMA if paged else FILTER_SCHEMA)).without(without)

    def read(**values: Any) -> Filters:
        return chosen.read([(name, text) for name, value in values.items() for text in _texts(value)])

    return replacing("filters", [option_of(parameter) for parameter in chosen.parameters], read)


def _texts(value: Any) -> list[str]:
    """The value of an option as texts to parse; a flag becomes ``true`` or ``false``."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    return [str(value).lower() if isinstance(value, bool) else value]
