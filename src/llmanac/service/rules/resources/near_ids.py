"""Hints at the ids that a rule may mean which is about no offer."""

from __future__ import annotations

from collections.abc import Sequence

from llmanac.domain.naming import fold
from llmanac.service.editions.edition import Edition


def near_ids(patterns: Sequence[str], edition: Edition) -> str:
    """What to add to a sentence about a rule with these ids and globs; empty where nothing is near."""
    plain = [it for it in patterns if not set(it) & set("*?")]
    if not plain:
        return ""
    near = edition.services.resolver.nearest(fold(plain[0]))
    return f"; {plain[0]!r} is not listed, the nearest is {near[0].id}" if near else ""
