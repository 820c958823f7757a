"""Adds options to the signature of a command for typer: shared ones, or those derived from a table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

Command = Callable[..., None]


def option(name: str, kind: Any, default: Any = None) -> inspect.Parameter:
    """A keyword parameter that typer reads as an option; ``kind`` is Annotated with a typer.Option."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def replacing(
    name: str, options: Iterable[inspect.Parameter], make: Callable[..., Any]
) -> Callable[[Command], Command]:
    """Decorates a command: these options replace its parameter ``name``, whose value is ``make(**values)`` of them."""
    added = tuple(options)

    def decorate(function: Command) -> Command:
        def command(**values: Any) -> None:
            taken = {parameter.name: values.pop(parameter.name, parameter.default) for parameter in added}
            function(**values, **{name: make(**taken)})

        own = inspect.signature(function, eval_str=True).parameters.values()
        kept = [it.replace(kind=inspect.Parameter.KEYWORD_ONLY) for it in own if it.name != name]
        parameters = [*kept, *added]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # -- inspect.signature reads it
        command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        command.__name__ = function.__name__
        return command

    return decorate
