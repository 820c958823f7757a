"""Options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option(file_okay=False, help="Directory of the database.", show_default="the user's data directory"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]
Url = Annotated[
    str | None,
    typer.Option(help="Ask this server instead of the catalog on this machine.", show_default="LLMANAC_URL"),
]


def day(text: str) -> date:
    """Parse the day of an option, YYYY-MM-DD. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a day such as 2026-08-18.") from None
