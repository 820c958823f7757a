"""History."""

# Written by `make client-schemas`.

from __future__ import annotations

from msgspec import Struct

from llmanac_client.schemas.shared import (
    ChangeSummary,
)


class ChangeList(Struct, frozen=True, kw_only=True):
    """Changes, newest first."""

    changes: tuple[ChangeSummary, ...]
    next: str | None
    """The cursor of the next page; null on the last."""
