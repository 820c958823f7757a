"""An operator's own choice of featured models; apart from the rule, since it names every edition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturedChoices:
    """An operator's overrides of the rules: keys of base models, or ids of offers in either spelling.

    Included models come first, in the order given, unless no offer of theirs can be featured.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


NO_CHOICES = FeaturedChoices()
