"""Why each result stands where it stands and, where nothing was found, what stood in the way."""

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
"""Names that are suggested."""


class Place(StrEnum):
    """Where in an offer a word was found, the most telling first."""

    MODEL = "model"
    """In the name of the base model."""
    HOST = "host"
    """In what the host is called."""
    OFFER = "offer"
    """In the host's id or name for the model, or in what the lab is called."""
    BEGINNING = "beginning"
    """At the beginning of a longer word, anywhere in the offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one offer stands where it stands."""

    number: int
    """Its document number, which is its place by popularity, recency and id."""
    fit: MatchTier | None
    """How the text stands in it; None where the order has nothing to do with the text, or there is none."""
    words: Mapping[str, Place]
    """The words of the question that it has."""
    standing: int
    """Its place among all offers by how likely it is the one that is meant; 0 is the likeliest."""
    likelihood: float
    """What that place goes by: current and popular models, plain rather than side lines, the lab's host first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a question was understood, and what followed."""

    total: int
    reading: Interpretation | None
    """None where there is no text."""
    matched: int
    """Offers that match the text, whatever the filters say; all, or the featured ones, where there is none."""
    removed: Mapping[str, int]
    """By each filter that the question sets, how many of those it turns away by itself."""
    reasons: tuple[Reason, ...]
    """For each offer of the slice, in its order."""
    nearest: tuple[str, ...]
    """Where nothing matches the text: base models whose names are nearest to it."""


def explain(query: Query, index: Index) -> Explanation:
    """Answer a question as ``engine.run`` does, and say why."""
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
        nearest=() if reading is None or reading.all else index.names.likest(query.text or "", MOST_NEAREST),
    )


def _candidates(query: Query, reading: Interpretation | None, index: Index) -> BitMap:
    """What filters choose from."""
    if reading is not None:
        return reading.all
    if query.featured:
        return BitMap(index.documents.numbers[document] for document in index.featured)
    return BitMap(range(len(index)))


def _fits(
    query: Query, reading: Interpretation | None, documents: Sequence[int], *, index: Index
) -> list[MatchTier | None]:
    """For each document, the layer that it belongs to."""
    numbers = [index.documents.numbers[document] for document in documents]
    if reading is None or query.sort is not Sort.RELEVANCE:
        return [None] * len(numbers)
    found = index.filters.narrow(reading.all, query)
    fits: dict[int, MatchTier] = {}
    wanted = BitMap(numbers)
    for fit, layer in tiers(found, reading, index):
        for number in wanted & layer:
            fits.setdefault(number, fit)
    return [fits[number] for number in numbers]


def _reason(document: int, fit: MatchTier | None, reading: Interpretation | None, *, index: Index) -> Reason:
    number = index.documents.numbers[document]
    words = () if reading is None else reading.words
    return Reason(
        number=document,
        fit=fit,
        words=dict(_placed(words, number, index)),
        standing=number,
        likelihood=index.likelihood[number],
    )


def _placed(words: Sequence[str], number: int, index: Index) -> Iterable[tuple[str, Place]]:
    """The words that an offer has, each with the most telling place where it stands."""
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
