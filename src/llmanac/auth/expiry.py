"""Parses the expiry of a token as a person writes it: ``30d``, ``12h``, ``2026-12-31``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from llmanac.errors import InvalidParameters, ParameterFault

LONGEST = timedelta(days=3650)

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_SPAN = re.compile(r"([0-9]{1,7})([mhdw])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_expiry(text: str, *, now: datetime) -> datetime:
    """The first moment, in UTC, at which a token with this expiry is no longer good.

    A span counts from ``now``; a date is the last day on which the token works, in UTC.
    Raises InvalidParameters for anything else, for a time in the past, and for more than ten years from now.
    """
    end = _end(text.strip().lower(), now)
    if end <= now:
        raise _refusal(f"The expiry {text!r} is over already.")
    if end - now > LONGEST:
        raise _refusal(f"The expiry {text!r} is more than ten years away; leave it out for a token without end.")
    return end


def _end(text: str, now: datetime) -> datetime:
    if span := _SPAN.fullmatch(text):
        # Capped, since adding a span of millions of weeks would overflow; the caller then refuses it as too long.
        length = int(span[1]) * _UNITS[span[2]]
        return now + min(length, LONGEST + timedelta(days=1))
    if _DAY.fullmatch(text):
        try:
            last_day = date.fromisoformat(text)
            return datetime.combine(last_day, time(), UTC) + timedelta(days=1)
        except (ValueError, OverflowError):
            raise _refusal(f"The expiry {text!r} is not a day of the calendar.") from None
    raise _refusal(f"The expiry {text!r} is neither a span such as 30d, 12h, 90m or 4w nor a date such as 2026-12-31.")


def _refusal(detail: str) -> InvalidParameters:
    return InvalidParameters(detail, faults=(ParameterFault(("expires",), detail, "value_error"),))
