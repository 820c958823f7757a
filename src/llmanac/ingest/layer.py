"""What one feed claims: its records, and an account of everything in it that was not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Reject:
    """A record, or a field of one, that was left out."""

    where: str
    """``provider/model``, or ``provider/model: field``."""
    reason: str
    """What was found, and what would have been right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Generic[Record]):
    """The decoded content of one feed."""

    source: str
    records: tuple[Record, ...]
    size: int
    """The number of models in it."""
    rejects: tuple[Reject, ...] = ()
    unknown_keys: Mapping[str, int]
    """Dotted path of each key that the decoder does not know, and how often it was seen."""
    sha256: str
    """Of the uncompressed bytes."""
