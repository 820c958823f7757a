"""Usage records: one request of a usage log each, in one form for all vendors; and why a line has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

STANDARD = "standard"
"""The service of a request that names no other."""
BATCH = "batch"


class NotPricedReason(StrEnum):
    """The reason that a line is not priced."""

    UNREADABLE = "unreadable"
    """It is no JSON object in UTF-8, or no row of the CSV."""
    TRUNCATED = "truncated"
    """The file ends in the middle of it."""
    TOO_LONG = "too_long"
    UNKNOWN_SHAPE = "unknown_shape"
    """It reports usage in no known shape, or none."""
    NO_MODEL = "no_model"
    UNKNOWN_MODEL = "unknown_model"
    """No offer has the id, or more than one may be meant, or it was not listed on that day."""
    DISALLOWED = "disallowed"
    """A policy hides the model from who asks."""
    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    NO_ZONE = "no_zone"
    """Its time has no offset from UTC."""
    BEFORE_HISTORY = "before_history"
    """Its time is before the first day of which prices are known."""
    IN_FUTURE = "in_future"
    MISSING_COUNT = "missing_count"
    BAD_COUNT = "bad_count"
    """A number of tokens is negative, or no whole number."""
    HUGE_COUNT = "huge_count"
    """A number of tokens is larger than any request has."""
    CONTRADICTORY_COUNTS = "contradictory_counts"
    """Parts exceed their whole, or a sum is not that of its parts."""
    UNKNOWN_PRICE = "unknown_price"
    """No source knows the price of what was used on that day."""
    UNKNOWN_SERVICE = "unknown_service"
    """No source knows the price of the service that it was served by."""
    EXCEEDS_CONTEXT = "exceeds_context"
    """The prompt is larger than the model takes, so these are totals of several, and the price depends on each size."""
    NOT_CHARGED = "not_charged"
    """The vendor did not serve it: a gateway answered from its own cache, or the request failed."""
    OWN_KEY = "own_key"
    """It was paid to another host, with a key of one's own."""


class NotPriced(NamedTuple):
    """A line that is not priced, and the reason."""

    reason: NotPricedReason
    detail: str
    """The fault, as a sentence."""


class UsageFault(Exception):
    """A line that cannot be priced as it is."""

    def __init__(self, reason: NotPricedReason, detail: str) -> None:
        super().__init__(detail)
        self.why = NotPriced(reason, detail)


class Skipped(StrEnum):
    """The reason that a line counts for nothing."""

    OTHER = "other"
    """It is one of the format's lines that report no usage."""
    REPEATED = "repeated"
    """It repeats a request that is counted once."""


class UsageCounts(NamedTuple):
    """The tokens of one request, by the fields of ``domain.usage.Usage``; a tuple, since there is one for each line.

    ``input`` and ``output`` are wholes, the others parts of them.
    """

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    cache_write_12h: int = 0
    input_audio: int = 0
    input_image: int = 0
    output: int = 0
    reasoning: int = 0
    output_audio: int = 0
    output_image: int = 0


Extras: TypeAlias = tuple[tuple[str, int], ...]
"""What was used besides tokens, or is not charged apart: names and quantities."""


class UsageReading(NamedTuple):
    """A usage object as read by its shape."""

    counts: UsageCounts
    service: str = STANDARD
    extras: Extras = ()


class UsageRecord(NamedTuple):
    """One request of a usage log."""

    model: str
    """The model's id, as the log spells it."""
    host: str | None
    """The host that the log names; None where it names none."""
    is_sure: bool
    """Whether no other host can be meant, whatever the id says."""
    at: datetime
    """The time of the request, in UTC."""
    reading: UsageReading
    shape: str
    """The name of the usage shape, or of the log's format."""
    fields: Mapping[str, Any]
    """The line itself; from the reader, its ``OwnFields``."""


@dataclass(frozen=True, slots=True)
class HostHint:
    """The host that a shape implies."""

    name: str
    is_sure: bool = False
    """Whether no other host can be meant, whatever the id says."""


Outcome: TypeAlias = UsageRecord | NotPriced | Skipped
