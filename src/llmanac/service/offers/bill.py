"""A bill: what the requests of usage logs cost, by the prices of when they were made, and what could not be priced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from llmanac.domain.documented import ANSWER, Amount
from llmanac.usage.record import NotPricedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class BillGroup:
    """The requests that have the values of some fields in common."""

    __pydantic_config__ = ANSWER

    by: Mapping[str, str | None]
    """The values by the names of the fields; null where a line has none."""
    requests: int
    tokens: Mapping[str, int]
    """The tokens by kind, without zeros; ``input`` and ``output`` are wholes, the others parts of them."""
    total: Amount
    """USD."""
    instead: Amount | None
    """USD at the model of ``instead``; null without one, or where its price of any of it is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsteadTotal:
    """The cost of the same usage at another model."""

    __pydantic_config__ = ANSWER

    id: str
    total: Amount | None
    """USD; null where ``not_priced`` is not 0."""
    not_priced: int
    """The number of requests whose price there is unknown."""
    reason: str | None
    """The reason of the first of them; else null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPricedLines:
    """The number of lines that are not priced for one reason."""

    __pydantic_config__ = ANSWER

    reason: NotPricedReason
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPricedLine:
    """A line that is not priced."""

    __pydantic_config__ = ANSWER

    file: str | None
    """The name of its file; null for a single one."""
    line: int
    reason: NotPricedReason
    detail: str
    """The fault, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCountedUse:
    """Something that was used besides tokens, or is not charged apart, and is not part of the total."""

    __pydantic_config__ = ANSWER

    name: str
    """The vendor's name for it."""
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The cost of the requests of usage logs. Each line is in one of ``priced``, ``not_priced`` and ``skipped``."""

    __pydantic_config__ = ANSWER

    lines: int
    """The number of lines that are not blank; of CSV, of rows."""
    priced: int
    """The number of requests that the totals are of."""
    not_priced: int
    """The number of lines that are in no total, since something about them is unknown."""
    skipped: int
    """The number of lines that count for nothing: those of session files that report no usage, and repeated ones."""
    repeated: int
    """The number of those that repeat a request which is counted once."""
    total: Amount | None
    """USD of all that is priced; null where nothing is."""
    as_of: date | None
    """The day whose prices were taken for all; null where each has those of its own day."""
    shapes: Mapping[str, int]
    """The number of requests that were read, by the shape of their usage or the format of their log."""
    by: tuple[str, ...]
    """The fields that ``groups`` are by."""
    groups: tuple[BillGroup, ...]
    """The dearest first; those by day or month in the order of time."""
    instead: InsteadTotal | None
    not_counted: tuple[NotCountedUse, ...]
    """What may come on top: tools, and what some hosts charge more for."""
    reasons: tuple[NotPricedLines, ...]
    """Why lines are not priced, the most frequent reason first."""
    listed: tuple[NotPricedLine, ...]
    """The first lines that are not priced."""
