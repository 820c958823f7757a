"""Reads everything known of one model at one host: today, on a past day, or when it was last listed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from llmanac.domain.amounts import json_number
from llmanac.domain.dates import day_of
from llmanac.domain.lifecycle import Lifecycle
from llmanac.domain.naming import base_of
from llmanac.domain.records import Modalities, Model, Offer, Provider
from llmanac.errors import Forbidden, NotFound
from llmanac.history.change import ChangeKind, RecordedChange, Value
from llmanac.history.facts import facts_of
from llmanac.history.lifetime import Lifetime, lifetime_of
from llmanac.history.timeline import Epoch
from llmanac.ingest.decode.sources import SOURCES, EntryLayout
from llmanac.ingest.layer import SourceClaims
from llmanac.ingest.merge.conflicts.conflict import Conflict
from llmanac.service.details.claims import FactClaim, claims_by_fact, provenance_of, reasons_of
from llmanac.service.details.conflicts import dates_of
from llmanac.service.details.overlaid_facts import OverlaidProvenance, OverlaidStatement, statements_of
from llmanac.service.details.recall import last_dates, recall_dates
from llmanac.service.editions.edition import Edition
from llmanac.service.history.as_of import PastEditions
from llmanac.service.history.changes import visible_change
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.service.history.store import Selection
from llmanac.service.offers.past_offers import PastOffer
from llmanac.service.offers.resolution import Disallowed, Found, Removed, explain

MOST_CHANGES = 500
"""Changes of one offer that are read; the change feed has the rest."""
MOST_NAMES = 8
"""Ids through which one offer is followed, from rename to rename."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Everything known of an offer that is listed."""

    edition: Edition
    offer: Offer
    found: Found
    """The way in which the id was read."""
    model: Model
    provider: Provider
    siblings: tuple[Offer, ...]
    """The same model at other hosts, and under other ids at this one."""
    records: Mapping[str, Mapping[str, Any]]
    """The record of each source, by the name of the source: field by field, as stated."""
    claims: Mapping[str, tuple[FactClaim, ...]]
    """The claims of each fact, in the order of the sources."""
    provenance: Mapping[str, str]
    """The name of the source of each fact."""
    reasons: Mapping[str, str]
    """Why a fact is not served from the first source that could state it, in a sentence, by its name."""
    conflicts: tuple[Conflict, ...]
    lifetime: Lifetime
    lifecycle: Lifecycle
    """Its dates, with those that earlier feeds stated."""
    successor: Offer | None
    """The offer to use instead of one that is deprecated or has a last day."""
    successor_note: str | None
    """The reason that there is none, or what it lacks."""
    overlaid: Mapping[str, OverlaidStatement]
    """The statements of the organisation's overlays about it, by fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedOffer:
    """An offer that was once listed under this id."""

    edition: Edition
    id: str
    provider: str
    base: str
    facts: Mapping[str, Value]
    """The last known facts, by the names of ``history.facts``; for a renamed offer, the current ones."""
    siblings: tuple[Offer, ...]
    """The same model, wherever it is still listed."""
    lifetime: Lifetime
    lifecycle: Lifecycle
    """The last known dates."""
    successor: Offer | None


class DetailsReader:
    """Reads the details of models."""

    def __init__(self, history: HistoryRecorder, past: PastEditions) -> None:
        self._history = history
        self._past = past

    async def describe(
        self,
        id: str,  # noqa: A002 -- an offer's
        *,
        day: date | None = None,
        edition: Edition | None = None,
    ) -> Details | RemovedOffer:
        """The details of the offer that an id stands for, in any spelling, at the end of a day, or now.

        ``edition`` is that day's, as who asks may see it. Raises NotFound, which names the nearest ids, Forbidden for
        one that a policy hides, and whatever ``PastEditions.edition`` raises.
        """
        await self._history.ready()
        edition = edition or await self._past.edition(day)
        until = self._history.timeline.at(day or date.max)
        resolution = await asyncio.to_thread(lambda: edition.services.resolver.resolve(id))
        if isinstance(resolution, Found):
            return await self._listed(edition, resolution, until)
        if isinstance(resolution, Disallowed):
            raise Forbidden(explain(resolution))
        past = resolution.past if isinstance(resolution, Removed) else None
        removed = await self._removed(edition, past.id if past else id, until)
        if removed is None and past is not None:
            return await asyncio.to_thread(_packaged, edition, past)
        if removed is None:
            raise NotFound(explain(resolution))
        return removed

    async def _listed(self, edition: Edition, found: Found, until: Epoch) -> Details:
        catalog, offer = edition.catalog, found.offer
        model = catalog.model_of(offer)
        claims = edition.claims[offer.id]
        succession = await asyncio.to_thread(lambda: edition.services.successors.if_ending(offer))
        own = OverlaidProvenance.of(edition, offer)
        upstream = {} if own.is_added else provenance_of(offer, model, claims)
        lifetime = await self._lifetime(offer.id, until, edition)
        return Details(
            edition=edition,
            offer=offer,
            found=found,
            model=model,
            provider=catalog.provider(offer.provider) or Provider(id=offer.provider),
            siblings=tuple(it for it in edition.services.resolver.of_model(offer.base) if it.id != offer.id),
            records=_records(edition, offer, claims),
            claims=own.claims(claims_by_fact(offer, claims, dates=dates_of(edition))),
            provenance=own.sources(upstream),
            reasons=own.reasons(reasons_of(offer, upstream, claims)),
            conflicts=edition.conflicts_of(offer.id),
            lifetime=lifetime,
            lifecycle=recall_dates(offer, lifetime, self._history.timeline),
            successor=succession.offer,
            successor_note=succession.note,
            overlaid=statements_of(edition, offer.id),
        )

    async def _removed(self, edition: Edition, id: str, until: Epoch) -> RemovedOffer | None:  # noqa: A002 -- an offer's
        """The offer that had exactly this id before it was removed or renamed, if the edition shows it."""
        if not edition.shows(id):
            return None
        selection = Selection(offers=(id,), kinds=(ChangeKind.REMOVED, ChangeKind.RENAMED), last=until.number)
        found = await self._history.changes(selection, limit=1)
        if not found:
            return None
        change = found[0].change
        successor: Offer | None = None
        if change.kind is ChangeKind.RENAMED:
            resolution = edition.services.resolver.resolve(change.offer)
            successor = resolution.offer if isinstance(resolution, Found) else None
            facts = facts_of(successor) if successor else {}
        else:
            visible = visible_change(edition, found[0])
            facts = {it.field: it.before for it in visible.change.differences} if visible else {}
            media = Modalities(_words(facts.get("input_modalities")), _words(facts.get("output_modalities")))
            model_id = id.partition("/")[2]
            named = facts.get("successor")
            own = edition.services.resolver.resolve(named) if isinstance(named, str) else None
            successor = (
                own.offer
                if isinstance(own, Found)
                else await asyncio.to_thread(
                    lambda: edition.services.successors.after_unlisted(model_id, [change.provider], media=media)
                )
            )
        lifetime = await self._lifetime(id, until, edition)
        return RemovedOffer(
            edition=edition,
            id=id,
            provider=change.provider,
            base=change.base,
            facts=facts,
            siblings=edition.services.resolver.of_model(change.base),
            lifetime=lifetime,
            lifecycle=last_dates(facts, lifetime),
            successor=successor,
        )

    async def _lifetime(self, id: str, until: Epoch, edition: Edition) -> Lifetime:  # noqa: A002 -- an offer's
        """The lifetime of an offer, from its changes under all the ids that it has had up to this one, if shown."""
        names = [id]
        while True:
            selection = Selection(offers=tuple(names), last=until.number)
            found = await self._history.changes(selection, limit=MOST_CHANGES)
            found = tuple(it for it in found if edition.shows(it.change.previous or it.change.offer))
            changes = tuple(shown for it in found if (shown := visible_change(edition, it)) is not None)
            earlier = [name for it in changes if (name := _previous(it, names)) is not None]
            if not earlier or len(names) >= MOST_NAMES:
                return lifetime_of(names, changes, timeline=self._history.timeline, until=until)
            names += dict.fromkeys(earlier)


def _packaged(edition: Edition, past: PastOffer) -> RemovedOffer:
    """An offer that was removed before the history began, or that only LiteLLM listed."""
    services, day = edition.services, day_of(past.last_listed)
    base = base_of(past.model)
    facts = {"input": past.input, "output": past.output}
    return RemovedOffer(
        edition=edition,
        id=past.id,
        provider=past.provider,
        base=base,
        facts={name: json_number(value) for name, value in facts.items() if value is not None},
        siblings=services.resolver.of_model(base),
        lifetime=Lifetime(
            first_seen=day, since_beginning=True, last_seen=day, removed=None, names=(past.id,), changes=()
        ),
        lifecycle=past.lifecycle,
        successor=services.successors.after_unlisted(past.model, [past.provider]),
    )


def _words(value: Value) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _previous(recorded: RecordedChange, names: list[str]) -> str | None:
    """The id from which one of these was renamed, if it is not among them."""
    change = recorded.change
    return change.previous if change.offer in names and change.previous not in names else None


def _records(edition: Edition, offer: Offer, claims: Iterable[SourceClaims]) -> dict[str, Mapping[str, Any]]:
    """The record of each source about an offer, by the name of the source."""
    found = {it.source: _record(edition, offer, it) for it in claims}
    return {source: record for source, record in found.items() if record is not None}


def _record(edition: Edition, offer: Offer, claims: SourceClaims) -> Mapping[str, Any] | None:
    if SOURCES[claims.source].layout is EntryLayout.BY_PROVIDER:
        return edition.raw_record(claims.source, offer.id)
    # By an id of the source's own; where it is about a model at a host, that is the offer's.
    return edition.raw_record(claims.source, claims.claims.id) or edition.raw_record(claims.source, offer.id)
