"""The composition root: settings become stores, stores become services.

Nothing else that a server runs imports storage; ``database`` opens what they stand on, and ``standalone`` does without.
"""

from llmanac.bootstrap.commands import (
    open_archive,
    open_overlays,
    open_policies,
    open_refresher,
    open_served_edition,
    open_tokens,
)
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
