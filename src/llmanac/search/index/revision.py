"""Revisions: catalogs that differ from an indexed one in some offers, so that most of its index holds for them too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from llmanac.domain.records import Model, Offer


class RevisedOffer(NamedTuple):
    """An offer before and after it was revised, and its base model."""

    before: Offer
    after: Offer
    model: Model


@dataclass(frozen=True, slots=True)
class Revision:
    """The offers in which a catalog differs from another with the same ids in the same order, models and hosts."""

    offers: Mapping[int, RevisedOffer]
    """By document number."""

    def keeps(self, value_of: Callable[[Offer, Model], Any]) -> bool:
        """Whether a value of each offer, read from it and its base model, is what it was."""
        return all(value_of(it.before, it.model) == value_of(it.after, it.model) for it in self.offers.values())
