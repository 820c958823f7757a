"""The composition root: settings become stores, stores become services.

Nothing else that a server runs imports storage; ``standalone`` does, for what needs no database.
"""

from llmanac.bootstrap.commands import open_archive, open_refresher, open_served_edition, open_tokens
from llmanac.bootstrap.database import describe_database
from llmanac.bootstrap.server import Running, prepare, run

__all__ = [
    "Running",
    "describe_database",
    "open_archive",
    "open_refresher",
    "open_served_edition",
    "open_tokens",
    "prepare",
    "run",
]
