"""Commits a refresh: everything that it decided is written in one transaction.

Up to the commit the old snapshot is served, also after a restart; from then on the new one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from llmanac.service.refresh.candidate import Candidate, EvaluationResult
from llmanac.service.refresh.records import AcceptedFeed, RefreshRecord, Snapshot, SourceState
from llmanac.service.refresh.served import ServedFeeds
from llmanac.service.refresh.steps import ObserveStep, RefreshStep
from llmanac.service.refresh.store import RefreshStore


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshCommit:
    """Everything that a refresh writes."""

    record: RefreshRecord
    """The record of the refresh, now ended."""
    snapshot: Snapshot | None
    """None where nothing new is served."""
    states: tuple[SourceState, ...]
    contents: Mapping[str, bytes]
    """Contents as gzip, by the SHA-256 of what they unpack to."""

    async def write(self, store: RefreshStore, observe: ObserveStep) -> None:
        """Write all of it or nothing. Raises StorageError, and WriteConflict where another refresh has begun."""
        async with store.change(self.record.id) as change:
            observe(RefreshStep.WRITING, self.record.id)
            for sha256, data in self.contents.items():
                await change.keep_content(sha256, data)
                observe(RefreshStep.CONTENT_WRITTEN, sha256)
            if self.snapshot is not None:
                await change.add_snapshot(self.snapshot)
                observe(RefreshStep.SNAPSHOT_WRITTEN, str(self.snapshot.number))
            for state in self.states:
                await change.keep_state(state)
                observe(RefreshStep.STATE_WRITTEN, state.name)
            await change.end(self.record)
            observe(RefreshStep.RECORD_WRITTEN, self.record.id)
            await change.prune()
            observe(RefreshStep.PRUNED, self.record.id)
        observe(RefreshStep.COMMITTED, self.record.id)


def snapshot_of(
    number: int,
    record: RefreshRecord,
    served: ServedFeeds,
    *,
    candidates: Mapping[str, Candidate],
    result: EvaluationResult,
    digest: str,
    now: datetime,
) -> Snapshot:
    """The snapshot of a refresh: the feeds that it accepted; of other sources, those that were served before."""
    feeds = {name: it.accepted for name, it in served.feeds.items()}
    for name, feed in result.accepted.items():
        feeds[name] = AcceptedFeed(ref=feed.ref, upstream_sha256=candidates[name].feed.ref.sha256)
    if result.figures is not None:
        feeds[result.figures.name] = AcceptedFeed.unchanged(result.figures.ref)
    return Snapshot(number=number, accepted_at=now, digest=digest, refresh=record.id, feeds=tuple(feeds.values()))


def snapshot_contents(served: ServedFeeds, result: EvaluationResult) -> dict[str, bytes]:
    """The contents that a refresh's snapshot refers to."""
    figures = () if result.figures is None else (result.figures,)
    feeds = (*(it.feed for it in served.feeds.values()), *result.accepted.values(), *figures)
    return {feed.ref.sha256: feed.data for feed in feeds}


def held_contents(candidates: Mapping[str, Candidate], result: EvaluationResult) -> dict[str, bytes]:
    """The contents with something to be confirmed or accepted, as the sources sent them."""
    held = (candidates[name].feed for name in result.held)
    return {feed.ref.sha256: feed.data for feed in held}
