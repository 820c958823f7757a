"""Catalogs larger than there are: the real one, and further offers made from its parts.

A made-up offer takes a real one's capabilities, dates, limits and price state as they are, its name in
parts, and its price within a factor; and its host is a real one, or a person's page on a hub of models,
as a million models would be. Names mix real words, so that most words stay frequent; some words, and most
people, occur only here and there, so that the vocabulary grows with the catalog as it does on such hubs.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from llmanac.domain.catalog import CatalogData
from llmanac.domain.naming import base_of
from llmanac.domain.pricing import Price, Rates
from llmanac.domain.records import Model, Offer

SEED = 20261123

SYLLABLES = tuple("ba be bi bo da de di do fa fi ga go ha ja ka ki ko la le li lo ma me mi mo na ne ni no pa".split())
SUFFIXES = (
    "merged",
    "lora",
    "dpo",
    "sft",
    "gguf",
    "awq",
    "gptq",
    "v2",
    "v3",
    "exp",
    "base",
    "chat",
    "roleplay",
    "math",
)
HUBS = ("huggingface", "openrouter", "nano-gpt", "featherless", "kilo")
"""Hosts that carry whatever people publish."""

PEOPLE_SHARE = 0.7
RARE_WORD_SHARE = 0.1
OFFERS_PER_PERSON = 12


def grow(catalog: CatalogData, size: int, *, seed: int = SEED) -> CatalogData:
    """A catalog of this size that holds the given one; the same for the same seed."""
    offers = list(catalog.offers)
    taken = {offer.id for offer in offers}
    maker = _OfferMaker(catalog.offers, random.Random(seed), people=max(1, size // OFFERS_PER_PERSON))
    for offer in maker.make():
        if len(offers) >= size:
            break
        if offer.id not in taken:
            taken.add(offer.id)
            offers.append(offer)
    offers.sort(key=lambda offer: offer.id)
    offers.sort(key=lambda offer: (offer.popularity, offer.release_date or ""), reverse=True)
    return replace(
        catalog,
        offers=tuple(offers),
        models={**_models(offers), **catalog.models},
        digest=f"{random.Random(f'{seed}-{size}').getrandbits(256):064x}",
    )


class _OfferMaker:
    """An endless supply of offers that look like those of the real catalog."""

    def __init__(self, real: Sequence[Offer], chance: random.Random, *, people: int) -> None:
        self._real = real
        self._chance = chance
        self._people = people
        self._providers = sorted({offer.provider for offer in real})
        self._words = [word for offer in real for word in _parts(offer) if len(word) > 1]

    def make(self) -> Iterator[Offer]:
        while True:
            template = self._chance.choice(self._real)
            name = self._name(template)
            yield replace(
                template,
                provider=self._chance.choice(HUBS if "/" in name else self._providers),
                model=name,
                base=base_of(name),
                name=name.rsplit("/", 1)[-1].replace("-", " ").title(),
                price=self._price(template.price),
                first_party=False,
                popularity=template.popularity * self._chance.random() ** 4,
                litellm=None,
            )

    def _name(self, template: Offer) -> str:
        """Parts of a real name: one exchanged, some added, now and then a rare word, and mostly a person in front."""
        chance = self._chance
        parts = list(_parts(template))
        parts[chance.randrange(len(parts))] = chance.choice(self._words)
        if chance.random() < RARE_WORD_SHARE:
            parts.append(self._coin(chance.randint(2, 4)))
        parts.extend(chance.sample(SUFFIXES, chance.choice((0, 0, 1, 1, 2))))
        leaf = "-".join(parts)
        if chance.random() < PEOPLE_SHARE:
            # Few people publish much, many publish little.
            return f"{_person(int(self._people * chance.random() ** 2))}/{leaf}"
        return leaf

    def _coin(self, syllables: int) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=syllables))

    def _price(self, price: Price) -> Price:
        factor = Decimal(str(round(self._chance.lognormvariate(0, 0.5), 3)))
        rates = price.rates
        return replace(
            price,
            rates=Rates(input=_scaled(rates.input, factor), output=_scaled(rates.output, factor)),
            tiers=(),
        )


def _parts(offer: Offer) -> tuple[str, ...]:
    """The words and numbers of a model's own name."""
    return tuple(part for part in re.split(r"[-_ :@/()]+", offer.model.rsplit("/", 1)[-1].lower()) if part) or (
        "model",
    )


def _person(number: int) -> str:
    """The name of the person with this number, always the same."""
    name = ""
    rest = number
    while True:
        rest, syllable = divmod(rest, len(SYLLABLES))
        name += SYLLABLES[syllable]
        if not rest:
            return f"{name}{number % 97}" if number % 3 == 0 else name


def _scaled(rate: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if rate is None else (rate * factor).quantize(Decimal("0.0001"))


def _models(offers: Sequence[Offer]) -> dict[str, Model]:
    grouped: defaultdict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        grouped[offer.base].append(offer)
    return {
        base: Model(
            base=base,
            lab=None,
            family=group[0].family,
            release_date=group[0].release_date,
            popularity=group[0].popularity,
            offers=tuple(offer.id for offer in group),
        )
        for base, group in grouped.items()
    }
