"""Recalls what the history knows of ids that are unknown: offers that were listed since the installation began."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal

from llmanac.domain.feed import MODELS_DEV
from llmanac.history.change import ChangeKind, RecordedChange, Value
from llmanac.service.editions.edition import Edition
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.service.history.store import Selection
from llmanac.service.offers.past_offers import PastOffer
from llmanac.service.offers.resolution import Removed
from llmanac.service.offers.validation import IdStatus, Validation, Validations

MISSING = frozenset({IdStatus.AMBIGUOUS, IdStatus.UNKNOWN})
PATIENCE_S = 2.0
"""Time to wait for a history that is still being recorded, as right after the very first start."""
MOST_CHANGES = 512
"""Changes that are read: two for each of as many ids as one request may have."""


async def recall(verdicts: Validations, *, edition: Edition, history: HistoryRecorder) -> Validations:
    """The verdicts, with ``removed`` for ids that no offer has, and that the history has seen removed or renamed.

    Raises StorageError where the history cannot be read.
    """
    ids = {_offer_id(it): it for it in verdicts.verdicts if it.standing in MISSING}
    if not ids:
        return verdicts
    selection = Selection(offers=tuple(ids), kinds=(ChangeKind.REMOVED, ChangeKind.RENAMED))
    try:
        async with asyncio.timeout(PATIENCE_S):
            changes = await history.changes(selection, limit=MOST_CHANGES)
    except TimeoutError:
        return verdicts
    removals: dict[str, RecordedChange] = {}
    for it in changes:  # the newest first
        removals.setdefault(it.change.previous or it.change.offer, it)
    removed = {
        ids[id_].id: await asyncio.to_thread(_removed, ids[id_], it, edition=edition, history=history)
        for id_, it in removals.items()
        if id_ in ids and edition.shows(id_)
    }
    return Validations(tuple(removed.get(it.id, it) for it in verdicts.verdicts))


def _offer_id(verdict: Validation) -> str:
    """The id that an offer would have in the models.dev spelling."""
    reading = verdict.reading
    return f"{reading.host}/{reading.model}" if reading.host else verdict.id


def _removed(
    verdict: Validation, recorded: RecordedChange, *, edition: Edition, history: HistoryRecorder
) -> Validation:
    change = recorded.change
    provider, _, model = (change.previous or change.offer).partition("/")
    facts = {it.field: it.before for it in change.differences}
    past = PastOffer(
        provider=provider,
        model=model,
        listed_by=MODELS_DEV,
        last_listed=history.timeline.numbered(max(1, recorded.epoch - 1)).day.isoformat(),
        input=_price(facts, "input"),
        output=_price(facts, "output"),
    )
    return edition.services.validator.removed(Removed(verdict.id, past, verdict.reading))


def _price(facts: Mapping[str, Value], name: str) -> Decimal | None:
    value = facts.get(name)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
