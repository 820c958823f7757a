"""Typer commands that are imported when they are called, so that ``--help`` and light commands start fast."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command, and the module that defines it: as ``app``, or as a function with the command's name."""

    name: str
    module: str
    help: str


class LazyGroup(TyperGroup):
    """A group of the commands in ``entries``, in their order."""

    entries: tuple[CommandEntry, ...] = ()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- the interface of a group
        return [entry.name for entry in self.entries]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- the interface of a group
        return next((LazyCommand(entry) for entry in self.entries if entry.name == cmd_name), None)


class LazyCommand(TyperCommand):
    """A placeholder for a command in lists; imports the command when its arguments are parsed."""

    def __init__(self, entry: CommandEntry) -> None:
        super().__init__(entry.name, help=entry.help)
        self._entry = entry

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        return self._load().make_context(info_name, args, parent=parent, **extra)

    def _load(self) -> Any:
        with collections_put_off():
            module = import_module(self._entry.module)
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer()
            app.command()(getattr(module, self._entry.name))
        command: Any = typer.main.get_command(app)
        command.help = self._entry.help
        return command


@contextmanager
def collections_put_off() -> Iterator[None]:
    """Put off garbage collections: an import leaves next to nothing to collect, and each would scan all of it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
