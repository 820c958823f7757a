"""The time of a model's release, as formats want it that have no word for an unknown one."""

from __future__ import annotations

from datetime import UTC, datetime

from llmanac.domain.dates import day_of

UNKNOWN_TIME = 0
"""The time of a model whose release date is unknown."""


def unix_time(day: str | None) -> int:
    """The beginning of a day or month, in seconds since 1970."""
    return UNKNOWN_TIME if day is None else int(datetime.combine(day_of(day), datetime.min.time(), UTC).timestamp())
