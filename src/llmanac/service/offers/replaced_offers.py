"""Finds the offer whose place is to be taken: one that is listed, or the past of one that is not any more."""

from __future__ import annotations

from dataclasses import dataclass, replace

from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.naming import base_of
from llmanac.domain.pricing import UNKNOWN_PRICE, Price, PriceState, Rates
from llmanac.domain.records import Limits, Offer
from llmanac.errors import Forbidden, NotFound
from llmanac.service.offers.past_offers import PastOffer
from llmanac.service.offers.resolution import Disallowed, Found, Removed, explain
from llmanac.service.offers.resolver import Resolver
from llmanac.service.offers.successors import Successors

REMOVED = "removed"
"""The status of an offer that is not listed any more."""


@dataclass(frozen=True, slots=True)
class ReplacedOffer:
    """An offer to be replaced, with all that is known of it."""

    offer: Offer
    number: int | None
    """Its document number; None where it is not listed any more."""
    successor: Offer | None
    """The next of its line, where it ends or is not listed any more."""
    successor_number: int | None = None
    facts_of: Offer | None = None
    """The offer whose facts stand for its own; None where they are its own, or nobody's."""
    is_known: bool = True
    """Whether it is known what it can do."""

    @property
    def note(self) -> str | None:
        """The source of its facts, or that there is none, as a sentence; None for one that is listed."""
        if self.number is not None:
            return None
        if self.is_known and self.facts_of is None:
            return f"{self.offer.id} is not listed any more; it is compared as it was last listed."
        if self.facts_of is None:
            return (
                f"{self.offer.id} is not listed any more, and no source knows what it could do: nothing can be "
                "compared with it."
            )
        whose = "the same model" if self.facts_of.base == self.offer.base else "its successor"
        return f"{self.offer.id} is not listed any more; what it could do is taken from {whose}, {self.facts_of.id}."


class ReplacedOffers:
    """Finds offers to be replaced, by any spelling of their ids."""

    def __init__(self, *, resolver: Resolver, successors: Successors) -> None:
        self._resolver = resolver
        self._successors = successors

    def find(self, id: str, *, recalled: Removed | None = None) -> ReplacedOffer:  # noqa: A002 -- what is looked up is an id
        """The offer of an id.

        ``recalled`` is what a history knows of an id that is neither listed nor in the packaged past. Raises NotFound,
        which names the nearest ids, and Forbidden for an id that a policy hides.
        """
        match self._resolver.resolve(id):
            case Found(offer=offer, number=number):
                return self._with_successor(ReplacedOffer(offer, number, self._successors.if_ending(offer).offer))
            case Removed(past=past):
                return self._removed(past)
            case Disallowed() as hidden:
                raise Forbidden(explain(hidden))
            case missing if recalled is None:
                raise NotFound(explain(missing))
            case _:
                return self._removed(recalled.past)

    def _removed(self, past: PastOffer) -> ReplacedOffer:
        """A past offer, with the best facts that there are of it.

        They are its own as models.dev stated them, else those of the same model that is listed, else its own as LiteLLM
        stated them, which has no media and gives a family what one of it can do, else those of its successor.
        """
        base = base_of(past.model)
        same = next(iter(self._resolver.of_model(base)), None)
        own = _as_listed(past, base)
        successor = self._successors.after_unlisted(past.model, (past.provider,))
        if own is not None and past.listed_by != MODELS_DEV and same is not None:
            own = None
        known = None if own is not None else same or successor
        is_priced = past.input is not None or past.output is not None
        rates = Rates(input=past.input, output=past.output)
        gone = replace(
            own or known or Offer(provider=past.provider, model=past.model, base=base),
            provider=past.provider,
            model=past.model,
            base=base,
            name=same.name if same else None,
            status=REMOVED,
            price=Price(rates, state=PriceState.KNOWN) if is_priced else UNKNOWN_PRICE,
            lifecycle=past.lifecycle,
            own=None,
        )
        found = ReplacedOffer(gone, None, successor, facts_of=known, is_known=own is not None or known is not None)
        return self._with_successor(found)

    def _with_successor(self, found: ReplacedOffer) -> ReplacedOffer:
        """The same with the number of its successor."""
        if found.successor is None:
            return found
        return replace(found, successor_number=self._resolver.number(found.successor.id))


def _as_listed(past: PastOffer, base: str) -> Offer | None:
    """A past offer by its own facts; None where they are unknown."""
    facts = past.facts
    if facts is None:
        return None
    return Offer(
        provider=past.provider,
        model=past.model,
        base=base,
        kind=facts.kind,
        modalities=facts.modalities,
        capabilities=facts.capabilities,
        limits=Limits(context=facts.context),
        release_date=facts.release_date,
        open_weights=facts.open_weights,
    )
