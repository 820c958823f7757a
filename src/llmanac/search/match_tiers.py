"""How well each offer of a result matches the text: layers, the best first, each in order of standing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from pyroaring import BitMap

from llmanac.search.index.index import Index
from llmanac.search.index.vocabulary import NOWHERE
from llmanac.search.reading.interpretation import Interpretation

MOST_MORE_WORDS = 3
"""Where a number is asked for, names with up to so many words more stand in order of how many."""


class MatchTier(StrEnum):
    """How the text stands in an offer that it matches, the best first."""

    ID = "id"
    """It is the offer's own id, at models.dev or LiteLLM."""
    MODEL_AND_WORDS = "model_and_words"
    """It is an id of the base model, and all of its words stand in the offer."""
    MODEL_AND_DETAIL = "model_and_detail"
    """It is an id of the base model, and the offer has the date, the host or the plan that the id says."""
    MODEL = "model"
    """It is an id of the base model."""
    WHOLE_NAME = "whole_name"
    """It is the whole name of the base model, perhaps with the host or the lab."""
    HOST_OR_LAB = "host_or_lab"
    """It names the host, or the lab behind the model, and no model of theirs."""
    BEGINNING = "beginning"
    """The offer's id or name begins so, or what its model's family or lab is called."""
    PHRASE = "phrase"
    """The base model's name has it in one piece."""
    WORDS_OF_NAME = "words_of_name"
    """Its words are in the base model's name."""
    WORDS = "words"
    """Its words are in the offer's id, name, host or lab."""
    UNFINISHED_WORD = "unfinished_word"
    """The same, but for its last word, with which one of the offer's begins."""


def tiers(found: BitMap, reading: Interpretation, index: Index) -> Iterator[tuple[MatchTier, BitMap]]:
    """Sets of what was found, the best match first; an offer belongs to the first that it is in."""
    model = reading.same_model
    matches = found & reading.matches if model else found
    if reading.named:
        yield MatchTier.ID, found & reading.named
    if model:
        for nearer in (*model.nearest, model.offers):
            yield MatchTier.MODEL_AND_WORDS, matches & nearer
        for nearer in model.nearest:
            yield MatchTier.MODEL_AND_DETAIL, found & nearer
        yield MatchTier.MODEL, found & model.offers
    if matches:
        yield from _by_words(matches, reading, index)
        yield MatchTier.UNFINISHED_WORD, matches


def _by_words(matches: BitMap, reading: Interpretation, index: Index) -> Iterator[tuple[MatchTier, BitMap]]:
    """By how the words stand in the names of what they match."""
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
        yield from _of_host_or_lab(matches, words[0], called_so=core if count else NOWHERE, index=index)
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
    matches: BitMap, word: str, *, called_so: BitMap, index: Index
) -> Iterator[tuple[MatchTier, BitMap]]:
    """The lab's own models at the host of that name, all there, and all of the lab: none where models are called so."""
    host, lab = index.filters.labelled("provider", word), index.families.offers_with(word)
    if called_so and not (host and called_so.isdisjoint(host)):
        return
    yield MatchTier.HOST_OR_LAB, matches & host & lab
    yield MatchTier.HOST_OR_LAB, matches & host
    yield MatchTier.HOST_OR_LAB, matches & lab


def _in_names(offers: BitMap, words: Sequence[str], index: Index) -> tuple[BitMap, list[str]]:
    """Those that have the most of the words in their base model's name, or else in their host's; and the former."""
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
