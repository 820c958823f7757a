"""The statements of overlays about an offer: each beside those of the sources, with its rule, reason and author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from llmanac.domain.documented import DOCUMENTED, ShownAs
from llmanac.domain.overlaid import OfferOverlay, RuleOutcome
from llmanac.domain.own_facts import OVERLAYS, overlay_source
from llmanac.domain.records import Offer
from llmanac.history.facts import facts_of
from llmanac.rules.overlay_conflicts import sentence_of
from llmanac.rules.stated_facts import READERS
from llmanac.service.details.claims import FactClaim
from llmanac.service.editions.edition import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class StatingRule:
    """A rule of an overlay that states a fact."""

    __pydantic_config__ = DOCUMENTED

    overlay: str
    rule: int
    """Its place among the rules of the overlay, from 1."""
    reason: str
    author: str
    """The author: the name of a token or person, or the file."""
    valid_from: str | None
    valid_until: str | None
    """The end of its validity, as it is written: a day or a time; null for without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaidStatement:
    """A fact that the organisation's overlays state."""

    __pydantic_config__ = DOCUMENTED

    value: Annotated[Any, ShownAs(Any)]
    """The value that is served."""
    upstream: Annotated[Any, ShownAs(Any)]
    """The sources' value; null where they state none."""
    stated_by: StatingRule
    below: tuple[StatingRule, ...]
    """Rules that state the fact as well, and lie below."""


def statements_of(edition: Edition, offer: str) -> dict[str, OverlaidStatement]:
    """The facts that overlays state of an offer, by name, in one order; none where they state nothing of it."""
    overlaid = edition.overlaid.get(offer)
    if overlaid is None:
        return {}
    rules, is_added = edition.overlay_rules, overlaid.added_by is not None
    facts = overlaid.facts
    return {
        name: OverlaidStatement(
            value=fact.value,
            upstream=None if is_added else fact.upstream,  # what it is like states it of another offer
            stated_by=_stating(rules[fact.rule]),
            below=tuple(_stating(rules[number]) for number in reversed(fact.others)),
        )
        for name in READERS
        if (fact := facts.get(name)) is not None
    }


def adding_rule(edition: Edition, offer: str) -> StatingRule | None:
    """The rule that adds an offer; None for one that a source lists."""
    overlaid = edition.overlaid.get(offer)
    if overlaid is None or overlaid.added_by is None:
        return None
    return _stating(edition.overlay_rules[overlaid.added_by])


def _stating(rule: RuleOutcome) -> StatingRule:
    return StatingRule(
        overlay=rule.overlay,
        rule=rule.number,
        reason=rule.reason,
        author=rule.author,
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
    )


class OverlaidProvenance:
    """Where the facts of one offer come from, with what overlays state of it."""

    def __init__(self, offer: Offer, overlaid: OfferOverlay | None, rules: Sequence[RuleOutcome], *, date: str) -> None:
        """``date`` is the day on which the overlays were written."""
        self._offer = offer
        self._facts = overlaid.facts if overlaid else {}
        self._added_by = rules[overlaid.added_by] if overlaid and overlaid.added_by is not None else None
        self._rules = rules
        self._date = date

    @classmethod
    def of(cls, edition: Edition, offer: Offer) -> OverlaidProvenance:
        """That of an offer of an edition."""
        overlaid = edition.overlaid.get(offer.id)
        date = next((ref.date for ref in edition.feed_refs if ref.name == OVERLAYS), "")
        return cls(offer, overlaid, edition.overlay_rules if overlaid else (), date=date)

    @property
    def is_added(self) -> bool:
        """Whether a rule added the offer, so that no source claims anything of it."""
        return self._added_by is not None

    def sources(self, upstream: Mapping[str, str]) -> dict[str, str]:
        """The source of each fact that is served, by its name; ``upstream`` has those of the sources."""
        added = self._added_by
        base = {fact: overlay_source(added.overlay) for fact in facts_of(self._offer)} if added else dict(upstream)
        stated = {name: overlay_source(self._rules[fact.rule].overlay) for name, fact in self._facts.items()}
        return base | {name: source for name, source in stated.items() if self._facts[name].value is not None}

    def reasons(self, upstream: Mapping[str, str]) -> dict[str, str]:
        """The reason for each fact that is not served from the first source, in a sentence."""
        return dict(upstream) | {name: sentence_of(self._rules[fact.rule]) for name, fact in self._facts.items()}

    def claims(self, upstream: Mapping[str, tuple[FactClaim, ...]]) -> dict[str, tuple[FactClaim, ...]]:
        """The claims of each fact, the served one of an overlay before those of the sources."""
        found = dict(upstream)
        for name, fact in self._facts.items():
            source = overlay_source(self._rules[fact.rule].overlay)
            own = FactClaim(source=source, date=self._date, value=fact.value, served=True)
            found[name] = (own, *(replace(it, served=False) for it in found.get(name, ())))
        return found
