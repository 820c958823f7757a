"""Where the database of an installation lies; light to import, for those who only ask whether there is one."""

from __future__ import annotations

from pathlib import Path

FILE_NAME = "llmanac.db"


def has_database(data_dir: Path) -> bool:
    """Whether a server or a command has made the database in this directory."""
    return (data_dir / FILE_NAME).exists()
