"""Interprets a query's text: the strictest reading that finds anything.

First as it stands, its last word perhaps unfinished, ignoring separators and case: words run together are split,
words split apart are joined, and an id in another spelling stands for its base model. Only then with spelling
mistakes corrected, and only then with words dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyroaring import BitMap

from llmanac.search.index.index import Index
from llmanac.search.index.text import MAX_WORDS, cut
from llmanac.search.index.vocabulary import NOWHERE
from llmanac.search.reading.interpretation import Interpretation, MatchMode, SameModel
from llmanac.search.reading.model_ids import NO_MODEL, looks_like_id, same_model
from llmanac.search.reading.segmentation import regrouped

MOST_CORRECTED = 4
"""Maximum number of unknown words that are corrected; the rest are dropped."""
NUMBER_MARKS = frozenset("-_ ")
"""Separators between the two numbers of a version."""
OPEN_MARKS = frozenset(":-_.")
"""Separators after which a name goes on; a slash is none of them, for a path is not a name."""
MOST_DOUBTED = 8
"""Maximum number of words for which, if all are known, each is tried as a misspelling of another."""
FILLERS = frozenset("api base chat free hf instruct it latest llm model models preview".split())
"""Words that ids and people add to a model's name, and that do not tell one model from another."""


def interpret(text: str, index: Index) -> Interpretation:
    """Interpret a text by the strictest reading that finds anything; without matches where none does."""
    in_order = cut(text)
    words = _distinct(in_order)[:MAX_WORDS]
    if not words:
        return Interpretation()
    return (
        _whole(text, words, in_order=in_order, index=index)
        or _without_fillers(words, index)
        or _corrected(text, words, index)
        or _partial(words, index)
        or Interpretation(words=words)
    )


def _whole(text: str, words: tuple[str, ...], *, in_order: Sequence[str], index: Index) -> Interpretation | None:
    """The reading of the text as it stands; ``in_order`` are all words, duplicates included."""
    run = "".join(in_order)
    is_id = looks_like_id(text)
    matches = _matching(words, index)
    if len(words) == 1:
        # A word of one name may be the whole of another: qwenlong.
        matches = matches | index.names.offers_of(index.names.models_named(run))
    if _ends_in_two_numbers(text) and not matches & index.vocabulary.offers_with(words[-1]):
        words, matches = _with_last_digit_apart(text, words, matches, index=index)
    model = same_model(text, in_order, index) if is_id or not matches else NO_MODEL
    if not matches and not model:
        words, matches, model = _regrouped(words, run, index)
    named = index.names.offers_named(run)
    if not (matches or model or named):
        return None
    together = matches | named if named else matches
    is_cut_off = text[-1] in OPEN_MARKS
    return Interpretation(
        words=words,
        run=run,
        is_id=is_id,
        is_cut_off=is_cut_off,
        matches=together,
        named=named,
        same_model=model,
    )


def _matching(words: Sequence[str], index: Index) -> BitMap:
    """The offers that contain every word, the last perhaps unfinished."""
    vocabulary = index.vocabulary
    found = vocabulary.offers_with_beginning(words[-1])
    for word in words[:-1]:
        if not found:
            break
        found = found & vocabulary.offers_with(word)
    return found


def _ends_in_two_numbers(text: str) -> bool:
    """Returns True if the text ends in what reads as a version, but may be a number and the beginning of a size."""
    return text[-1].isdigit() and text[-2:-1] in NUMBER_MARKS and text[-3:-2].isdigit()


def _with_last_digit_apart(
    text: str, words: tuple[str, ...], matches: BitMap, *, index: Index
) -> tuple[tuple[str, ...], BitMap]:
    """The words with the last digit as a word, as in a half-typed ``qwen3 14b``, if any offer matches them so."""
    others = _distinct((*cut(text[:-2]), text[-1]))[:MAX_WORDS]
    found = _matching(others, index)
    return (others, found) if found else (words, matches)


def _regrouped(words: tuple[str, ...], run: str, index: Index) -> tuple[tuple[str, ...], BitMap, SameModel]:
    """The first other segmentation of the letters that finds anything, and the offers that it finds."""
    for cuts in regrouped(words, run, index.vocabulary):
        others = _distinct(cuts)[:MAX_WORDS]
        matches = _matching(others, index)
        model = NO_MODEL if matches else same_model("-".join(cuts), cuts, index)
        if matches or model:
            return others, matches, model
    return words, NOWHERE, NO_MODEL


def _without_fillers(words: tuple[str, ...], index: Index) -> Interpretation | None:
    """The reading without FILLERS, if the remaining words match."""
    kept = tuple(word for word in words if word not in FILLERS)
    matches = _matching(kept, index) if 0 < len(kept) < len(words) else NOWHERE
    if not matches:
        return None
    dropped = tuple(word for word in words if word in FILLERS)
    return Interpretation(mode=MatchMode.PARTIAL, words=kept, dropped=dropped, matches=matches)


def _corrected(text: str, words: tuple[str, ...], index: Index) -> Interpretation | None:
    """The reading with spelling mistakes corrected: in unknown words or, if there are none, in any one word."""
    is_id = looks_like_id(text)
    for others in _corrections(words, index):
        matches = _matching(others, index)
        spelt = _respelt(text, words, others) if is_id else "-".join(others)
        model = NO_MODEL if matches else same_model(spelt, others, index)
        if matches or model:
            return Interpretation(
                mode=MatchMode.SPELLING,
                words=others,
                corrected=_changes(words, others),
                matches=matches,
                same_model=model,
            )
    run = "".join(words)
    name = index.names.nearest(run)
    if name is None:
        return None
    offers = index.names.offers_of(index.names.models_named(name))
    return Interpretation(
        mode=MatchMode.SPELLING, words=words, corrected=((run, name),), same_model=SameModel(offers=offers)
    )


def _respelt(text: str, words: tuple[str, ...], others: tuple[str, ...]) -> str:
    """An id with its words replaced, and its separators kept."""
    text = text.lower()
    for was, now in _changes(words, others):
        text = text.replace(was, now)
    return text


def _corrections(words: tuple[str, ...], index: Index) -> Iterator[tuple[str, ...]]:
    """The words with spelling mistakes corrected, the likeliest correction first."""
    vocabulary = index.vocabulary
    if any(word not in vocabulary for word in words):
        yield _with_unknown_corrected(words, index)
    elif len(words) <= MOST_DOUBTED:
        for place, word in enumerate(words):
            for _, others in index.spelling.corrections(word, vocabulary.words):
                yield from ((*words[:place], other, *words[place + 1 :]) for other in others)


def _with_unknown_corrected(words: tuple[str, ...], index: Index) -> tuple[str, ...]:
    """The words with each unknown one replaced by the nearest known one, preferably one that occurs with the others."""
    vocabulary = index.vocabulary
    context = _together([word for word in words if word in vocabulary], index)
    better: list[str] = []
    corrected = 0
    for word in words:
        other = None
        if word not in vocabulary and corrected < MOST_CORRECTED:
            corrected += 1
            other, is_beside = _correction(word, context, index)
            if other is not None and is_beside and context:
                context = context & vocabulary.offers_with(other)
        better.append(other or word)
    return tuple(better)


def _correction(word: str, context: BitMap, index: Index) -> tuple[str | None, bool]:
    """The nearest word that an offer of the context contains, or else the nearest; and True for the former.

    Of equally near words, the one whose offer ranks best.
    """
    offers_with = index.vocabulary.offers_with
    elsewhere = None
    for _, others in index.spelling.corrections(word, index.vocabulary.words):
        others.sort(key=lambda it: (offers_with(it).min(), it))
        for it in others:
            if not context or context.intersect(offers_with(it)):
                return it, True
        elsewhere = elsewhere or others[0]
    return elsewhere, False


def _changes(words: tuple[str, ...], others: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((was, now) for was, now in zip(words, others, strict=True) if was != now)


def _partial(words: tuple[str, ...], index: Index) -> Interpretation | None:
    """The reading with words dropped: the unknown and one more, or as many as it takes."""
    others = _with_unknown_corrected(words, index)
    known = _distinct(word for word in others if word in index.vocabulary)
    kept = known if _together(known, index) else _without_one(known, index) or _beside_the_first(known, index)
    if not kept or 2 * len(kept) < len(known):
        return None
    return Interpretation(
        mode=MatchMode.PARTIAL,
        words=kept,
        corrected=tuple((was, now) for was, now in _changes(words, others) if now in kept),
        dropped=tuple(was for was, now in zip(words, others, strict=True) if now not in kept),
        matches=_together(kept, index),
    )


def _together(words: Iterable[str], index: Index) -> BitMap:
    """The offers that contain every one of these words, whole; none for no words."""
    found: BitMap | None = None
    for word in words:
        there = index.vocabulary.offers_with(word)
        found = there if found is None else found & there
        if not found:
            break
    return NOWHERE if found is None else found


def _without_one(words: tuple[str, ...], index: Index) -> tuple[str, ...] | None:
    """The words without one, so that offers contain the rest; preferably without one of low weight, or a late one."""
    ways = []
    for place, word in enumerate(words):
        rest = words[:place] + words[place + 1 :]
        if _together(rest, index):
            ways.append((_weight(word, index), -place, rest))
    return min(ways)[2] if ways else None


def _weight(word: str, index: Index) -> int:
    """The weight of a word, 0 to 2: a filler, any other word, a name of a model or host."""
    if word in FILLERS:
        return 0
    if index.vocabulary.offers_with_core(word) or index.vocabulary.offers_at(word):
        return 2
    return 1


def _beside_the_first(words: tuple[str, ...], index: Index) -> tuple[str, ...]:
    """The words, those of models' names first, each kept if an offer contains it and all kept before."""
    vocabulary = index.vocabulary
    kept: list[str] = []
    found: BitMap | None = None
    for word in sorted(words, key=lambda word: (not vocabulary.offers_with_core(word), word[:1].isdigit())):
        there = vocabulary.offers_with(word)
        both = there if found is None else found & there
        if both:
            found = both
            kept.append(word)
    return tuple(word for word in words if word in kept)


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
