"""Standing of base models, by which a list without a query is ordered: popularity times recency, the newer first.

Hosts take some weeks to add a model and years to drop one, so that popularity alone puts what was current last year
before what is current now. The newest of a line therefore stands at least as high as all that it replaces, if it is
carried widely enough to be more than a side variant.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from llmanac.domain.dates import day_of

HALF_LIFE_DAYS = 180
"""Days in which recency halves."""
RECENCY_FLOOR = 0.5
"""Recency below which no model falls that enough hosts carry."""
SIDE_VARIANT = 0.25
"""Share of the hosts of the widest of its line that a model needs to be no side variant."""
ARRIVAL_DAYS = 60
"""Days after its release for which hosts are still adding a model."""
ARRIVAL_SHARE = 0.02
"""Share of neutral hosts from which a model at its lab's own host has arrived."""

RENEWED = re.compile(r"(?<![a-z0-9.])[vkmr]?\d+(?:\.\d+)*[bt]?(?=-|$)|(?<=^[a-z]{2})\d+(?=-|$)|-preview$")
"""The parts of a name that change within a line, versions and sizes: 4.5, v4.1, k3, hy3, 2512, 70b; but not 4o, o3."""
VERSION = re.compile(r"(?<![a-z0-9.])[vkmr]?(\d{1,2}(?:\.\d+)?)(?=-|$)")
"""The version in a name, and neither a size nor a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedModel:
    """A base model, with what its standing depends on."""

    base: str
    lab: str | None
    released: str | None
    popularity: float
    at_its_lab: bool
    """True if a host of its lab's own lists it."""


def standings(models: Iterable[CarriedModel], *, today: date) -> dict[str, float]:
    """The standing of each base model, 0 to 1; of a line, the newest are never below the older ones that they replace.

    Models without a date count as new.
    """
    lines: defaultdict[tuple[str | None, str], list[CarriedModel]] = defaultdict(list)
    for model in models:
        lines[model.lab, line_of(model.base)].append(model)
    found: dict[str, float] = {}
    for line in lines.values():
        widest = max(model.popularity for model in line)
        best, most = 0.0, 0.0
        for model in sorted(line, key=lambda it: (-age_of(it.released, today), version_of(it.base), it.base)):
            age, popularity = age_of(model.released, today), model.popularity
            has_arrived = age <= ARRIVAL_DAYS and model.at_its_lab and popularity >= ARRIVAL_SHARE
            standing = popularity * recency(age)
            if has_arrived:
                standing = max(popularity, most) * recency(age)
            if has_arrived or popularity >= SIDE_VARIANT * widest:
                standing = max(standing, best)
            found[model.base] = standing
            best, most = max(best, standing), max(most, popularity)
    return found


def line_of(base: str) -> str:
    """The name under which a lab renews a model, without version and size: claude-opus, gpt-mini, qwen-max."""
    return re.sub(r"-{2,}", "-", RENEWED.sub("", base)).strip("-")


def version_of(base: str) -> float:
    """The version in the key of a base model; 0 where there is none."""
    version = VERSION.search(base)
    return float(version[1]) if version else 0.0


def age_of(released: str | None, today: date) -> int:
    """Days since a release; a month counts from its first day, an unknown or future date as today."""
    return 0 if released is None else max(0, (today - day_of(released)).days)


def recency(age: int, *, floor: float = RECENCY_FLOOR) -> float:
    """The weight of a model that is so many days old: 1 when new, halved with each half-life, not below the floor."""
    return max(floor, math.exp2(-age / HALF_LIFE_DAYS))
