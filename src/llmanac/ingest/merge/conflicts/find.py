"""Finds conflicts: two claims of one figure of an offer that differ, the likely cause, and which of them is served.

The first source's is, in the order of the sources, unless ``last_word`` decides otherwise. Nothing is averaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from llmanac.domain.records import Offer, Provider
from llmanac.ingest.decode.figure_history import FigureLookup
from llmanac.ingest.decode.sources import SOURCES, EntryLayout, SourceFormat
from llmanac.ingest.layer import SourceClaims
from llmanac.ingest.merge.conflicts.causes import Disagreement, Figure, cause_of
from llmanac.ingest.merge.conflicts.compared_figures import BY_NAME, FIGURES, ComparedFigure
from llmanac.ingest.merge.conflicts.conflict import ClaimedFigure, Conflict, reason_of
from llmanac.ingest.merge.conflicts.exchange_rates import ExchangeRates
from llmanac.ingest.merge.conflicts.last_word import Evidence, ServedRule, decide
from llmanac.ingest.merge.conflicts.neighbours import Neighbours
from llmanac.ingest.merge.conflicts.precedence import served_by

NO_LOOKUPS: Mapping[str, FigureLookup] = {}
OUTPUT_PARTS = frozenset({"output", "reasoning", "output_audio", "output_image"})
"""Rates of output, and of what is a part of it; all others are of input."""
NO_PROVIDERS: Mapping[str, Provider] = {}


def find_conflicts(
    offers: Sequence[Offer],
    claims: Mapping[str, tuple[SourceClaims, ...]],
    *,
    providers: Mapping[str, Provider] = NO_PROVIDERS,
    figures: Mapping[str, FigureLookup] = NO_LOOKUPS,
    sources: Mapping[str, SourceFormat] = SOURCES,
) -> tuple[Conflict, ...]:
    """Find every conflict, in the order of the offers and then by field.

    The offers are served by the order of the sources, and ``claims`` are those of each offer, by its id, in that order.
    ``figures`` are the figures that each source has stated so far; without those of both sources of a conflict, the
    first one's figure stays the served one.
    """
    comparer = _Comparer(sources)
    for offer in offers:
        comparer.compare(offer, claims.get(offer.id, ()))
    neighbours = Neighbours.of(offers, comparer.cases, providers=providers)
    rates = ExchangeRates.of(comparer.cases, equal=comparer.equal)
    cases = [neighbours.around(replace(case, exchange_rate=rates.rate(case))) for case in comparer.cases]
    finder = _Finder(neighbours, figures, sources)
    # A lab's own figures are evidence for those of other hosts, so they are decided first.
    found = {place: finder.conclude(case) for place, case in enumerate(cases) if case.offer.first_party}
    found |= {place: finder.conclude(case) for place, case in enumerate(cases) if not case.offer.first_party}
    return tuple([found[place] for place in range(len(cases))])


class _Finder:
    """Makes conflicts of disagreements, and remembers which figures it decided to serve."""

    def __init__(
        self, neighbours: Neighbours, figures: Mapping[str, FigureLookup], sources: Mapping[str, SourceFormat]
    ) -> None:
        self._neighbours = neighbours
        self._figures = figures
        self._sources = sources
        self._decided: dict[tuple[str, str], Figure] = {}
        """Figures that are served of another source than the first, by offer and field."""

    def conclude(self, case: Disagreement) -> Conflict:
        """The conflict of a disagreement."""
        cause = cause_of(case)
        evidence = self._evidence(case)
        rule = ServedRule.ORDER
        if evidence:
            whole = "output" if case.field in OUTPUT_PARTS else "input"
            has_whole = case.field != whole and (case.offer.id, whole) in self._decided
            rule = decide(case, cause, evidence, lab=self._at_lab(case), has_whole=has_whole)
        first = ClaimedFigure(case.served_by, case.served, evidence.served if evidence else None)
        second = ClaimedFigure(case.claims.source, case.other, evidence.other if evidence else None)
        served, other = (first, second) if rule is ServedRule.ORDER else (second, first)
        if rule is not ServedRule.ORDER:
            self._decided[case.offer.id, case.field] = served.value
        return Conflict(
            offer=case.offer.id,
            provider=case.offer.provider,
            base=case.offer.base,
            litellm_id=case.offer.litellm.id if case.offer.litellm else case.claims.claims.id,
            field=case.field,
            served=served,
            other=other,
            cause=cause,
            served_rule=rule,
            rule=reason_of(rule, served, other, sources=self._sources),
        )

    def _at_lab(self, case: Disagreement) -> frozenset[Figure]:
        """The figures that are served of the same model at its lab's own hosts."""
        figure = BY_NAME[case.field]
        stated = (
            self._decided.get((it.id, case.field), figure.served(it)) for it in self._neighbours.at_lab(case.offer)
        )
        return frozenset(it for it in stated if it is not None)

    def _evidence(self, case: Disagreement) -> Evidence | None:
        """The evidence for who spoke last; None where it is not kept: for limits, and for sources without it."""
        first, second = self._figures.get(case.served_by), self._figures.get(case.claims.source)
        served, other = case.served, case.other
        if first is None or second is None or not isinstance(served, Decimal) or not isinstance(other, Decimal):
            return None
        mine, its = self._record(case.served_claims, case.offer), self._record(case.claims, case.offer)
        stated, stated_by_other = first.statement(mine, case.field, served), second.statement(its, case.field, other)
        if stated is None or stated_by_other is None:
            return None
        return Evidence(
            served=stated,
            other=stated_by_other,
            served_has_left=first.has_left(mine, case.field, other),
            other_has_left=second.has_left(its, case.field, served),
        )

    def _record(self, stated: SourceClaims, offer: Offer) -> str:
        """The id that the history of figures has for the record of a source about an offer."""
        is_flat = self._sources[stated.source].layout is EntryLayout.FLAT
        # A flat layout has ids of the source's own; where its record is about a model at a host, that is the offer's.
        has_own = is_flat and stated.claims.id in self._figures[stated.source].figures.versions
        return stated.claims.id if has_own else offer.id


class _Comparer:
    """Compares the claims about offers: collects where they disagree, and counts the prices on which they agree."""

    def __init__(self, sources: Mapping[str, SourceFormat]) -> None:
        self._sources = sources
        self.cases: list[Disagreement] = []
        self.equal: Counter[str] = Counter()
        """The number of prices on which all sources agree, by host."""

    def compare(self, offer: Offer, claims: Sequence[SourceClaims]) -> None:
        """Compare every figure of an offer."""
        if len(claims) < 2:  # noqa: PLR2004 -- it takes two to differ
            return
        for figure in FIGURES:
            served = figure.served(offer)
            if served is None or not (served or figure.is_price):
                continue
            stated = [(it, value) for it in claims if (value := figure.read(it.claims)) is not None]
            differing = [(it, value) for it, value in stated if value != served and not figure.agree(offer, value)]
            if differing:
                self._add(offer, figure, served, claims=claims, differing=differing)
            elif figure.is_price and len(stated) > 1:
                self.equal[offer.provider] += 1

    def _add(
        self,
        offer: Offer,
        figure: ComparedFigure,
        served: Figure,
        *,
        claims: Sequence[SourceClaims],
        differing: Iterable[tuple[SourceClaims, Figure]],
    ) -> None:
        by = served_by(claims, figure.field, self._sources, states=figure.is_claimed)
        self.cases += [
            Disagreement(offer, other, figure.name, by, served, value) for other, value in differing if other is not by
        ]
