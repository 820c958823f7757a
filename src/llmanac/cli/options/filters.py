"""The catalog's filters as options, derived from ``search.query.PARAMETERS``: a new one appears by itself."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

import typer

from llmanac.cli.options.shared import day
from llmanac.cli.options.typer_signature import Command, option, replacing
from llmanac.search.query import PARAMETERS, PRESENTATION, Parameter

Filters = dict[str, Any]
"""Values of PARAMETERS by name; those that were not given are left out."""


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise typer.BadParameter(f"{text!r} is not a number such as 2.5.")
    return number


def option_of(parameter: Parameter) -> inspect.Parameter:
    """A parameter of the catalog as an option of the command line."""
    settings: dict[str, Any] = {"help": f"{parameter.description}."}
    kind: Any = Literal[parameter.choices] if parameter.choices else parameter.type
    flag = f"--{parameter.name.replace('_', '-')}"
    flags = [flag]
    if parameter.type is bool:
        # What is no by itself can only be switched on.
        flags = [flag] if parameter.default is False else [f"{flag}/--no{flag[1:]}"]
    elif parameter.type is float:
        settings |= {"parser": _number, "metavar": "NUMBER"}
    elif parameter.type is date:
        settings |= {"parser": day, "metavar": "YYYY-MM-DD"}
    elif parameter.type is int:
        settings |= {"min": parameter.minimum, "max": parameter.maximum}
    if parameter.default is False:
        return option(parameter.name, Annotated[bool, typer.Option(*flags, **settings)], False)
    kind = list[kind] if parameter.repeated else kind
    return option(parameter.name, Annotated[kind | None, typer.Option(*flags, **settings)])


def filtered(*, without: frozenset[str] = frozenset(), paged: bool = False) -> Callable[[Command], Command]:
    """A command takes the catalog's filters as its parameter ``filters``; where it is ``paged``, order and page too."""
    chosen = [
        parameter
        for parameter in PARAMETERS
        if parameter.name not in without and (paged or parameter.name not in PRESENTATION)
    ]
    return replacing("filters", [option_of(parameter) for parameter in chosen], _given)


def _given(**values: Any) -> Filters:
    defaults = {parameter.name: parameter.default for parameter in PARAMETERS}
    return {name: value for name, value in values.items() if value != defaults[name] and value is not None}
