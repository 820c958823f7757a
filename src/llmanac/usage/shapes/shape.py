"""The usage shape of a vendor: how it is recognised, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from llmanac.usage.counts import Object
from llmanac.usage.record import HostHint, UsageReading


@dataclass(frozen=True, slots=True)
class UsageShape:
    """The form in which a vendor reports usage."""

    name: str
    label: str
    """The vendor and its API, for people."""
    recognises: Callable[[AbstractSet[str], AbstractSet[str]], bool]
    """Whether the keys of a response, and those of its usage object, are of this shape."""
    read: Callable[[Object, Object], UsageReading]
    """Reads a response and its usage object. Raises UsageFault."""
    host: HostHint | None = None
    """The host that the shape implies."""
