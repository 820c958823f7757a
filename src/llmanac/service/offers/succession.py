"""Succession: the line, size, region, mode and media that an offer must share with another to succeed it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from llmanac.domain.naming import fold, parameters_of, region_of
from llmanac.domain.records import Capability, Offer
from llmanac.search.index.lineage import lineage

STAGES = frozenset({"preview", "exp", "experimental", "beta", "latest", "it", "instruct"})
"""Words for a stage of a model, which is no line of its own: the model before it is released, or the newest."""

NAMED_OTHERWISE: Mapping[str, str] = {"gpt-3.5-turbo": "gpt-mini", "gpt-3.5-turbo-16k": "gpt-mini"}
"""Base models that belong to another line than their names say, by what their labs recommend in their place."""

CONTINUED: Mapping[str, str] = {
    "o": "gpt",
    "o-mini": "gpt-mini",
    "o-pro": "gpt-pro",
    "gpt-turbo": "gpt",
    "gpt-chat": "gpt",
    "gpt": "gpt-sol",
    "gpt-mini": "gpt-luna",
    "claude": "claude-sonnet",
    "claude-instant": "claude-haiku",
    "command-r": "command-a",
    "command-r-plus": "command-a-plus",
    "deepseek-r": "deepseek-pro",
    "deepseek": "deepseek-pro",
    "deepseek-reasoner": "deepseek-pro",
    "devstral": "devstral-medium",
    "devstral-medium": "mistral-medium",
    "devstral-small": "mistral-small",
    "mistral-nemo": "mistral-small",
    "mixtral": "mistral-medium",
    "nova-premier": "nova-pro",
}
"""Lines that their labs go on with under another name, each with the next one."""

MODES = frozenset({"tee", "fast", "highspeed", "free", "flex", "nitro", "eco", "thinking", "ultrafast", "ultraspeed"})
"""Words of a host's id for a way to serve a model, at another price or speed."""

SIZE_CLASS = 3.0
"""How many times as many parameters, or as few, a successor may have."""
CONTEXT_KEPT = 0.75
"""The part of the context that a successor has to keep."""

_DATE = re.compile(r"(?:^|-)(2[3-9](?:0[1-9]|1[0-2]))(?=-|$)")
_WORD = re.compile(r"[a-z]+")


class Mismatch(StrEnum):
    """The reason why a newer model of its line does not succeed an offer, from the first that is asked to the last."""

    ENDING = "end soon too"
    REGION = "are in other regions"
    MODE = "are served in another mode"
    MEDIA = "lack some of its media"
    SIZE = "are of another size"
    TOOLS = "call no tools"
    CONTEXT = "have a shorter context"


@dataclass(frozen=True, slots=True)
class LinePlace:
    """The place of a base model in the line of its lab."""

    line: str
    """Its family and the words of its name, without version, size, date and stage: ``claude-opus``."""
    version: float
    """The version in its name; 0 where there is none."""
    date: str
    """The year and month in its name, ``YYMM``; empty where there are none."""
    is_early: bool
    """True before its release: a preview or an experiment."""


@lru_cache(maxsize=4096)
def place_of(base: str) -> LinePlace:
    """The place of a base model, by its key."""
    found = lineage(base)
    words = [word for word in found.line if word not in STAGES]
    date = _DATE.search(base)
    is_early = any(word in found.line for word in ("preview", "exp", "experimental", "beta"))
    line = NAMED_OTHERWISE.get(base) or "-".join(words)
    return LinePlace(line, found.version, date[1] if date else "", is_early)


def lines_after(line: str) -> tuple[str, ...]:
    """The lines that continue a line, the next one first."""
    found: list[str] = []
    following = CONTINUED.get(line)
    while following is not None and following not in found:
        found.append(following)
        following = CONTINUED.get(following)
    return tuple(found)


def is_newer(base: str, released: str | None, *, than: str, than_released: str | None) -> bool:
    """Returns True if one base model is newer than another of its line: by version, by date, or by release."""
    one, other = place_of(base), place_of(than)
    if one.line != other.line:
        return True  # its lab goes on with the line under this name
    if one.version != other.version and one.version and other.version:
        return one.version > other.version
    if one.is_early != other.is_early and one.version == other.version:
        return other.is_early
    if one.date and other.date:
        return one.date > other.date
    return bool(released and than_released and released > than_released)


def modes_of(offer: Offer) -> frozenset[str]:
    """The words in a host's id for the way in which it serves the model, beside those of the model's own name."""
    return frozenset(_WORD.findall(fold(offer.model))) & MODES - {*offer.base.split("-")}


def mismatch(retiring: Offer, newer: Offer) -> Mismatch | None:
    """The first thing that an offer lacks to succeed another; None where it lacks nothing.

    What is not known of either is no mismatch.
    """
    return next((reason for reason, fits in CHECKS.items() if not fits(retiring, newer)), None)


def _is_of_region(retiring: Offer, newer: Offer) -> bool:
    return region_of(newer.model) == region_of(retiring.model)


def _is_of_mode(retiring: Offer, newer: Offer) -> bool:
    """Returns True if both are served alike; what always thinks may be followed by what can."""
    modes, wanted = modes_of(newer), modes_of(retiring)
    return modes == wanted or (modes | {"thinking"} == wanted and Capability.REASONING in newer.capabilities)


def _keeps_media(retiring: Offer, newer: Offer) -> bool:
    """Returns True if an offer takes all that another takes, and gives the same."""
    taken, given = retiring.modalities.input, retiring.modalities.output
    if not newer.modalities.input:
        return True
    return {*taken} <= {*newer.modalities.input} and (not given or {*given} == {*newer.modalities.output})


def _keeps_tools(retiring: Offer, newer: Offer) -> bool:
    return Capability.TOOL_CALL in newer.capabilities or Capability.TOOL_CALL not in retiring.capabilities


def _keeps_context(retiring: Offer, newer: Offer) -> bool:
    before, after = retiring.limits.context, newer.limits.context
    return before is None or after is None or after >= CONTEXT_KEPT * before


def is_of_size_class(base: str, other: str) -> bool:
    """Returns True if two base models have about as many parameters, or if their names do not say how many."""
    one, two = parameters_of(base), parameters_of(other)
    return one is None or two is None or max(one, two) <= SIZE_CLASS * min(one, two)


CHECKS: Mapping[Mismatch, Callable[[Offer, Offer], bool]] = {
    Mismatch.REGION: _is_of_region,
    Mismatch.MODE: _is_of_mode,
    Mismatch.MEDIA: _keeps_media,
    Mismatch.SIZE: lambda retiring, newer: is_of_size_class(newer.base, retiring.base),
    Mismatch.TOOLS: _keeps_tools,
    Mismatch.CONTEXT: _keeps_context,
}
"""The checks of what a newer offer has in common with a retiring one, in the order in which they are made."""
