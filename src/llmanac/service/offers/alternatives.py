"""Alternatives: the offers that could take a model's place, each with the cost of a workload.

An alternative is of the model's kind, takes and gives at least its media, has its capabilities but those of
``DISPENSABLE``, ``CONTEXT_KEPT`` of its context, its region, and no end that is near. The same model elsewhere is told
apart from other models, of which each has one row: its offer at the model's own host, else its first one in the order
of the catalog, which is the lab's own unless a filter or a policy leaves that out; one with a known cost, if any has.

Hosts are in the order of cost. Other models are in the order of their distance (``closeness``), and then of cost. What
a request of the workload does not fit comes after all that it fits, and what has no known cost comes last, unless the
model has none itself. The index finds what may pass, and costs are read from columns: of the offers, those are decoded
that are shown, or as close as these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import heapify, heappop, heapreplace
from itertools import islice
from typing import NamedTuple

from llmanac.domain.catalog import CatalogData
from llmanac.domain.dates import last_day_of
from llmanac.domain.naming import squeeze
from llmanac.domain.records import Model, ModelKind
from llmanac.domain.usage import Usage
from llmanac.search.query.filter_kinds import label_of
from llmanac.search.query.query import ListedBy, Query
from llmanac.service.offers.alternative_list import (
    Alternative,
    AlternativeConditions,
    AlternativeList,
    ReplacedModel,
    StatedWorkload,
)
from llmanac.service.offers.alternative_pool import AlternativePool, conditions_for
from llmanac.service.offers.closeness import Closeness, ModelTraits, beyond, rounded, traits_of
from llmanac.service.offers.estimate import Estimate
from llmanac.service.offers.estimator import Estimator, WorkloadCost
from llmanac.service.offers.replaced_offers import ReplacedOffer, ReplacedOffers
from llmanac.service.offers.resolution import Removed
from llmanac.service.offers.workload import Workload

INPUT_ALONE = frozenset(
    {ModelKind.EMBEDDING, ModelKind.RERANK, ModelKind.MODERATION, ModelKind.TRANSCRIPTION, ModelKind.OCR}
)
"""Kinds whose output is not charged by the token."""
DEFAULT_INPUT, DEFAULT_OUTPUT, DEFAULT_REQUESTS = 10_000, 1_000, 1_000
DEFAULT_WORKLOAD = Workload(tokens=Usage(), requests=DEFAULT_REQUESTS)

DEFAULT_LIMIT = 10
ANYTHING = Query()
SAME_COST = 0.005
"""Costs that differ by less, relative to one another, are called the same."""


class _Candidate(NamedTuple):
    """An offer in the order in which alternatives are listed."""

    is_unpriced: bool
    exceeds: bool
    distance: float
    cost: float
    number: int
    is_exact: bool
    """Whether its distance is known, and not only what it is at least."""
    at_least: float
    """The distance before what it lacks, which is known when it is decoded."""


class Alternatives:
    """Finds alternatives in one edition."""

    def __init__(
        self,
        catalog: CatalogData,
        *,
        ids: Sequence[str],
        replaced: ReplacedOffers,
        estimator: Estimator,
        pools: Mapping[ListedBy, Callable[[], Sequence[AlternativePool]]],
    ) -> None:
        """``ids`` are those of all offers, by number; ``pools`` open what each value of ``listed_by`` searches."""
        self._ids = ids
        self._catalog = catalog
        self._replaced = replaced
        self._estimator = estimator
        self._pools = pools
        self._traits: dict[str, ModelTraits] = {}

    def find(
        self,
        id: str,  # noqa: A002 -- what is looked up is an id
        *,
        workload: Workload | None = None,
        now: datetime,
        query: Query = ANYTHING,
        listed_by: ListedBy | None = None,
        limit: int = DEFAULT_LIMIT,
        recalled: Removed | None = None,
    ) -> AlternativeList:
        """The alternatives to the offer of an id among those that match a query.

        None, or a workload without tokens, gets the default ones of the kind of model. ``now`` decides on peak hours
        and on what ends soon. Without ``listed_by``, those of a chat model are looked for in what models.dev lists, of
        another kind in all. ``limit`` holds for hosts and for models. ``recalled`` is what a history knows of an id
        that is not listed any more. Raises NotFound, Forbidden for an id that a policy hides, and InvalidParameters for
        a service that no host has.
        """
        replaced = self._replaced.find(id, recalled=recalled)
        stated = workload = workload or DEFAULT_WORKLOAD
        if not any(workload.tokens.charged()):
            stated = replace(workload, tokens=default_tokens(replaced.offer.kind))
        work = stated.timed(now)
        self._estimator.require_service(work.service)
        comparison = _Comparison(
            replaced, work, catalog=self._catalog, estimator=self._estimator, ids=self._ids, traits=self._traits_of
        )
        model = _described(replaced, comparison.own)
        if not replaced.is_known:
            return AlternativeList(
                model=model,
                workload=_stated(stated, is_default=stated is not workload),
                conditions=None,
                note=replaced.note,
                total_hosts=0,
                hosts=(),
                total_models=0,
                models=(),
            )
        conditions = conditions_for(replaced.offer, (work.at or now).date())
        by_kind = ListedBy.MODELS_DEV if conditions.kind is ModelKind.CHAT else ListedBy.ANY
        pools = self._pools[listed_by or by_kind]()
        passing = _passing(pools, query, conditions, but=replaced.number)
        hosts = comparison.hosts(passing.pop(label_of(replaced.offer.base), ()))
        at_host = frozenset().union(*(pool.at_host(replaced.offer.provider) for pool in pools))
        return AlternativeList(
            model=model,
            workload=_stated(stated, is_default=stated is not workload),
            conditions=conditions,
            note=replaced.note,
            total_hosts=len(hosts),
            hosts=tuple([comparison.alternative(it) for it in hosts[:limit]]),
            total_models=len(passing),
            models=tuple([comparison.alternative(it) for it in islice(comparison.models(passing, at_host), limit)]),
        )

    def _traits_of(self, base: str) -> ModelTraits:
        """The traits of a model, by the label of its base name."""
        known = self._traits.get(base)
        if known is None:
            model = self._catalog.models.get(base)
            alone = Model(base=base, lab=None, family=None, release_date=None, popularity=0.0, offers=())
            self._traits[base] = known = traits_of(model or alone)
        return known


class _Comparison:
    """Other offers beside the one that is replaced, by the cost of a workload and by their distance."""

    def __init__(
        self,
        replaced: ReplacedOffer,
        work: Workload,
        *,
        catalog: CatalogData,
        estimator: Estimator,
        ids: Sequence[str],
        traits: Callable[[str], ModelTraits],
    ) -> None:
        """``ids`` are those of all offers, by number."""
        self._ids = ids
        self._replaced = replaced
        self._work = work
        self._catalog = catalog
        self._estimator = estimator
        self._traits = traits
        self.own = estimator.estimate(replaced.offer, work, number=replaced.number)
        self._cost = None if self.own.total is None else float(self.own.total)
        self._costs = estimator.costs(work)
        self._of_model = self._cost

    def hosts(self, numbers: Sequence[int]) -> list[_Candidate]:
        """The offers of the same model with these numbers, the cheapest first.

        If its own cost is unknown, other models are compared with that at the best of these.
        """
        costs = self._costs.of(numbers)
        if self._of_model is None:
            self._of_model = next((it.amount for it in costs.values() if it.amount is not None), None)
        return sorted(
            _Candidate(it.amount is None, it.exceeds, 0.0, it.amount or 0.0, number, True, 0.0)
            for number, it in costs.items()
        )

    def models(self, passing: Mapping[str, Sequence[int]], at_host: Collection[int]) -> Iterator[_Candidate]:
        """The offer of each model that is listed, the closest first; ``at_host`` are those at the model's own host.

        A candidate is put back with its exact distance when it comes up: what is behind it is no closer.
        """
        chosen = self._chosen(passing, at_host)
        successor = self._replaced.successor_number
        closeness = Closeness(self._replaced.offer, self._own_traits(), cost=self._of_model)
        heap = []
        for number, (base, cost) in chosen.items():
            if number == successor:
                heap.append(_Candidate(False, False, 0.0, 0.0, number, True, 0.0))
                continue
            at_least = closeness.at_least(self._traits(base), cost=cost.amount, is_at_host=number in at_host)
            is_last = cost.amount is None and self._of_model is not None
            heap.append(
                _Candidate(is_last, cost.exceeds, rounded(at_least), cost.amount or 0.0, number, False, at_least)
            )
        heapify(heap)
        while heap:
            nearest = heap[0]
            if nearest.is_exact:
                yield heappop(heap)
            else:
                distance = rounded(nearest.at_least + closeness.lacking(self._catalog.offer(nearest.number)))
                heapreplace(heap, nearest._replace(distance=distance, is_exact=True))

    def _own_traits(self) -> ModelTraits:
        """The traits of the model; one that nobody lists any more has the date of its own past."""
        offer = self._replaced.offer
        traits = self._traits(label_of(offer.base))
        if traits.released is not None or offer.release_date is None:
            return traits
        return traits._replace(released=last_day_of(offer.release_date))

    def _chosen(
        self, passing: Mapping[str, Sequence[int]], at_host: Collection[int]
    ) -> dict[int, tuple[str, WorkloadCost]]:
        """The offer that stands for each model, by its number, with the model and the cost.

        It is the successor, else the first one at the model's own host, else the first; the one of that host whose id
        is the model's name, if it has one; and another where that has no known cost, is exceeded, or is not free
        while the model is.
        """
        first = {self._first(base, those, at_host): base for base, those in passing.items()}
        costs = self._costs.of([*first])
        is_free = self._of_model == 0
        chosen = {number: (base, costs[number]) for number, base in first.items()}
        doubtful = {
            number: base
            for number, (base, cost) in chosen.items()
            if (cost.amount is None or cost.exceeds or (is_free and cost.amount))
            and len(passing[base]) > 1
            and number != self._replaced.successor_number
        }

        def doubt(number: int) -> tuple[bool, bool, bool, bool]:
            amount, exceeds = others[number]
            return amount is None, exceeds, is_free and bool(amount), is_free and number not in at_host

        others = self._costs.of([it for base in doubtful.values() for it in passing[base]])
        for number, base in doubtful.items():
            best = min((number, *passing[base]), key=doubt)
            del chosen[number]
            chosen[best] = (base, others[best])
        return chosen

    def _first(self, base: str, numbers: Sequence[int], at_host: Collection[int]) -> int:
        successor = self._replaced.successor_number
        if successor is not None and successor in numbers:
            return successor
        first = next((it for it in numbers if it in at_host), numbers[0])
        name = squeeze(base)
        host, _, model = self._ids[first].partition("/")
        if len(numbers) == 1 or squeeze(model.rpartition("/")[2]) == name:
            return first
        at_one = (it for it in numbers if self._ids[it].startswith(f"{host}/"))
        return next((it for it in at_one if squeeze(self._ids[it].rpartition("/")[2]) == name), first)

    def alternative(self, found: _Candidate) -> Alternative:
        """An alternative as it is listed."""
        offer = self._catalog.offer(found.number)
        model = self._catalog.model_of(offer)
        estimated = self._estimator.estimate(offer, self._work, number=found.number)
        ratio = float(estimated.total) / self._cost if estimated.total is not None and self._cost else None
        is_same = offer.base == self._replaced.offer.base
        lacks = beyond(self._replaced.offer, offer)
        return Alternative(
            id=offer.id,
            name=offer.name,
            provider=offer.provider,
            base=offer.base,
            lab=model.lab,
            release_date=offer.release_date,
            context=offer.limits.context,
            price_state=estimated.price_state,
            total=estimated.total,
            reason=estimated.reason,
            cost_ratio=None if ratio is None else float(f"{ratio:.3g}"),
            distance=None if is_same else found.distance,
            fits=estimated.fits,
            lacks=lacks,
            more=beyond(offer, self._replaced.offer),
            why=self._why(found, ratio, lacks, is_same=is_same),
            warnings=estimated.warnings,
        )

    def _why(self, found: _Candidate, ratio: float | None, lacks: Sequence[str], *, is_same: bool) -> str:
        """The reason for an alternative: its relation to the model, and its cost, as a sentence."""
        but = f", but for {', '.join(lacks)}" if lacks else ""
        if is_same:
            parts = [f"The same model{but}"]
        else:
            kind = self._replaced.offer.kind.value
            what = "Its successor" if found.number == self._replaced.successor_number else f"Another {kind} model"
            parts = [f"{what}, with at least its media, capabilities and context{but}"]
        if ratio is not None:
            parts.append("at the same cost" if abs(ratio - 1) < SAME_COST else f"at {ratio:.3g} times the cost")
        return f"{', '.join(parts)}."


def default_tokens(kind: ModelKind) -> Usage:
    """The tokens of a request by which alternatives to a model of this kind are compared, where none are given."""
    return Usage(input=DEFAULT_INPUT, output=0 if kind in INPUT_ALONE else DEFAULT_OUTPUT)


def _passing(
    pools: Iterable[AlternativePool], query: Query, conditions: AlternativeConditions, *, but: int | None
) -> dict[str, list[int]]:
    """The numbers of the offers that pass, by model, without the one that is replaced."""
    found: dict[str, list[int]] = {}
    for pool in pools:
        for base, numbers in pool.passing(query, conditions).items():
            if others := [it for it in numbers if it != but]:
                found.setdefault(base, []).extend(others)
    return found


def _stated(workload: Workload, *, is_default: bool) -> StatedWorkload:
    return StatedWorkload(
        tokens=workload.tokens,
        requests=workload.requests,
        batch_share=workload.batch_share,
        service=workload.service,
        at=workload.at,
        is_default=is_default,
    )


def _described(replaced: ReplacedOffer, own: Estimate) -> ReplacedModel:
    offer = replaced.offer
    return ReplacedModel(
        id=offer.id,
        name=offer.name,
        provider=offer.provider,
        base=offer.base,
        status=offer.status,
        total=own.total,
        reason=own.reason,
        facts_of=replaced.facts_of.id if replaced.facts_of else None,
        successor=replaced.successor.id if replaced.successor else None,
    )
