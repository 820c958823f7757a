"""Agrees on facts of a base model that hosts state differently: by the lab's own hosts, unless most others object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from llmanac.domain.dates import day_of

FEWEST_HOSTS = 5
"""Minimum number of hosts beside the lab's own whose majority counts against it."""
MOST_DAYS_APART = 90
"""Maximum number of days between the lab's date and the median of other hosts."""

Value = TypeVar("Value", str, bool)


@dataclass(frozen=True, slots=True)
class HostFact(Generic[Value]):
    """The value that a host states of a model; None where it states none."""

    value: Value | None
    is_own: bool
    """True if the host is one of the lab's own."""


def agree(stated: Sequence[HostFact[Value]]) -> Value | None:
    """The value that most of the lab's own hosts state, else most hosts; the smallest of equally frequent ones."""
    return _most_frequent(_values(stated, own=True) or _values(stated, own=False))


def agree_on_weights(stated: Sequence[HostFact[bool]]) -> bool | None:
    """Returns True if the weights are open: as the lab states, unless most of FEWEST_HOSTS or more other hosts object.

    None where neither the lab nor so many hosts speak: then each host's own word stands.
    """
    others = _values(stated, own=False)
    if len(others) >= FEWEST_HOSTS and 2 * others.count(True) != len(others):
        return 2 * others.count(True) > len(others)
    own = _values(stated, own=True)
    return own.count(True) >= own.count(False) if own else None


def agree_on_release(stated: Sequence[HostFact[str]]) -> str | None:
    """The date of release: the lab's, unless the median of at least FEWEST_HOSTS other hosts is far from it."""
    own, others = agree(stated), _values(stated, own=False)
    if own is None or len(others) < FEWEST_HOSTS:
        return own
    middle = sorted(others, key=day_of)[(len(others) - 1) // 2]
    return middle if abs((day_of(middle) - day_of(own)).days) > MOST_DAYS_APART else own


def _values(stated: Sequence[HostFact[Value]], *, own: bool) -> list[Value]:
    return [it.value for it in stated if it.value is not None and it.is_own is own]


def _most_frequent(values: Sequence[Value]) -> Value | None:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None
