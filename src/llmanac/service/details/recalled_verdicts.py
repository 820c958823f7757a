"""Recalls what the history knows of ids that are unknown: offers that were listed since the installation began."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.records import Capability, Modalities
from llmanac.history.change import ChangeKind, RecordedChange, Value
from llmanac.ingest.merge.kinds import kind_of
from llmanac.service.editions.edition import Edition
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.service.history.store import Selection
from llmanac.service.offers.past_offers import PastFacts, PastOffer
from llmanac.service.offers.resolution import Ambiguous, IdReading, Removed, Unknown
from llmanac.service.offers.validation import IdStatus, Validations

MISSING = frozenset({IdStatus.AMBIGUOUS, IdStatus.UNKNOWN})
PATIENCE_S = 2.0
"""Time to wait for a history that is still being recorded, as right after the very first start."""
MOST_CHANGES = 512
"""Changes that are read: two for each of as many ids as one request may have."""


async def recall(verdicts: Validations, *, edition: Edition, history: HistoryRecorder) -> Validations:
    """The verdicts, with ``removed`` for ids that no offer has, and that the history has seen removed or renamed.

    Raises StorageError where the history cannot be read.
    """
    ids = {_offer_id(it.id, it.reading): it for it in verdicts.verdicts if it.standing in MISSING}
    if not ids:
        return verdicts
    removals = await _removals(ids, edition=edition, history=history)
    removed = {
        ids[id_].id: await asyncio.to_thread(
            edition.services.validator.removed, Removed(ids[id_].id, past, ids[id_].reading)
        )
        for id_, past in removals.items()
    }
    return Validations(tuple(removed.get(it.id, it) for it in verdicts.verdicts))


async def recall_removed(
    id: str,  # noqa: A002 -- what is recalled is an id
    *,
    edition: Edition,
    history: HistoryRecorder,
    day: date | None = None,
) -> Removed | None:
    """The past offer of an id that no offer has, if the history has seen it removed or renamed by the end of a day.

    Raises StorageError where the history cannot be read.
    """
    resolution = await asyncio.to_thread(edition.services.resolver.resolve, id)
    if not isinstance(resolution, Ambiguous | Unknown):
        return None
    offer_id = _offer_id(id, resolution.reading)
    removals = await _removals([offer_id], edition=edition, history=history, day=day)
    return Removed(id, removals[offer_id], resolution.reading) if offer_id in removals else None


async def _removals(
    ids: Collection[str], *, edition: Edition, history: HistoryRecorder, day: date | None = None
) -> dict[str, PastOffer]:
    """The past offers with these ids that the history has seen removed or renamed, and that the edition shows."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            last = None if day is None else history.timeline.at(day).number
            selection = Selection(offers=tuple(ids), kinds=(ChangeKind.REMOVED, ChangeKind.RENAMED), last=last)
            changes = await history.changes(selection, limit=MOST_CHANGES)
    except TimeoutError:
        return {}
    removals: dict[str, RecordedChange] = {}
    for it in changes:  # the newest first
        removals.setdefault(it.change.previous or it.change.offer, it)
    return {id_: _past(it, history) for id_, it in removals.items() if id_ in ids and edition.shows(id_)}


def _offer_id(id: str, reading: IdReading) -> str:  # noqa: A002 -- what is read is an id
    """The id that an offer would have in the models.dev spelling."""
    return f"{reading.host}/{reading.model}" if reading.host else id


def _past(recorded: RecordedChange, history: HistoryRecorder) -> PastOffer:
    change = recorded.change
    provider, _, model = (change.previous or change.offer).partition("/")
    facts = {it.field: it.before for it in change.differences}
    return PastOffer(
        provider=provider,
        model=model,
        listed_by=MODELS_DEV,
        last_listed=history.timeline.numbered(max(1, recorded.epoch - 1)).day.isoformat(),
        input=_price(facts, "input"),
        output=_price(facts, "output"),
        facts=_facts(facts, change.base),
    )


def _facts(facts: Mapping[str, Value], base: str) -> PastFacts | None:
    """The facts with which an offer was removed; None for one that was renamed, of which none are recorded."""
    if not facts:
        return None
    media = Modalities(_texts(facts.get("input_modalities")), _texts(facts.get("output_modalities")))
    context, released, is_open = facts.get("context"), facts.get("release_date"), facts.get("open_weights")
    return PastFacts(
        kind=kind_of(base, media),
        modalities=media,
        capabilities=tuple([it for it in Capability if it in _texts(facts.get("capabilities"))]),
        context=context if isinstance(context, int) else None,
        release_date=released if isinstance(released, str) else None,
        open_weights=is_open if isinstance(is_open, bool) else None,
    )


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _price(facts: Mapping[str, Value], name: str) -> Decimal | None:
    value = facts.get(name)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
