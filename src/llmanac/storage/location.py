"""The name of the database's file in a data directory; cheap to import, for callers that only look for it."""

from __future__ import annotations

FILE_NAME = "llmanac.db"
