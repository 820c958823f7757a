"""Compares two catalogs and lists the changes between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from llmanac.domain.amounts import json_number
from llmanac.domain.catalog import CatalogData
from llmanac.domain.pricing import RATE_NAMES, Price, Rates, Service
from llmanac.domain.records import Offer
from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause, Value
from llmanac.history.facts import FACTS, Fact, facts_of
from llmanac.history.noise import has_moved, have_moved
from llmanac.history.renames import find_renames, path_of

NOTHING_REPORTED: Mapping[str, Rates] = {}

ORDER = {kind: place for place, kind in enumerate(ChangeKind)}

PLAIN_FACTS = tuple(fact for fact in FACTS if fact.name not in {*RATE_NAMES, "tiers", "services"})
"""Facts that have changed when they are not equal; prices are compared with a tolerance."""

BY_NAME = {fact.name: fact for fact in FACTS}


def difference(
    before: CatalogData,
    after: CatalogData,
    *,
    without: frozenset[str] = frozenset(),
    last_reported: Mapping[str, Rates] = NOTHING_REPORTED,
) -> tuple[Change, ...]:
    """The changes from ``before`` to ``after``, sorted by kind and then by offer id.

    ``without`` names facts that are not compared, since the feeds of one of the two catalogs lack them (see
    ``history.facts.NAMES``). ``last_reported`` are the rates that were reported last, by offer id, where those of
    ``before`` differ from them by no more than noise.
    """
    earlier = {offer.id: offer for offer in before.offers}
    later = {offer.id: offer for offer in after.offers}
    gone = [offer for id_, offer in earlier.items() if id_ not in later]
    new = [offer for id_, offer in later.items() if id_ not in earlier]
    renames = find_renames(gone, new, paths=frozenset(map(path_of, after.offers)))
    renamed = {offer.id for rename in renames for offer in (rename.before, rename.after)}
    changes = [_added(offer, without) for offer in new if offer.id not in renamed]
    changes += [_removed(offer) for offer in gone if offer.id not in renamed]
    changes += [_change(ChangeKind.RENAMED, it.after, (), previous=it.before.id) for it in renames]
    pairs = [(it.before, it.after) for it in renames]
    pairs += [(earlier[id_], offer) for id_, offer in later.items() if id_ in earlier]
    for old, now in pairs:
        if old is now and old.id not in last_reported:  # as most are, where both catalogs come from one reader
            continue
        changes += _changes(old, now, without=without, reported=last_reported.get(old.id, old.price.rates))
    return tuple(sorted(changes, key=lambda change: (ORDER[change.kind], change.offer)))


def _added(offer: Offer, without: frozenset[str]) -> Change:
    known = {name: _known(value, without) for name, value in facts_of(offer).items() if name not in without}
    return _change(ChangeKind.ADDED, offer, tuple(Difference(name, None, value) for name, value in known.items()))


def _removed(offer: Offer) -> Change:
    return _change(
        ChangeKind.REMOVED, offer, tuple(Difference(name, value, None) for name, value in facts_of(offer).items())
    )


def _changes(before: Offer, after: Offer, *, without: frozenset[str], reported: Rates) -> Iterator[Change]:
    differences = [
        *_price_differences(before, after, without=without, reported=reported),
        *_plain_differences(before, after, without),
    ]
    for kind, group in groupby(sorted(differences, key=lambda it: ORDER[it[0].kind]), key=lambda it: it[0].kind):
        yield _change(kind, after, tuple(it for _, it in group))


def _price_differences(
    before: Offer, after: Offer, *, without: frozenset[str], reported: Rates
) -> Iterator[tuple[Fact, Difference]]:
    if reported != after.price.rates:
        for name in RATE_NAMES:
            earlier, later = getattr(reported, name), getattr(after.price.rates, name)
            if name not in without and has_moved(earlier, later):
                cause = _cause(name, before.price, after.price)
                yield BY_NAME[name], Difference(name, json_number(earlier), json_number(later), cause)
    for name, has_changed in (("tiers", _tiers_have_moved), ("services", _services_have_moved)):
        if name not in without and has_changed(before.price, after.price):
            fact = BY_NAME[name]
            yield fact, Difference(name, fact.read(before), fact.read(after))


def _cause(name: str, before: Price, after: Price) -> DifferenceCause | None:
    """The cause of a difference between two rates, where it is not a new price."""
    return DifferenceCause.SERVED_SOURCE if before.source_of(name) != after.source_of(name) else None


def _plain_differences(before: Offer, after: Offer, without: frozenset[str]) -> Iterator[tuple[Fact, Difference]]:
    for fact in PLAIN_FACTS:
        earlier, later = fact.read(before), fact.read(after)
        if earlier != later and fact.name not in without:
            earlier, later = _known(earlier, without), _known(later, without)
            if earlier != later:
                yield fact, Difference(fact.name, earlier, later)


def _tiers_have_moved(before: Price | Service, after: Price | Service) -> bool:
    old, new = before.tiers, after.tiers
    return [tier.above for tier in old] != [tier.above for tier in new] or any(
        have_moved(was.rates, now.rates) for was, now in zip(old, new, strict=True)
    )


def _services_have_moved(before: Price, after: Price) -> bool:
    old, new = before.services, after.services
    return [service.name for service in old] != [service.name for service in new] or any(
        have_moved(was.rates, now.rates) or _tiers_have_moved(was, now) for was, now in zip(old, new, strict=True)
    )


def _known(value: Value, without: frozenset[str]) -> Value:
    """A list of capabilities without those that are not compared."""
    if not isinstance(value, list):
        return value
    return [item for item in value if not isinstance(item, str) or item not in without]


def _change(
    kind: ChangeKind, offer: Offer, differences: tuple[Difference, ...], *, previous: str | None = None
) -> Change:
    return Change(
        kind=kind,
        offer=offer.id,
        provider=offer.provider,
        base=offer.base,
        name=offer.name,
        previous=previous,
        differences=differences,
    )
