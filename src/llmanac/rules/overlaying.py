"""Lays the rules of overlays over a catalog that was folded from the feeds.

What a rule is about is decided by the feeds alone, and by the offers that rules add: never by what another rule
states. So a rule can be read by itself. Rules are applied from the lowest to the highest: of two that state one fact,
the higher one is served, and a discount or a factor applies to what the rules below it have left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from heapq import heappop, heappush
from itertools import chain, islice
from typing import NamedTuple

from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.naming import base_of, fold
from llmanac.domain.overlaid import BeforeOverlays, OfferOverlay, Overlaid, OverlaidFact, RuleOutcome
from llmanac.domain.own_facts import OVERLAYS
from llmanac.domain.records import Model, Offer, Provider
from llmanac.ingest.merge.labs import lab_of
from llmanac.ingest.merge.litellm_offers import OverlaidOffers
from llmanac.ingest.merge.popularity import at_host
from llmanac.ingest.merge.static_order import ORDERING_FACTS, in_static_order
from llmanac.rules.changed_offer import changed, merged_like
from llmanac.rules.overlay import AddedOffer
from llmanac.rules.rules_in_force import RuleInForce
from llmanac.rules.selector import SelectableOffers
from llmanac.rules.stated_facts import READERS, RELATIVE
from llmanac.rules.statement import Statement
from llmanac.search.index.filter_index import FilterIndex, FilterPostings
from llmanac.search.query.filters import FILTERS

MOST_CONTRADICTED = 100
"""Maximum number of rules that are named as contradicting one."""

NOWHERE = "is listed nowhere, nor added by a rule in force"


class OverlaidCatalog(NamedTuple):
    """A catalog with rules laid over it, and what they have changed."""

    catalog: CatalogData
    overlaid: Overlaid


def overlay(catalog: CatalogData, rules: Sequence[RuleInForce], *, today: date) -> OverlaidCatalog:
    """The catalog with these rules laid over it. ``today`` is the day from which ages are counted.

    The featured set and the digest are those of the catalog without them still.
    """
    return _Overlaying(catalog, rules).result(today)


class _Overlaying:
    """One run over a catalog, and what it has found so far."""

    def __init__(self, catalog: CatalogData, rules: Sequence[RuleInForce]) -> None:
        self._catalog = catalog
        self._rules = rules
        self._statements = _statements(rules)
        self._outcomes = _Outcomes(len(rules))
        self._trouble: dict[int, str] = {}
        self._providers = dict(catalog.providers)
        self._models = dict(catalog.models)
        self._offers = {offer.id: offer for offer in catalog.offers}
        self._added: dict[str, int] = {}
        """The number of the rule that added an offer, by its id."""

    def result(self, today: date) -> OverlaidCatalog:
        self._add_hosts()
        self._add_offers()
        listed = [*self._offers.values()]
        unlisted = list(self._catalog.litellm_offers) if self._rules else []
        everything = (*listed, *unlisted)
        by_offer = self._rules_by_offer(everything)
        overlaid: dict[str, OfferOverlay] = {}
        made: dict[str, Offer] = {}
        for place, numbers in by_offer.items():
            before = everything[place]
            id_, after = before.id, self._changed(before, numbers)
            made[id_] = after
            overlaid[id_] = self._compared(before, after, numbers, added_by=self._added.get(id_))
        for id_, number in self._added.items():
            if number not in self._statements:  # it adds the offer, and states nothing else
                self._outcomes.matched[number] = 1
                overlaid.setdefault(id_, OfferOverlay(facts={}, added_by=number))
        contradicted = self._outcomes.contradicted(self._statements)
        changes = Overlaid(
            offers=overlaid,
            rules=tuple([self._outcome(number, contradicted.get(number, ())) for number in range(len(self._rules))]),
            upstream=self._upstream(made),
        )
        return OverlaidCatalog(self._with(made, listed=listed, unlisted=unlisted, today=today), changes)

    @cached_property
    def _by_fold(self) -> dict[str, str]:
        """The ids of the offers, those that were added too, by their spelling for comparison."""
        return {fold(id_): id_ for id_ in self._offers}

    def _add_hosts(self) -> None:
        for it in self._rules:
            host = it.rule.add_host
            if host is None:
                continue
            known = self._providers.get(host.id)
            stated = host.model_dump(exclude_unset=True, exclude={"id"})
            self._providers[host.id] = replace(known, **stated) if known else Provider(id=host.id, **stated)

    def _add_offers(self) -> None:
        """Add the offers of rules, the lowest first; one that is like another that a rule adds comes after that one."""
        adding = {number: it.rule.add for number, it in enumerate(self._rules) if it.rule.add is not None}
        ids = {fold(offer.id) for offer in adding.values()}
        ready: list[int] = []
        waiting: defaultdict[str, list[int]] = defaultdict(list)
        for number, offer in adding.items():
            like = fold(offer.like or "")
            (waiting[like] if like in ids and like not in self._by_fold else ready).append(number)
        while ready:
            number = heappop(ready)
            self._add_offer(adding[number], number)
            if fold(adding[number].id) in self._by_fold:
                for follower in waiting.pop(fold(adding[number].id), ()):
                    heappush(ready, follower)
        left = [*chain.from_iterable(waiting.values())]
        circular = {fold(adding[number].id) for number in left}
        for number in left:
            like = adding[number].like or ""
            way = "is like an offer that is like it" if fold(like) in circular else NOWHERE
            self._trouble[number] = f"{like} {way}: name an offer of the catalog."

    def _add_offer(self, added: AddedOffer, number: int) -> None:
        like = self._offers.get(self._by_fold.get(fold(added.like), "")) if added.like else None
        if added.like and like is None:
            self._trouble[number] = f"{added.like} {NOWHERE}: name an offer of the catalog."
            return
        if fold(added.id) in self._by_fold:
            self._trouble[number] = f"{added.id} is listed already; state what differs by a rule with match."
            return
        offer = self._offer_of(added, like)
        self._offers[offer.id] = offer
        self._by_fold[fold(offer.id)] = offer.id
        self._added[offer.id] = number
        self._providers.setdefault(offer.provider, Provider(id=offer.provider))

    def _offer_of(self, added: AddedOffer, like: Offer | None) -> Offer:
        provider, _, model = added.id.partition("/")
        base = added.base or (like.base if like else base_of(model))
        lab = lab_of(base)
        place = lab.hosts.index(provider) if lab and provider in lab.hosts else None
        known = self._models.get(base)
        offer = Offer(
            provider=provider,
            model=model,
            base=base,
            first_party=place is not None,
            popularity=at_host(known.popularity if known else 0.0, place),
            listed_by=OVERLAYS,
        )
        if like is not None:
            offer = merged_like(like, offer)
        if known is None:
            self._models[base] = Model(
                base=base,
                lab=lab.id if lab else None,
                family=offer.family,
                release_date=offer.release_date,
                popularity=0.0,
                offers=(offer.id,),
            )
        else:
            self._models[base] = replace(known, offers=(*known.offers, offer.id))
        return offer

    def _rules_by_offer(self, offers: Sequence[Offer]) -> Mapping[int, Sequence[int]]:
        """The numbers of the rules about each of these offers, from the lowest to the highest, by its place."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        subjects = {n: self._rules[n].rule.subject for n in self._statements if n not in self._trouble}
        if not subjects:
            return found
        named = {name for it in subjects.values() for name in it.where}
        rows = [row for row in FILTERS if any(it.name in named for it in row.parameters)]
        catalog = replace(self._catalog, offers=offers, models=self._models, providers=self._providers)
        selectable = SelectableOffers(offers, FilterIndex.of(FilterPostings.of(catalog, rows), rows))
        for number, subject in subjects.items():
            those = selectable.select(subject)
            self._outcomes.matched[number] = len(those)
            for place in those:
                found[place].append(number)
        return found

    def _changed(self, before: Offer, numbers: Iterable[int]) -> Offer:
        return changed(before, chain.from_iterable([self._statements[number].steps for number in numbers]))

    def _compared(self, before: Offer, after: Offer, numbers: Sequence[int], *, added_by: int | None) -> OfferOverlay:
        """The statements of rules about an offer, beside those of the sources."""
        by_fact: defaultdict[str, list[int]] = defaultdict(list)
        for number in numbers:
            for fact in self._statements[number].facts:
                by_fact[fact].append(number)
        facts: dict[str, OverlaidFact] = {}
        for fact, those in by_fact.items():
            # What an added offer has from another one is no word of the sources about this one.
            upstream, value = READERS[fact](before) if added_by is None else None, READERS[fact](after)
            if upstream is None and value is None:
                continue
            facts[fact] = OverlaidFact(value=value, upstream=upstream, rule=those[-1], others=tuple(those[:-1]))
            if value != upstream:
                self._outcomes.needed.update(those)
            if len(those) > 1:
                self._outcomes.mark_together(fact, those)
        return OfferOverlay(facts=facts, added_by=added_by)

    def _outcome(self, number: int, contradicts: Iterable[int]) -> RuleOutcome:
        it = self._rules[number]
        matched = self._outcomes.matched[number]
        is_statement = it.rule.set is not None and it.rule.add is None
        return RuleOutcome(
            overlay=it.overlay,
            number=it.number,
            author=it.author,
            reason=it.rule.reason,
            valid_from=it.rule.valid_from,
            valid_until=it.rule.valid_until,
            matched=1 if it.rule.add_host else matched,
            redundant=is_statement and matched > 0 and number not in self._outcomes.needed,
            contradicts=tuple(islice(contradicts, MOST_CONTRADICTED)),
            trouble=self._trouble.get(number),
        )

    def _with(
        self, made: Mapping[str, Offer], *, listed: Iterable[Offer], unlisted: Sequence[Offer], today: date
    ) -> CatalogData:
        offers: Iterable[Offer] = _with_own_litellm_ids([made.get(offer.id, offer) for offer in listed], made)
        if self._added or any(not ORDERING_FACTS.isdisjoint(it.facts) for it in self._statements.values()):
            offers = in_static_order(offers, self._models, today=today)
        overlaid = {place: made[it.id] for place, it in enumerate(unlisted) if it.id in made}
        litellm = self._catalog.litellm_offers
        return replace(
            self._catalog,
            offers=tuple(offers),
            providers=self._providers,
            models=self._models,
            litellm_offers=OverlaidOffers(litellm, overlaid) if overlaid else litellm,
        )

    def _upstream(self, made: Mapping[str, Offer]) -> BeforeOverlays:
        before = {offer.id: offer for offer in self._catalog.offers if offer.id in made}
        known, providers = self._catalog.models, self._catalog.providers
        return BeforeOverlays(
            digest=self._catalog.digest,
            featured=self._catalog.featured,
            order=tuple([offer.id for offer in self._catalog.offers]),
            offers=before,
            models={base: known[base] for base, model in self._models.items() if known.get(base, model) is not model},
            added_offers=tuple(self._added),
            added_models=tuple(base for base in self._models if base not in known),
            added_providers=tuple(id_ for id_ in self._providers if id_ not in providers),
            providers={id_: was for id_, was in providers.items() if self._providers[id_] is not was},
        )


class _Outcomes:
    """The outcome of each rule so far, by its number."""

    def __init__(self, count: int) -> None:
        self.matched = [0] * count
        """The number of offers that each is about."""
        self.needed: set[int] = set()
        """Rules without which an offer would be served otherwise."""
        self._together: set[tuple[str, tuple[int, ...]]] = set()
        """The facts that several rules state of one offer, each with those rules."""

    def mark_together(self, fact: str, numbers: Iterable[int]) -> None:
        self._together.add((fact, tuple(numbers)))

    def contradicted(self, statements: Mapping[int, Statement]) -> Mapping[int, BitMap]:
        """The rules that state another value of a fact of one offer than a rule does, by its number."""
        found: defaultdict[int, BitMap] = defaultdict(BitMap)
        for fact, numbers in self._together:
            by_value: defaultdict[Hashable, list[int]] = defaultdict(list)
            for number in numbers:
                value = statements[number].facts[fact]
                if value is not RELATIVE:
                    by_value[value].append(number)
            if len(by_value) > 1:
                everyone = BitMap(chain.from_iterable(by_value.values()))
                for those in by_value.values():
                    others = everyone - BitMap(those) if len(those) > 1 else everyone
                    for number in those:
                        found[number] |= others
        for number, others in found.items():
            others.discard(number)
        return found


def _statements(rules: Sequence[RuleInForce]) -> Mapping[int, Statement]:
    """The statement of each rule, by its number; rules that share their changes share it."""
    made: dict[int, Statement] = {}
    found: dict[int, Statement] = {}
    for number, it in enumerate(rules):
        changes = it.rule.set
        if changes is not None:
            key = id(changes)
            if key not in made:
                made[key] = Statement(changes)
            found[number] = made[key]
    return found


def _with_own_litellm_ids(offers: Sequence[Offer], made: Mapping[str, Offer]) -> Iterator[Offer]:
    """The offers, where an id of LiteLLM's that a rule states stands for that offer, and for no other."""
    own = {it.litellm.id: it.id for it in made.values() if it.litellm is not None and not it.litellm.known}
    for offer in offers:
        route = offer.litellm
        if route is not None and route.primary and own.get(route.id, offer.id) != offer.id:
            yield replace(offer, litellm=replace(route, primary=False))
        else:
            yield offer
