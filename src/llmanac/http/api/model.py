"""The base model and field types of requests and responses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from llmanac.http.parameters import FORMATS


class WireModel(BaseModel):
    """A model that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid")


def _only_text(value: Any) -> Any:
    """Refuses a number, which pydantic would take for seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("Input should be a day such as 2026-08-18")
    return value


Day = Annotated[date, FORMATS[date], BeforeValidator(_only_text)]
"""A day, as YYYY-MM-DD."""


def _only_time(value: Any) -> Any:
    """Refuses a number, which pydantic would take for seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("Input should be a time such as 2026-08-18T09:30:00Z")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_only_time)]
"""A time with its offset from UTC, as 2026-08-18T09:30:00Z."""

Amount = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$", examples=["0.000125"])]
"""A decimal number as a string, exact to its last digit."""
