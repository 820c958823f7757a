"""The questions that are asked: a mix of how people and programs look for models, drawn from the catalog itself.

Offers are drawn evenly, so a model that many hosts carry is asked for more often.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.paths import CATALOG as PATH
from llmanac.search.query.query import Query
from llmanac.search.query.schema import build_query

SEED = 20261123
SHORTEST = 5
"""Letters of a name that can be misspelt and still be told."""

SEPARATORS = str.maketrans(dict.fromkeys("-_. :/", ""))

SHARES: dict[str, int] = {
    "exact id": 42,
    "prefix": 18,
    "without separators": 24,
    "typing error": 30,
    "several words": 30,
    "filters": 48,
    "text and filters": 48,
}
"""The number of questions of each kind in a mix."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request: the parameters of the endpoint, by name."""

    kind: str
    parameters: dict[str, Any]

    @property
    def path(self) -> str:
        spelt = {
            name: str(value).lower() if isinstance(value, bool) else value for name, value in self.parameters.items()
        }
        return f"{PATH}?{urlencode(spelt, doseq=True)}"

    @property
    def query(self) -> Query:
        return build_query(**self.parameters)


def compose(catalog: CatalogData, *, seed: int = SEED) -> list[Question]:
    """The mix for a catalog, its kinds shuffled; the same for the same catalog and seed."""
    chance = random.Random(seed)
    makers: dict[str, Callable[[Offer], dict[str, Any]]] = {
        "exact id": lambda offer: {"query": chance.choice((offer.id, offer.model))},
        "prefix": lambda offer: {"query": _prefix(leaf(offer), chance)},
        "without separators": lambda offer: {"query": leaf(offer).translate(SEPARATORS)},
        "typing error": lambda offer: {"query": misspell(leaf(offer), chance)},
        "several words": lambda offer: {"query": _words(offer, chance)},
        "filters": lambda offer: _filters(offer, chance, count=chance.randint(1, 3)),
        "text and filters": lambda offer: {
            "query": leaf(offer).split("-")[0],
            **_filters(offer, chance, count=chance.randint(1, 2)),
        },
    }
    questions = [
        Question(kind, makers[kind](_draw(catalog.offers, chance)))
        for kind, count in SHARES.items()
        for _ in range(count)
    ]
    chance.shuffle(questions)
    return questions


def write_paths(questions: Sequence[Question], file: Path) -> Path:
    """The paths of the questions, one a line, for the load to walk along."""
    file.write_text("\n".join(question.path for question in questions), encoding="ascii")
    return file


def leaf(offer: Offer) -> str:
    """The last part of the host's id: the model's own name."""
    return offer.model.rsplit("/", 1)[-1].lower()


def misspell(word: str, chance: random.Random) -> str:
    """One slip of the finger behind the first letter: two letters swapped, one left out, doubled or replaced."""
    at = chance.choice([place for place in range(1, len(word) - 1) if word[place : place + 2].isalpha()] or [1])
    letter = word[at]
    slips = (
        word[:at] + word[at + 1] + letter + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + chance.choice("aeinorst") + word[at + 1 :],
    )
    return chance.choice(slips)


def _draw(offers: Sequence[Offer], chance: random.Random) -> Offer:
    """An offer with a name long enough to misspell, and with what can be filtered by."""
    while True:
        offer = chance.choice(offers)
        if (
            len(leaf(offer)) >= SHORTEST
            and offer.limits.context
            and offer.capabilities
            and offer.price.bound is not None
        ):
            return offer


def _prefix(word: str, chance: random.Random) -> str:
    return word[: chance.randint(3, max(3, len(word) * 2 // 3))]


def _words(offer: Offer, chance: random.Random) -> str:
    words = (offer.name or leaf(offer)).lower().replace("-", " ").replace("(", "").replace(")", "").split()
    start = chance.randrange(max(1, len(words) - 1))
    return " ".join(words[start : start + chance.randint(2, 4)])


def _filters(offer: Offer, chance: random.Random, *, count: int) -> dict[str, Any]:
    """Filters that this offer passes."""
    context, price = offer.limits.context or 1, float(offer.price.bound or 0)
    choices: list[dict[str, Any]] = [
        {"provider": offer.provider},
        {"capabilities": sorted(map(str, chance.sample(offer.capabilities, min(2, len(offer.capabilities)))))},
        {"open_weights": bool(offer.open_weights)},
        {"min_context": max(1, context // 2)},
        {"max_price": round(price * 2, 6)},
        {"min_price": round(price / 2, 6), "max_price": round(price * 2, 6)},
    ]
    return {name: value for choice in chance.sample(choices, count) for name, value in choice.items()}
