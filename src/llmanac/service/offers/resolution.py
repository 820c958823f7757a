"""Resolutions: what an id was read as, and the offer, the past offer or the offers that it may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from llmanac.domain.documented import ANSWER
from llmanac.domain.records import Offer
from llmanac.service.offers.id_forms import IdForm
from llmanac.service.offers.past_offers import PastOffer

NEAREST = 5
"""Ids that are suggested for one that is unknown or ambiguous."""


class SpellingOf(StrEnum):
    """The spelling in which an id was recognised."""

    MODELS_DEV = "models.dev"
    LITELLM = "litellm"
    ALIAS = "alias"
    """A name that the organisation itself gave it."""
    MODEL = "model"
    """A host's own id for the model, without the host."""
    SEPARATORS = "separators"
    """The host's own id with other separators, or with its version before its tier."""


@dataclass(frozen=True, slots=True)
class IdReading:
    """The host and the model that an id was read as."""

    __pydantic_config__ = ANSWER

    host: str | None
    """The host that it begins with, by models.dev's id; None where it names none."""
    model: str
    """The host's own id."""
    forms: tuple[IdForm, ...] = ()
    """The forms of other programs that it was written in, from the outside in."""


@dataclass(frozen=True, slots=True)
class Found:
    """The id resolves to one offer."""

    offer: Offer
    number: int
    """Its document number; see ``CatalogData.offer``."""
    read_as: SpellingOf
    reading: IdReading = IdReading(None, "")


@dataclass(frozen=True, slots=True)
class Removed:
    """The id is that of an offer which is not listed any more."""

    id: str
    past: PastOffer
    reading: IdReading = IdReading(None, "")


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The id names a model, but no host: any of these offers may be meant, the likeliest first."""

    id: str
    offers: tuple[Offer, ...]
    reading: IdReading = IdReading(None, "")


@dataclass(frozen=True, slots=True)
class Unknown:
    """The id is not in the catalog; ``nearest`` are offers with similar ids or names, at the host that it names."""

    id: str
    nearest: tuple[Offer, ...]
    reading: IdReading = IdReading(None, "")
    strays: tuple[str, ...] = ()
    """Ids of LiteLLM's map that fit no host, and are this one but for separators."""


@dataclass(frozen=True, slots=True)
class Disallowed:
    """The id is of an offer that a policy hides from who asks."""

    id: str
    reason: str
    """A sentence that names the policy and the rule."""
    reading: IdReading = IdReading(None, "")


Resolution: TypeAlias = Found | Removed | Ambiguous | Unknown | Disallowed


def explain(resolution: Removed | Ambiguous | Unknown | Disallowed) -> str:
    """Why an id does not resolve to one offer, and which ids would; a sentence for people."""
    shown = resolution.id[:80]
    match resolution:
        case Disallowed(reason=reason):
            return f"{shown!r} is not for you to use. {reason}"
        case Removed(past=past):
            return past.sentence
        case Ambiguous(offers=offers):
            more = f", and {len(offers) - NEAREST} more" if len(offers) > NEAREST else ""
            return f"{shown!r} is ambiguous; it may mean {_ids(offers[:NEAREST])}{more}."
        case Unknown(strays=(stray, *_)):
            return f"There is no model {shown!r}; LiteLLM's map has {stray!r}, which fits no host."
        case Unknown(nearest=()):
            return f"There is no model {shown!r}."
        case Unknown(nearest=nearest):
            return f"There is no model {shown!r}; the nearest are {_ids(nearest)}."


def _ids(offers: Sequence[Offer]) -> str:
    return ", ".join(offer.id for offer in offers)
