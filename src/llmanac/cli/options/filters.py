"""The catalog's filters as options, derived from the table of parameters: a new one appears by itself.

Options are texts, read by the parser that HTTP's parameters go through, so both accept the same values and refuse the
others in the same words.
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
"""Values of parameters by name; those that were not given are left out."""

METAVARS = {str: "TEXT", int: "INTEGER", float: "NUMBER", date: "YYYY-MM-DD"}


def option_of(parameter: Parameter) -> inspect.Parameter:
    """A parameter of the catalog as an option of the command line."""
    flag = f"--{parameter.name.replace('_', '-')}"
    if parameter.type is bool:
        # What is no by itself can only be switched on.
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
    """A command takes the catalog's filters as its parameter ``filters``; where it is ``paged``, order and page too."""
    chosen = (schema or (SCHEMA if paged else FILTER_SCHEMA)).without(without)

    def read(**given: Any) -> Filters:
        return chosen.read([(name, text) for name, value in given.items() for text in _texts(value)])

    return replacing("filters", [option_of(parameter) for parameter in chosen.parameters], read)


def _texts(value: Any) -> list[str]:
    """What an option was given, as texts; a flag is true or false."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    return [str(value).lower() if isinstance(value, bool) else value]
