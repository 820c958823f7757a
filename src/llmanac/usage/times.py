"""Times of requests, as logs write them: ISO 8601, or seconds or milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.usage.record import NotPricedReason, UsageFault

MILLISECONDS_FROM = 1e11
"""A number from here on counts milliseconds: as seconds, it would be in the year 5138."""


def read_time(value: object, zone: tzinfo | None = None) -> datetime:
    """The time of a request, in UTC; ``zone`` is that of times that state none. Raises UsageFault."""
    if value.__class__ is str:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise _bad(value) from None
        if at.tzinfo is UTC:
            return at
        if at.tzinfo is None:
            if zone is None:
                raise UsageFault(
                    NotPricedReason.NO_ZONE, f"{value!r} has no offset from UTC; the time zone of the log says which."
                )
            at = at.replace(tzinfo=zone)
        try:
            return at.astimezone(UTC)
        except OverflowError:
            raise _bad(value) from None
    if value is None:
        raise UsageFault(NotPricedReason.NO_TIME, "There is no time.")
    if value.__class__ not in (int, float):
        raise _bad(value)
    try:
        return datetime.fromtimestamp(value / 1000 if value >= MILLISECONDS_FROM else value, UTC)
    except (OverflowError, ValueError, OSError):
        raise _bad(value) from None


def zone_of(name: str) -> tzinfo:
    """The time zone with an IANA name. Raises InvalidParameters."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        message = f"{name[:40]!r} is no time zone such as Europe/Berlin or UTC"
        raise InvalidParameters(
            f"{message}.", faults=(ParameterFault(("timezone",), message, "value_error"),)
        ) from None


def _bad(value: object) -> UsageFault:
    return UsageFault(NotPricedReason.BAD_TIME, f"{str(value)[:40]!r} is no time such as 2026-08-18T09:30:00Z.")
