"""Resources: documents of a kind and a name, each version of which has the number of the change that wrote it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ResourceKind(StrEnum):
    """The kinds of documents that are kept."""

    OVERLAY = "overlay"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A document as it is now."""

    kind: ResourceKind
    name: str
    version: int
    """The number of the change that wrote it; changes of all resources are counted together, and never anew."""
    content: str
    """The document, as JSON."""
    created_at: datetime
    created_by: str
    """The name of the token or the person."""
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceVersion:
    """A version of a document, which may have been replaced since."""

    version: int
    content: str | None
    """The document, as JSON; None where this change deleted it."""
    at: datetime
    author: str
    """The name of the token or the person."""

    @property
    def document(self) -> dict[str, Any] | None:
        """The document, parsed."""
        parsed: dict[str, Any] | None = json.loads(self.content) if self.content is not None else None
        return parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceWrite:
    """A document to be written or deleted, if it is as its writer believes."""

    kind: ResourceKind
    name: str
    content: str | None
    """None deletes it."""
    expected: int | None = None
    """The version that it has to have; ABSENT where there must be none of the name; None for whichever."""


ABSENT = 0
"""The version of a resource that does not exist."""
