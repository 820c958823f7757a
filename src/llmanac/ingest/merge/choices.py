"""An operator's own choice of featured models; apart from the rule, since it names every edition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """An operator's own choice, on top of the rule: names of base models, or ids of offers in either spelling.

    What is included comes first, in the order given, as far as there is an offer that can stand for it.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


NO_CHOICES = Choices()
