"""The location of an installation's database; cheap to import, for callers that only check whether it exists."""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "llmanac.db"


def has_database(data_dir: Path) -> bool:
    """Whether a server or a command has created the database in this directory."""
    return (data_dir / FILE_NAME).exists()
