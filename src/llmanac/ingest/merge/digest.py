"""The digest of a catalog's content: equal for equal facts, whatever their order in the feeds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import attrgetter

import msgspec
import orjson

from llmanac.domain.records import Model, Offer, Provider
from llmanac.ingest.layer import LiteLLMListing

SIMPLE_FIELDS = attrgetter(
    "provider", "model", "base", "name", "family", "status", "release_date", "last_updated", "knowledge",
    "open_weights", "first_party", "popularity", "litellm", "kind", "listed_by", "own",
)  # fmt: skip
SHARED_FIELDS = attrgetter("capabilities", "limits", "modalities", "price", "lifecycle")

ROW_FIELDS = attrgetter("id", "mode", "capabilities", "limits", "cost")

LAB_FACTS = attrgetter("licence", "links", "weights", "benchmarks")


def digest_of(
    offers: Iterable[Offer],
    providers: Iterable[Provider],
    featured: Sequence[str],
    *,
    models: Iterable[Model] = (),
    litellm: Iterable[LiteLLMListing] = (),
) -> str:
    """The SHA-256 of a catalog, in hexadecimal digits. ``offers`` are in static order, which depends on content alone.

    ``models`` contribute only the facts that do not follow from their offers; ``litellm`` is in the order of the ids.
    """
    written: dict[int, orjson.Fragment] = {}

    def write_once(value: object) -> orjson.Fragment:
        """The JSON of a value; many offers share it, so it is encoded once."""
        fragment = written.get(id(value))
        if fragment is None:
            written[id(value)] = fragment = orjson.Fragment(orjson.dumps(value, default=_written))
        return fragment

    facts = [[*SIMPLE_FIELDS(offer), *map(write_once, SHARED_FIELDS(offer))] for offer in offers]
    hosts = sorted(providers, key=lambda provider: provider.id)
    lab_facts = sorted([it.base, *LAB_FACTS(it)] for it in models if any(LAB_FACTS(it)))
    content = [facts, hosts, list(featured), lab_facts]
    digest = hashlib.sha256(orjson.dumps(content))
    digest.update(msgspec.msgpack.encode([(it.id, it.lifecycle, *ROW_FIELDS(it.row)) for it in litellm]))
    return digest.hexdigest()


def _written(value: object) -> str:
    """A decimal as normalised text: 1.0 equals 1."""
    if isinstance(value, Decimal):
        return str(value.normalize())
    raise TypeError(f"{type(value).__name__} is not a part of a catalog")
