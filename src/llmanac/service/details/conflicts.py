"""Lists the conflicts of an edition, filtered and page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from llmanac.domain.amounts import json_number
from llmanac.domain.documented import ANSWER
from llmanac.domain.own_facts import OVERLAYS, overlay_source
from llmanac.ingest.decode.formats import litellm, modelsdev
from llmanac.ingest.merge.conflicts.causes import EXPLANATIONS, Cause, Figure
from llmanac.ingest.merge.conflicts.conflict import ClaimedFigure, Conflict
from llmanac.ingest.merge.conflicts.last_word import ServedRule
from llmanac.service.editions.edition import Edition

MAX_LIMIT = 500
DEFAULT_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictFilter:
    """A filter of conflicts: those that meet every condition given."""

    provider: str | None = None
    id: str | None = None
    """The id of an offer, in any spelling."""
    base: str | None = None
    fields: tuple[str, ...] = ()
    """Any of these; none for all."""
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigure:
    """The figure that one source states."""

    __pydantic_config__ = ANSWER

    value: float
    """USD per million tokens, or tokens."""
    date: str
    """The day or month that the source's facts are of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureClaim:
    """One of the two figures."""

    __pydantic_config__ = ANSWER

    source: str
    value: float
    date: str
    """The day or month that the source's facts are of."""
    since: str | None
    """The day or month of the first feed since which the source has stated it without a break; null where it is not
    known: of limits, and of what already stands in the oldest feed of the source.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSummary:
    """A field of one model at one host for which two sources state different figures."""

    __pydantic_config__ = ANSWER

    id: str
    provider: str
    base: str
    """The base model."""
    litellm_id: str
    field: str
    """A rate in USD per million tokens; or ``context``, or ``max_output``, in tokens."""
    models_dev: SourceFigure | None
    litellm: SourceFigure | None
    """Null where neither figure is this source's."""
    claims: tuple[FigureClaim, ...]
    """Both, the served one first."""
    ratio: float | None
    """The other figure over the served one; null where either is zero."""
    cause: Cause
    """The likely cause, by stated rules."""
    explanation: str
    served: str
    """The source whose figure the catalog serves."""
    served_rule: ServedRule
    """``overlay``: the organisation states it; ``order``: of the sources; ``later``: it has been stated since a later
    day; ``left``: its source has left the other figure; ``lab``: the model's own lab states it.
    """
    rule: str
    """The rule by which that source is served, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictPage:
    """A page of the conflicts that match, in the order of the catalog."""

    __pydantic_config__ = ANSWER

    conflicts: tuple[ConflictSummary, ...]
    total: int
    causes: Mapping[Cause, int]
    """The number of conflicts by cause, among all that match."""


def list_conflicts(
    edition: Edition, wanted: ConflictFilter, *, offset: int = 0, limit: int = DEFAULT_LIMIT
) -> ConflictPage:
    """A page of the conflicts that match, with the total and the causes of all of them."""
    found = tuple(_select(edition, wanted))
    counts = Counter(it.cause for it in found)
    dates = dates_of(edition)
    return ConflictPage(
        conflicts=tuple(summarise(it, dates) for it in found[offset : offset + limit]),
        total=len(found),
        causes={cause: counts[cause] for cause in Cause if cause in counts},
    )


def dates_of(edition: Edition) -> Mapping[str, str]:
    """The day or month that the facts of each source are of, by the source's name; overlays are sources, too."""
    dates = {source.ref.name: source.ref.date for source in edition.sources}
    written = next((ref.date for ref in edition.feed_refs if ref.name == OVERLAYS), None)
    own = {overlay_source(rule.overlay): written for rule in edition.overlay_rules} if written else {}
    return {**dates, **own}


def summarise(conflict: Conflict, dates: Mapping[str, str]) -> ConflictSummary:
    """A conflict with its explanation and the dates of its sources, which ``dates_of`` lists."""
    claims = tuple(
        FigureClaim(source=it.source, value=_plain(it.value), date=dates[it.source], since=_since(it))
        for it in conflict.claims
    )
    figures = {it.source: SourceFigure(value=it.value, date=it.date) for it in claims}
    ratio = conflict.ratio
    return ConflictSummary(
        id=conflict.offer,
        provider=conflict.provider,
        base=conflict.base,
        litellm_id=conflict.litellm_id,
        field=conflict.field,
        models_dev=figures.get(modelsdev.SOURCE),
        litellm=figures.get(litellm.SOURCE),
        claims=claims,
        ratio=ratio and round(ratio, 4),
        cause=conflict.cause,
        explanation=EXPLANATIONS[conflict.cause],
        served=conflict.served.source,
        served_rule=conflict.served_rule,
        rule=conflict.rule,
    )


def _select(edition: Edition, wanted: ConflictFilter) -> Iterator[Conflict]:
    resolver = edition.services.resolver
    providers = None if wanted.provider is None else {it.id for it in resolver.providers(wanted.provider)}
    offer = None if wanted.id is None else resolver.offer_id(wanted.id)
    for conflict in edition.conflicts:
        if (
            (providers is None or conflict.provider in providers)
            and (offer is None or conflict.offer == offer)
            and (wanted.base is None or conflict.base == wanted.base)
            and (not wanted.fields or conflict.field in wanted.fields)
            and (not wanted.causes or conflict.cause in wanted.causes)
        ):
            yield conflict


def _since(claim: ClaimedFigure) -> str | None:
    return None if claim.statement is None or claim.statement.since_oldest else claim.statement.since


def _plain(figure: Figure) -> float:
    return json_number(figure) if isinstance(figure, Decimal) else figure
