"""The facts of an offer that only the organisation itself knows."""

from __future__ import annotations

from dataclasses import dataclass

from llmanac.domain.documented import DOCUMENTED

OVERLAYS = "overlays"
"""The feed of the rules that the organisation's overlays consist of, and the source of what they add."""


def overlay_source(name: str) -> str:
    """The name of an overlay among the sources of facts."""
    return f"{OVERLAYS}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFacts:
    """Facts that no public source states: the organisation's own. Each is None or empty where it states none."""

    __pydantic_config__ = DOCUMENTED

    aliases: tuple[str, ...] = ()
    """Other names by which the organisation calls it; found by search, and wherever an id is taken."""
    successor: str | None = None
    """The id of the model to use instead."""
    notes: str | None = None
    tags: tuple[str, ...] = ()
    owner: str | None = None
    """The owner, who is responsible for it: a person, a team, an address."""
    regions: tuple[str, ...] = ()
    """The regions where its data is processed: ``eu``, ``us`` and the like."""
    retention_days: int | None = None
    """Days for which the host keeps requests; 0 for not at all."""
    trains_on_data: bool | None = None
    """Whether the host trains models on requests."""
    certifications: tuple[str, ...] = ()
    """``soc2``, ``iso27001`` and the like."""
    approved: bool | None = None
    """Whether its use is approved."""


NO_OWN_FACTS = OwnFacts()
