"""Options that several commands share, or that derive from a table, added to a command's signature for typer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

Command = Callable[..., None]


def option(name: str, kind: Any, default: Any = None) -> inspect.Parameter:
    """A parameter as typer reads one; ``kind`` is annotated with a typer.Option."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def replacing(
    name: str, options: Iterable[inspect.Parameter], make: Callable[..., Any]
) -> Callable[[Command], Command]:
    """A command takes these options in place of its parameter ``name``, which becomes what ``make`` makes of them."""
    added = tuple(options)

    def decorate(function: Command) -> Command:
        def command(**values: Any) -> None:
            given = {parameter.name: values.pop(parameter.name) for parameter in added}
            function(**values, **{name: make(**given)})

        own = inspect.signature(function, eval_str=True).parameters.values()
        kept = [it.replace(kind=inspect.Parameter.KEYWORD_ONLY) for it in own if it.name != name]
        parameters = [*kept, *added]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # -- it is how one is given
        command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        command.__name__ = function.__name__
        return command

    return decorate
