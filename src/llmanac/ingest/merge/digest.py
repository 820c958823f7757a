"""A name for the content of a catalog: equal for equal facts, in whatever order the feeds listed them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import attrgetter

import orjson

from llmanac.domain.records import Model, Offer, Provider

SIMPLE_FIELDS = attrgetter(
    "provider", "model", "base", "name", "family", "status", "release_date", "last_updated", "knowledge",
    "open_weights", "first_party", "popularity", "litellm",
)  # fmt: skip
SHARED_FIELDS = attrgetter("capabilities", "limits", "modalities", "price")

LAB_FACTS = attrgetter("licence", "links", "weights", "benchmarks")


def digest_of(
    offers: Iterable[Offer],
    providers: Iterable[Provider],
    featured: Sequence[str],
    *,
    models: Iterable[Model] = (),
) -> str:
    """SHA-256 in hexadecimal digits. ``offers`` are in the static order, which is one of content alone.

    Of ``models`` it has what does not follow from their offers.
    """
    written: dict[int, orjson.Fragment] = {}

    def write_once(value: object) -> orjson.Fragment:
        """Many offers share these values, so each of them is written as JSON only once."""
        fragment = written.get(id(value))
        if fragment is None:
            written[id(value)] = fragment = orjson.Fragment(orjson.dumps(value, default=_written))
        return fragment

    facts = [[*SIMPLE_FIELDS(offer), *map(write_once, SHARED_FIELDS(offer))] for offer in offers]
    hosts = sorted(providers, key=lambda provider: provider.id)
    told = sorted([it.base, *LAB_FACTS(it)] for it in models if any(LAB_FACTS(it)))
    content = [facts, hosts, list(featured), *([told] if told else [])]
    return hashlib.sha256(orjson.dumps(content)).hexdigest()


def _written(value: object) -> str:
    """A decimal as text, 1.0 like 1."""
    if isinstance(value, Decimal):
        return str(value.normalize())
    raise TypeError(f"{type(value).__name__} is not a part of a catalog")
