"""Popularity of base models: the share of neutral hosts that carry a model.

A *neutral* host lists models of at least four labs, at least one of them closed: its list reflects the demand of its
customers, rather than which weights are free to host. Hosts that share credentials count as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

MIN_LABS = 4

AT_LATER_OWN_HOST = 0.75
ELSEWHERE = 0.5


@dataclass(frozen=True, slots=True)
class HostedModel:
    """A base model seen at a host."""

    base: str
    lab: str | None
    host: str
    """A key of the host that is equal for hosts that share credentials."""
    closed: bool
    """True if the host states that its weights are not open."""


def shares(sightings: Iterable[HostedModel]) -> dict[str, float]:
    """The share of neutral hosts that carry each base model, 0 to 1."""
    seen = list(sightings)
    neutral = neutral_hosts(seen)
    carriers: defaultdict[str, set[str]] = defaultdict(set)
    for sighting in seen:
        if sighting.host in neutral:
            carriers[sighting.base].add(sighting.host)
    return {base: len(hosts) / len(neutral) for base, hosts in carriers.items()}


def neutral_hosts(sightings: Iterable[HostedModel]) -> frozenset[str]:
    """The hosts that carry models of enough labs, and a closed one."""
    labs: defaultdict[str, set[str]] = defaultdict(set)
    closed: set[str] = set()
    for sighting in sightings:
        if sighting.lab is not None:
            labs[sighting.host].add(sighting.lab)
        if sighting.closed:
            closed.add(sighting.host)
    return frozenset(host for host, names in labs.items() if len(names) >= MIN_LABS and host in closed)


def at_host(share: float, place: int | None) -> float:
    """The popularity of an offer: the model's share, reduced where the host is not the lab's first.

    ``place`` counts the lab's own hosts from 0, and is None elsewhere. So a list by popularity shows each
    model once, where its lab offers it, before it shows the resellers.
    """
    if place is None:
        return share * ELSEWHERE
    return share if place == 0 else share * AT_LATER_OWN_HOST
