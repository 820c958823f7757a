"""Explains a search in the ids and facts of its edition: its reading, and the reasons for its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llmanac.domain.documented import ANSWER
from llmanac.domain.records import Offer
from llmanac.domain.spelling import litellm_spelling
from llmanac.search.explain import Place, Reason, explain
from llmanac.search.match_tiers import MatchTier
from llmanac.search.query.query import IdSpelling, ListedBy, Query
from llmanac.search.reading.interpretation import Interpretation, MatchMode
from llmanac.service.editions.edition import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A word that was read as a misspelling of another."""

    __pydantic_config__ = ANSWER

    word: str
    read_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryReading:
    """The reading of the text."""

    __pydantic_config__ = ANSWER

    forgiven: MatchMode
    """``whole``: nothing; ``spelling``: slips of the keys; ``partial``: words that nothing has with the others."""
    words: tuple[str, ...]
    """The words looked for, cut as names are cut."""
    corrected: tuple[Correction, ...]
    dropped: tuple[str, ...]
    """The words that were left out."""
    is_id: bool
    """The text looks like an id, so other offers of the same model count as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterEffect:
    """The effect of one filter."""

    __pydantic_config__ = ANSWER

    filter: str
    """Its parameter, with the value of a capability."""
    removes: int
    """The number of models that match the text, and that this filter alone excludes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEffect:
    """The effect of a policy on the whole catalog, whatever the query."""

    __pydantic_config__ = ANSWER

    policy: str
    removed_by_rule: tuple[int, ...]
    """The number of offers that each rule hides, of those that no earlier rule decides on; 0 for one that
    allows."""
    removed_by_default: int
    """The number of offers that no rule is about, and that the default hides."""
    waiting: int
    """The number of new arrivals that wait for approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordMatch:
    """The place where a word of the text was found in a result."""

    __pydantic_config__ = ANSWER

    word: str
    found_in: Place
    """``model``: the model's name; ``host``: the host's names; ``offer``: the host's id or name for the model, or
    its lab's name; ``beginning``: the beginning of a longer word.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedEntry:
    """One result, and why it stands where it stands: by ``fit``, and within it by ``standing``."""

    __pydantic_config__ = ANSWER

    id: str
    rank: int
    """Its place in the whole result; the first is 1."""
    fit: MatchTier | None
    """The tier of the match with the text; null where the order does not depend on a text."""
    words: tuple[WordMatch, ...]
    standing: int
    """Its place among all offers by likelihood of being meant; from 1."""
    first_party: bool
    """The host is the lab's own."""
    popularity: float
    """0 to 1; see the catalog's order without a query."""
    release_date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchExplanation:
    """The explanation of a query: its reading, the effect of its filters, and the results."""

    __pydantic_config__ = ANSWER

    total: int
    """The total, as in the response of the catalog."""
    understood: QueryReading | None
    """null for a query without a text."""
    matching_text: int
    """Models that match the text, or are featured, whatever the filters say."""
    filters: tuple[FilterEffect, ...]
    policies: tuple[PolicyEffect, ...]
    """The policies of the token; empty where it may see everything."""
    nearest: tuple[str, ...]
    """Where nothing matches the text: the nearest names of models."""
    models: tuple[ExplainedEntry, ...]


def explain_search(query: Query, edition: Edition) -> SearchExplanation:
    """Explain one page of a query; of one for all offers, the part of those that models.dev lists."""
    own = edition.services.litellm_search if query.listed_by is ListedBy.LITELLM else None
    offers: Sequence[Offer] = own.offers if own else edition.catalog.offers
    explained = explain(query, own.index if own else edition.index)
    return SearchExplanation(
        total=explained.total,
        understood=None if explained.reading is None else _reading(explained.reading),
        matching_text=explained.matched,
        filters=tuple(FilterEffect(filter=name, removes=count) for name, count in explained.removed.items()),
        policies=effects_of(edition),
        nearest=explained.nearest,
        models=tuple(
            _entry(reason, query.offset + place, query, offer=offers[reason.number])
            for place, reason in enumerate(explained.reasons, start=1)
        ),
    )


def effects_of(edition: Edition) -> tuple[PolicyEffect, ...]:
    """The effect of each policy that hides something of an edition."""
    return tuple(
        PolicyEffect(
            policy=it.name,
            removed_by_rule=it.removed,
            removed_by_default=it.by_default,
            waiting=len(it.waiting),
        )
        for it in edition.policies
    )


def _reading(reading: Interpretation) -> QueryReading:
    return QueryReading(
        forgiven=reading.mode,
        words=reading.words,
        corrected=tuple(Correction(word=word, read_as=other) for word, other in reading.corrected),
        dropped=reading.dropped,
        is_id=reading.is_id,
    )


def _entry(reason: Reason, rank: int, query: Query, *, offer: Offer) -> ExplainedEntry:
    in_litellm = litellm_spelling(offer) if query.ids is IdSpelling.LITELLM else None
    return ExplainedEntry(
        id=in_litellm or offer.id,
        rank=rank,
        fit=reason.fit,
        words=tuple(WordMatch(word=word, found_in=place) for word, place in reason.words.items()),
        standing=reason.standing + 1,
        first_party=offer.first_party,
        popularity=offer.popularity,
        release_date=offer.release_date,
    )
