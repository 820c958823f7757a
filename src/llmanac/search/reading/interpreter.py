"""From a question's text to its reading: the strictest one that finds anything.

First as it stands, its last word perhaps unfinished, separators and case aside: words run together are cut apart,
words cut apart are put together, and an id in somebody else's spelling stands for its base model. Only then with
slips of the keys forgiven, and only then with words left out.
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
"""Unknown words of a question that are looked at for slips; the rest are left out."""
NUMBER_MARKS = frozenset("-_ ")
"""What may stand between two numbers of a version."""
OPEN_MARKS = frozenset(":-_.")
"""Behind which a name goes on; a path is no name."""
MOST_DOUBTED = 8
"""Words of a question, all known, each of which may be a slip of another."""
DRESS = frozenset("api base chat free hf instruct it latest llm model models preview".split())
"""Words that ids and people add to a model's name, and that tell no model from another."""


def interpret(text: str, index: Index) -> Interpretation:
    """The strictest reading that finds anything; one without matches where none does."""
    in_order = cut(text)
    words = _distinct(in_order)[:MAX_WORDS]
    if not words:
        return Interpretation()
    return (
        _whole(text, words, in_order=in_order, index=index)
        or _undressed(words, index)
        or _corrected(text, words, index)
        or _partial(words, index)
        or Interpretation(words=words)
    )


def _whole(text: str, words: tuple[str, ...], *, in_order: Sequence[str], index: Index) -> Interpretation | None:
    """The reading in which nothing is forgiven; ``in_order`` are all words, repeated ones too."""
    run = "".join(in_order)
    is_id = looks_like_id(text)
    matches = _matching(words, index)
    if len(words) == 1:
        # What is a word in one name may be the whole of another: qwenlong.
        matches = matches | index.names.offers_of(index.names.models_named(run))
    if _ends_in_two_numbers(text) and not matches & index.vocabulary.offers_with(words[-1]):
        words, matches = _apart(text, words, matches, index=index)
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
    """The offers that have every word, the last perhaps unfinished."""
    vocabulary = index.vocabulary
    found = vocabulary.offers_with_beginning(words[-1])
    for word in words[:-1]:
        if not found:
            break
        found = found & vocabulary.offers_with(word)
    return found


def _ends_in_two_numbers(text: str) -> bool:
    """Whether the last two parts of a question are read as a version, but the second may be the first of a size."""
    return text[-1].isdigit() and text[-2:-1] in NUMBER_MARKS and text[-3:-2].isdigit()


def _apart(text: str, words: tuple[str, ...], matches: BitMap, *, index: Index) -> tuple[tuple[str, ...], BitMap]:
    """The same with a number for itself at the end, as of ``qwen3 14b`` half typed, if anything has it so."""
    others = _distinct((*cut(text[:-2]), text[-1]))[:MAX_WORDS]
    found = _matching(others, index)
    return (others, found) if found else (words, matches)


def _regrouped(words: tuple[str, ...], run: str, index: Index) -> tuple[tuple[str, ...], BitMap, SameModel]:
    """The first other way of cutting the letters that finds anything, and what it finds."""
    for cuts in regrouped(words, run, index.vocabulary):
        others = _distinct(cuts)[:MAX_WORDS]
        matches = _matching(others, index)
        model = NO_MODEL if matches else same_model("-".join(cuts), cuts, index)
        if matches or model:
            return others, matches, model
    return words, NOWHERE, NO_MODEL


def _undressed(words: tuple[str, ...], index: Index) -> Interpretation | None:
    """The reading without words that tell no model from another, if those are all that stood in the way."""
    kept = tuple(word for word in words if word not in DRESS)
    matches = _matching(kept, index) if 0 < len(kept) < len(words) else NOWHERE
    if not matches:
        return None
    dropped = tuple(word for word in words if word in DRESS)
    return Interpretation(tier=MatchMode.PARTIAL, words=kept, dropped=dropped, matches=matches)


def _corrected(text: str, words: tuple[str, ...], index: Index) -> Interpretation | None:
    """The reading with slips forgiven: in unknown words or, if there are none, in any one of them."""
    is_id = looks_like_id(text)
    for others in _corrections(words, index):
        matches = _matching(others, index)
        spelt = _respelt(text, words, others) if is_id else "-".join(others)
        model = NO_MODEL if matches else same_model(spelt, others, index)
        if matches or model:
            return Interpretation(
                tier=MatchMode.SPELLING,
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
        tier=MatchMode.SPELLING, words=words, corrected=((run, name),), same_model=SameModel(offers=offers)
    )


def _respelt(text: str, words: tuple[str, ...], others: tuple[str, ...]) -> str:
    """An id with its words replaced, and all its marks as they stood."""
    text = text.lower()
    for was, now in _changes(words, others):
        text = text.replace(was, now)
    return text


def _corrections(words: tuple[str, ...], index: Index) -> Iterator[tuple[str, ...]]:
    """What the words were probably meant to be, the likeliest first."""
    vocabulary = index.vocabulary
    if any(word not in vocabulary for word in words):
        yield _with_unknown_corrected(words, index)
    elif len(words) <= MOST_DOUBTED:
        for place, word in enumerate(words):
            for _, others in index.spelling.corrections(word, vocabulary.words):
                yield from ((*words[:place], other, *words[place + 1 :]) for other in others)


def _with_unknown_corrected(words: tuple[str, ...], index: Index) -> tuple[str, ...]:
    """Each unknown word replaced by the nearest known one, rather one that stands beside the others somewhere."""
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
    """The nearest word that something of the context has, or else the nearest; and which of both it is.

    Of equally near words, that of the offer with the best standing.
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
    """The reading with words left out: the unknown and one more, or as many as must be."""
    others = _with_unknown_corrected(words, index)
    known = _distinct(word for word in others if word in index.vocabulary)
    kept = known if _together(known, index) else _without_one(known, index) or _beside_the_first(known, index)
    if not kept or 2 * len(kept) < len(known):
        return None
    return Interpretation(
        tier=MatchMode.PARTIAL,
        words=kept,
        corrected=tuple((was, now) for was, now in _changes(words, others) if now in kept),
        dropped=tuple(was for was, now in zip(words, others, strict=True) if now not in kept),
        matches=_together(kept, index),
    )


def _together(words: Iterable[str], index: Index) -> BitMap:
    """The offers that have every one of these words, whole; none for no words."""
    found: BitMap | None = None
    for word in words:
        there = index.vocabulary.offers_with(word)
        found = there if found is None else found & there
        if not found:
            break
    return NOWHERE if found is None else found


def _without_one(words: tuple[str, ...], index: Index) -> tuple[str, ...] | None:
    """The words without one that nothing has beside the others: rather a word that says little, or the last."""
    ways = []
    for place, word in enumerate(words):
        rest = words[:place] + words[place + 1 :]
        if _together(rest, index):
            ways.append((_weight(word, index), -place, rest))
    return min(ways)[2] if ways else None


def _weight(word: str, index: Index) -> int:
    """How much a word says of what is meant."""
    if word in DRESS:
        return 0
    if index.vocabulary.offers_with_core(word) or index.vocabulary.offers_at(word):
        return 2
    return 1


def _beside_the_first(words: tuple[str, ...], index: Index) -> tuple[str, ...]:
    """Of the words, those of models' names before others, each that something has beside the ones before it."""
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
