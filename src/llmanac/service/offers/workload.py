"""Workload: a number of requests of one kind, and when and how they are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from llmanac.domain.charges import EXACT
from llmanac.domain.pricing import Service
from llmanac.domain.usage import Usage
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.service.offers.rate_cards import STANDARD

BATCH = "batch"

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""The times that requests may have: near the ends of the calendar, hours in UTC and later days do not exist."""

MAX_REQUESTS = 10**9
MAX_BUDGET = 10**12
"""USD."""
BUDGET_DIGITS = 12
"""Decimal places of a budget."""
BUDGETS = f"more than 0 and at most {MAX_BUDGET:,} USD, with {BUDGET_DIGITS} decimal places at most"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A number of requests of one kind. Raises InvalidParameters where a number is out of bounds."""

    tokens: Usage
    """The tokens of each request."""
    requests: int = 1
    batch_share: Decimal = Decimal(0)
    """The part of the requests, 0 to 1, that can wait for a batch."""
    service: str = STANDARD
    """The service of the other requests: ``standard``, ``flex``, ``priority``, …"""
    at: datetime | None = None
    """The time of the requests, for hosts that have peak hours; None for now."""
    budget: Decimal | None = None
    """USD, of which an estimate says how many such requests it pays for."""

    def __post_init__(self) -> None:
        if not 1 <= self.requests <= MAX_REQUESTS:
            raise _out_of_bounds("requests", f"requests should be between 1 and {MAX_REQUESTS:,}")
        if not 0 <= self.batch_share <= 1:
            raise _out_of_bounds("batch_share", "batch_share should be between 0 and 1")
        if self.at is not None and self.at.utcoffset() is None:
            raise _out_of_bounds("at", "at should have an offset from UTC, as in 2026-11-27T09:30:00Z")
        if self.at is not None and not EARLIEST <= self.at < LATEST:
            raise _out_of_bounds("at", f"at should be between {EARLIEST.year} and {LATEST.year}")
        if self.budget is not None and not is_budget(self.budget):
            raise _out_of_bounds("budget", f"budget should be {BUDGETS}")

    def timed(self, now: datetime, *, as_of: date | None = None) -> Workload:
        """The workload with a time: its own, else the end of a past day, else now."""
        if self.at is not None:
            return self
        return replace(self, at=now if as_of is None else end_of(as_of))

    @property
    def parts(self) -> Iterator[tuple[str, Decimal]]:
        """The services of the requests, each with the number of requests that it serves; without empty ones."""
        requests = Decimal(self.requests)
        batched = EXACT.multiply(requests, self.batch_share)
        for service, number in ((self.service, EXACT.subtract(requests, batched)), (BATCH, batched)):
            if number:
                yield service, number


def end_of(day: date) -> datetime:
    """The last moment of a day, in UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def is_budget(amount: Decimal) -> bool:
    """Whether an amount is one of BUDGETS."""
    return amount.is_finite() and 0 < amount <= MAX_BUDGET and round(amount, BUDGET_DIGITS) == amount


def charged_by(service: str, services: Sequence[Service]) -> Sequence[Service]:
    """The services to charge a request by: the one that it asks for, where the host has it, then the standard one."""
    return (*(it for it in services[1:] if it.name == service), services[0])


def _out_of_bounds(name: str, message: str) -> InvalidParameters:
    return InvalidParameters(f"{message}.", faults=(ParameterFault((name,), message, "value_error"),))
