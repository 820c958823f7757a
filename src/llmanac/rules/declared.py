"""The ground of all documents that people declare: frozen parts without unknown keys, and their texts."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from llmanac.domain.records import MAX_NAME_LENGTH

NAME = r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$"
"""The name of an overlay or a policy: it stands in addresses and in files."""


class Declared(BaseModel):
    """The base of all parts of a document: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def printable(text: str) -> str:
    """A text without outer space. Raises ValueError for an empty one, and for control characters."""
    if not text.strip() or not text.replace("\n", "").isprintable():
        raise ValueError("Input should be a text of printable characters")
    return text.strip()


def listed(value: Any) -> Any:
    """A single text as a list of one, as TOML and JSON are written by hand."""
    return (value,) if isinstance(value, str) else value


ResourceName = Annotated[str, Field(pattern=NAME, description="Lower-case letters, digits, and `.`, `_`, `-` between")]
ShortText = Annotated[str, Field(max_length=MAX_NAME_LENGTH), AfterValidator(printable)]
LongText = Annotated[str, Field(max_length=4000), AfterValidator(printable)]
Texts = Annotated[tuple[ShortText, ...], BeforeValidator(listed), Field(max_length=100)]
