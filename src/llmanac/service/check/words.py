"""The words of names in files, and whether a name is that of a setting which holds a model."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MODEL_WORDS = frozenset("model models llm llms engine".split())
_MODEL_OPTIONS = frozenset({"-m", "-M"})
_NOT_THE_MODEL = frozenset(
    "path dir directory file folder url uri endpoint view class type alias prompt template format description desc "
    "title label display version size spec specs settings info count limit temperature tokens timeout registry repo "
    "image tag field table train".split()
)
"""Words that, behind ``model``, say that the value is something else: ``model_path``."""


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in any case, in lower case: ``editor-model``, ``titleModel``, ``AIDER_MODEL``."""
    return tuple(it.lower() for it in _WORDS.findall(name))


def says_model(name: str) -> bool:
    """Whether a key, a parameter, a variable or an option of this name has a model as its value."""
    if name in _MODEL_OPTIONS:
        return True
    words = words_of(name)
    place = next((it for it, word in enumerate(words) if word in _MODEL_WORDS), None)
    return place is not None and _NOT_THE_MODEL.isdisjoint(words[place + 1 :])
