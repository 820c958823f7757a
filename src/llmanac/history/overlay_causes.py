"""Tells the changes that overlays have made from those that the sources have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from llmanac.domain.overlaid import OfferOverlay
from llmanac.history.change import Change, ChangeKind, Difference, DifferenceCause

NOTHING: Mapping[str, OfferOverlay] = {}


def with_overlay_causes(
    changes: Iterable[Change], before: Mapping[str, OfferOverlay], after: Mapping[str, OfferOverlay]
) -> Iterator[Change]:
    """The changes with the cause of each difference that overlays have made.

    ``before`` and ``after`` are what overlays state of the offers of the two catalogs, by id. Where a source has
    changed what it states, that is the cause, whatever a rule has made of it.
    """
    for change in changes:
        was, now = before.get(change.previous or change.offer), after.get(change.offer)
        if was is None and now is None:
            yield change
        else:
            yield replace(change, differences=tuple(_caused(change, was, now)))


def _caused(change: Change, was: OfferOverlay | None, now: OfferOverlay | None) -> Iterator[Difference]:
    listing = {ChangeKind.ADDED: now, ChangeKind.REMOVED: was}.get(change.kind)
    is_listed = change.kind not in {ChangeKind.ADDED, ChangeKind.REMOVED}
    is_own = listing is not None and listing.added_by is not None
    for it in change.differences:
        if is_own or (is_listed and _is_overlays(it, was, now)):
            yield replace(it, cause=DifferenceCause.OVERLAY)
        else:
            yield it


def _is_overlays(it: Difference, was: OfferOverlay | None, now: OfferOverlay | None) -> bool:
    """Whether a rule states the fact, and the sources state what they did before."""
    earlier = was.facts.get(it.field) if was else None
    later = now.facts.get(it.field) if now else None
    if earlier is None and later is None:
        return False
    before = earlier.upstream if earlier else it.before
    return bool(before == (later.upstream if later else it.after))
