"""Flattens the claims of a JWT to pairs of a name and a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

MOST_CLAIMS = 200
"""Maximum number of pairs that are kept of a JWT."""
MAX_CLAIM_LENGTH = 256
"""Maximum length of a name or a value; longer ones are left out."""
MOST_NESTED = 4


def flatten_claims(claims: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """The claims as pairs: dots separate nested names, and each item of a list has a pair of its own.

    Texts, numbers and booleans are kept as texts, as JSON writes them; everything else is left out.
    """
    pairs = ((name, value) for name, value in _pairs(claims, "", MOST_NESTED) if _is_short(name, value))
    return frozenset(islice(pairs, MOST_CLAIMS))


def _is_short(*texts: str) -> bool:
    return all(len(text) <= MAX_CLAIM_LENGTH for text in texts)


def _pairs(value: Any, name: str, levels: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if levels:
            for key, item in value.items():
                yield from _pairs(item, f"{name}.{key}" if name else str(key), levels - 1)
    elif isinstance(value, list):
        for item in value:
            if not isinstance(item, list | Mapping):
                yield from _pairs(item, name, levels)
    elif isinstance(value, bool):
        yield name, str(value).lower()
    elif isinstance(value, str | int | float):
        yield name, str(value)
