"""Resolves model ids in any host's spelling to their base model: ``us.anthropic.claude-…-v1:0``, ``azure/gpt-4o``."""

from __future__ import annotations

from collections.abc import Sequence

from pyroaring import BitMap

from llmanac.domain.host_names import CLIENT_HOST_NAMES
from llmanac.domain.naming import QUALIFIERS, base_of, host_by_form, without_effort
from llmanac.search.index.index import Index
from llmanac.search.index.text import cut, squash
from llmanac.search.reading.interpretation import SameModel

MARKS = frozenset("/:@-_.")
DATE_LENGTH = len("20250929")
REGIONS = ("usgov", "global", "apac", "us", "eu", "au", "jp", "ca")
"""Regions that ids of Amazon Bedrock begin with, without separators; the longest first."""
REGIONAL_HOST = "amazon-bedrock"

NO_MODEL = SameModel()


def looks_like_id(text: str) -> bool:
    """Returns True if a text has the form of an id, rather than of words to look for."""
    return not MARKS.isdisjoint(text) and text.split() == [text]


def same_model(text: str, words: Sequence[str], index: Index) -> SameModel:
    """The offers of the base model that an id stands for; ``words`` are the words of the id."""
    run = "".join(words)
    leaf = cut(text.rpartition("/")[2]) if "/" in text else words
    models = _models_called(text, run, leaf, index=index)
    is_regional = False
    if not models:
        models = _models_without_region(run, index)
        is_regional = bool(models)
    if not models:
        return NO_MODEL
    offers = index.names.offers_of(models)
    narrowings = [index.names.offers_called("".join(leaf))]
    narrowings += [index.vocabulary.offers_with(word) for word in leaf if len(word) == DATE_LENGTH and word.isdigit()]
    there = _at_host(text, index)
    narrowings.append(index.filters.labelled("provider", REGIONAL_HOST) if is_regional else there)
    narrowings += [index.vocabulary.offers_with(word) for word in leaf if word in QUALIFIERS]
    nearest = [offers]
    for narrowing in narrowings:
        nearer = nearest[-1] & narrowing
        if nearer:
            nearest.append(nearer)
    return SameModel(offers=offers, nearest=tuple(reversed(nearest[1:])), names_host=bool(there) or _names_host(text))


def _models_called(text: str, run: str, leaf: Sequence[str], *, index: Index) -> list[int]:
    """The base models of that name: the whole text, the last part of a path, or what hosts' additions leave of it."""
    names = index.names
    models = names.models_named(run)
    if not models and "/" in text:
        models = names.models_named("".join(leaf))
    if not models and text.endswith(":0"):
        models = names.models_named(squash(text.removesuffix(":0")))
    if not models:
        base = base_of(text)
        models = names.models_named(squash(base))
        if not models and (shorter := without_effort(base)) != base:
            models = names.models_named(squash(shorter))
    return models


def _at_host(text: str, index: Index) -> BitMap:
    """The offers of the host that an id names, or whose spelling of ids it follows."""
    named = index.filters.labelled("provider", text.lower().partition("/")[0])
    return named or index.filters.labelled("provider", host_by_form(text) or "")


def _names_host(text: str) -> bool:
    """Returns True if an id begins with another client's name for a host."""
    return text.lower().partition("/")[0] in CLIENT_HOST_NAMES


def _models_without_region(run: str, index: Index) -> list[int]:
    """The base models of an Amazon Bedrock id without separators, and so with its region joined to the name."""
    region = next((it for it in REGIONS if run.startswith(it)), None)
    return index.names.models_named(run.removeprefix(region)) if region else []
