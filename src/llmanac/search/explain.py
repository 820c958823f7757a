"""Explanations of results: the reasons for each offer's rank and, where nothing matches, for finding nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pyroaring import BitMap

from llmanac.search.engine import run
from llmanac.search.index.index import Index
from llmanac.search.match_tiers import MatchTier, tiers
from llmanac.search.query.query import Query, Sort
from llmanac.search.reading.interpretation import Interpretation

MOST_NEAREST = 5
"""Maximum number of names that are suggested."""


class Place(StrEnum):
    """The part of an offer in which a word was found, the most significant first."""

    MODEL = "model"
    """The name of the base model."""
    HOST = "host"
    """A name of the host."""
    OFFER = "offer"
    """The host's id or name for the model, or a name of the lab."""
    BEGINNING = "beginning"
    """The beginning of a longer word, anywhere in the offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The reasons for the rank of one offer."""

    number: int
    """Its document number: its place by popularity, recency and id."""
    fit: MatchTier | None
    """How well the text matches it; None without a text, or where the order is independent of the text."""
    words: Mapping[str, Place]
    """The words of the query that it contains, and where."""
    standing: int
    """Its place among all offers by likelihood; 0 is the likeliest."""
    likelihood: float
    """How likely this offer is meant: current and popular models, main lines and the lab's own host rank higher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The interpretation of a query, and the reasons for its results."""

    total: int
    reading: Interpretation | None
    """Interpretation of the query's text; None without a text."""
    matched: int
    """Number of offers that match the text alone; without a text, of all offers or of the featured set."""
    removed: Mapping[str, int]
    """Number of those offers that each condition rejects on its own, by the condition's name."""
    reasons: tuple[Reason, ...]
    """Reasons for each offer of the page, in its order."""
    nearest: tuple[str, ...]
    """Base models with the most similar names, where nothing matches the text."""


def explain(query: Query, index: Index) -> Explanation:
    """Run a query as ``engine.run`` does, and explain its results."""
    page = run(query, index)
    reading = page.reading
    candidates = _candidates(query, reading, index)
    passing = index.filters.by_name(query)
    fits = _fits(query, reading, page.numbers, index=index)
    return Explanation(
        total=page.total,
        reading=reading,
        matched=len(candidates),
        removed={name: candidates.difference_cardinality(those) for name, those in passing.items()},
        reasons=tuple(
            _reason(document, fit, reading, index=index) for document, fit in zip(page.numbers, fits, strict=True)
        ),
        nearest=() if reading is None or reading.all else index.names.most_similar(query.text or "", MOST_NEAREST),
    )


def _candidates(query: Query, reading: Interpretation | None, index: Index) -> BitMap:
    """The offers that the filters choose from."""
    if reading is not None:
        return reading.all
    if query.featured:
        return BitMap(index.documents.numbers[document] for document in index.featured)
    return index.everything


def _fits(
    query: Query, reading: Interpretation | None, documents: Sequence[int], *, index: Index
) -> list[MatchTier | None]:
    """The tier of each document; None where the order is independent of the text."""
    numbers = [index.documents.numbers[document] for document in documents]
    if reading is None or query.sort is not Sort.RELEVANCE:
        return [None] * len(numbers)
    found = index.filters.narrow(reading.all, query)
    fits: dict[int, MatchTier] = {}
    wanted = BitMap(numbers)
    for fit, tier in tiers(found, reading, index):
        for number in wanted & tier:
            fits.setdefault(number, fit)
    return [fits[number] for number in numbers]


def _reason(document: int, fit: MatchTier | None, reading: Interpretation | None, *, index: Index) -> Reason:
    number = index.documents.numbers[document]
    words = () if reading is None else reading.words
    return Reason(
        number=document,
        fit=fit,
        words=dict(_placed(words, number, index)),
        standing=index.standing(number),
        likelihood=index.likelihood[number],
    )


def _placed(words: Sequence[str], number: int, index: Index) -> Iterable[tuple[str, Place]]:
    """The words that an offer contains, each with the most significant place where it occurs."""
    vocabulary = index.vocabulary
    for word in words:
        if number in vocabulary.offers_with_core(word):
            yield word, Place.MODEL
        elif number in vocabulary.offers_at(word):
            yield word, Place.HOST
        elif number in vocabulary.offers_with(word):
            yield word, Place.OFFER
        elif word == words[-1] and number in vocabulary.offers_with_beginning(word):
            yield word, Place.BEGINNING
