"""The composition root: settings become stores, stores become services.

Nothing else that a server runs imports storage; ``database`` opens what they stand on, and ``standalone`` does without.
A name is imported when it is first used: a command composes a part of what a server does, and starts in half the time.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmanac.bootstrap.commands import (
        open_archive,
        open_overlays,
        open_policies,
        open_refresher,
        open_tokens,
    )
    from llmanac.bootstrap.served import open_served_edition
    from llmanac.bootstrap.server import Running, prepare, run

__all__ = [
    "Running",
    "open_archive",
    "open_overlays",
    "open_policies",
    "open_refresher",
    "open_served_edition",
    "open_tokens",
    "prepare",
    "run",
]

_MODULES = {"Running": "server", "open_served_edition": "served", "prepare": "server", "run": "server"}
"""The modules of the names that ``commands`` does not have."""

if not TYPE_CHECKING:  # a type checker is to see the imports above, and no other names

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = _MODULES.get(name, "commands")
        value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
        return value
