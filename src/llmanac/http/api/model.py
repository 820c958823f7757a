"""What the shapes on the wire have in common."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from llmanac.http.parameters import SPELLINGS


class WireModel(BaseModel):
    """Nothing but what is named; what a client sends besides is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


def _text(value: Any) -> Any:
    """Refuses a number, which pydantic would take for seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("Input should be a day such as 2026-08-18")
    return value


Day = Annotated[date, SPELLINGS[date], BeforeValidator(_text)]
"""YYYY-MM-DD."""

Amount = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$", examples=["0.000125"])]
"""A decimal number as a string, exact to its last digit."""
