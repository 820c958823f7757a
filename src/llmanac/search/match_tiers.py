"""Match tiers: groups of results by how well they match the text, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from pyroaring import BitMap

from llmanac.search.index.index import Index
from llmanac.search.index.vocabulary import NOWHERE
from llmanac.search.reading.interpretation import Interpretation

MOST_MORE_WORDS = 3
"""For a query with a number, names with up to this many extra words are ranked by how many they have."""


class MatchTier(StrEnum):
    """How the text matches an offer, the best first."""

    ID = "id"
    """The text is the offer's own id, at models.dev or LiteLLM."""
    MODEL_AND_WORDS = "model_and_words"
    """The text is an id of the base model, and the offer contains all of its words."""
    MODEL_AND_DETAIL = "model_and_detail"
    """The text is an id of the base model, and the offer has the id's date, host or plan."""
    MODEL = "model"
    """The text is an id of the base model."""
    WHOLE_NAME = "whole_name"
    """The text is the whole name of the base model, perhaps with the host or the lab."""
    HOST_OR_LAB = "host_or_lab"
    """The text names the host, or the lab behind the model, and none of their models."""
    BEGINNING = "beginning"
    """The offer's id or name, or its model's family or lab, begins with the text."""
    PHRASE = "phrase"
    """The base model's name contains the text in one piece."""
    WORDS_OF_NAME = "words_of_name"
    """The base model's name contains the words of the text."""
    WORDS = "words"
    """The offer's id, name, host or lab contains the words of the text."""
    UNFINISHED_WORD = "unfinished_word"
    """As ``WORDS``, but the last word is only the beginning of one of the offer's."""


def tiers(found: BitMap, reading: Interpretation, index: Index) -> Iterator[tuple[MatchTier, BitMap]]:
    """The offers of each tier, the best match first; an offer belongs to the first tier that it is in."""
    model = reading.same_model
    matches = found & reading.matches if model else found
    if reading.named:
        yield MatchTier.ID, found & reading.named
    if model:
        for nearer in model.nearest if model.names_host else (*model.nearest, model.offers):
            yield MatchTier.MODEL_AND_WORDS, matches & nearer
        for nearer in model.nearest:
            yield MatchTier.MODEL_AND_DETAIL, found & nearer
        yield MatchTier.MODEL, found & model.offers
    if matches:
        yield from _by_words(matches, reading, index)
        yield MatchTier.UNFINISHED_WORD, matches


def _by_words(matches: BitMap, reading: Interpretation, index: Index) -> Iterator[tuple[MatchTier, BitMap]]:
    """The tiers of offers that match by their words, rather than as an id of their model."""
    words = reading.words
    run = "".join(words)
    own_run = reading.run or run
    exact = matches & index.vocabulary.offers_with(words[-1])
    core, in_name = _in_names(exact, words, index)
    count = len(in_name)
    is_open = reading.is_cut_off or count < len(words)
    if is_open and reading.is_id and len(words) > 1 and words[-1] not in in_name:
        yield MatchTier.BEGINNING, matches & index.own_beginnings.offers_with(own_run)
    whole = matches & index.names.offers_of(index.names.models_named(run))
    if 0 < count < len(index.complete):
        whole = whole | (core & index.complete[count])
    yield MatchTier.WHOLE_NAME, whole & core
    yield MatchTier.WHOLE_NAME, whole
    if len(words) == 1 and not reading.is_cut_off:
        yield from _of_host_or_lab(matches, words[0], namesakes=core if count else NOWHERE, index=index)
    is_vague = not whole and (len(words) > 1 or reading.is_cut_off)
    beginning = index.own_beginnings.offers_with(own_run) if is_vague and is_open else NOWHERE
    phrase = index.phrases.offers_with(run) if is_vague else NOWHERE
    if is_open and (reading.is_id or reading.is_cut_off or words[-1] not in in_name):
        yield MatchTier.BEGINNING, matches & beginning
    if count:
        if in_one_piece := core & phrase:
            yield MatchTier.PHRASE, in_one_piece & index.own_beginnings.offers_with(own_run)
            yield MatchTier.PHRASE, in_one_piece
        if any(word[0].isdigit() or word[-1].isdigit() for word in words):
            for more in range(count + 1, min(count + MOST_MORE_WORDS + 1, len(index.complete))):
                yield MatchTier.WORDS_OF_NAME, core & index.complete[more]
        yield MatchTier.WORDS_OF_NAME, core
    yield MatchTier.WORDS, exact
    yield MatchTier.BEGINNING, matches & beginning
    yield MatchTier.PHRASE, matches & phrase
    if len(words) == 1:
        yield MatchTier.BEGINNING, matches & index.families.offers_with_beginning(run)


def _of_host_or_lab(
    matches: BitMap, word: str, *, namesakes: BitMap, index: Index
) -> Iterator[tuple[MatchTier, BitMap]]:
    """The lab's own models at the host of that name, all there, and all of the lab; none if models have that name."""
    host, lab = index.filters.labelled("provider", word), index.families.offers_with(word)
    if namesakes and not (host and namesakes.isdisjoint(host)):
        return
    yield MatchTier.HOST_OR_LAB, matches & host & lab
    yield MatchTier.HOST_OR_LAB, matches & host
    yield MatchTier.HOST_OR_LAB, matches & lab


def _in_names(offers: BitMap, words: Sequence[str], index: Index) -> tuple[BitMap, list[str]]:
    """The offers with the most words in their base model's name, or else their host's; and the words in the model's."""
    vocabulary = index.vocabulary
    in_name: list[str] = []
    for word in words:
        narrower = offers & vocabulary.offers_with_core(word)
        if narrower:
            offers = narrower
            in_name.append(word)
        else:
            offers = (offers & vocabulary.offers_at(word)) or offers
    return offers, in_name
