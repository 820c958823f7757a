"""What a refresh does: ask the sources, look over what is new, write down what is accepted, and publish it.

All that it decides is written in one transaction. Before that the old snapshot is served, also by the next start;
after it the new one is: nothing is ever half done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from llmanac.clock import Clock
from llmanac.errors import InvalidSource, WriteConflict
from llmanac.ingest.content.compressed import Compressed, fingerprint
from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.decode.sources import Feed
from llmanac.ingest.fetch.fetcher import Unmodified
from llmanac.ingest.merge.featured import NO_CHOICES, Choices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.ports import RunInWorker
from llmanac.service.refresh.candidate import LARGEST_SMALL, Candidate, EvaluationJob, EvaluationResult, evaluate
from llmanac.service.refresh.outcome import outcome_of
from llmanac.service.refresh.records import AcceptedFeed, RefreshRecord, Snapshot, SourceState, Status
from llmanac.service.refresh.served import BundledFeeds, ServedFeed, ServedFeeds, open_served
from llmanac.service.refresh.sources import Failure, FeedSource, Payload, SourceClient, SourceResponse
from llmanac.service.refresh.store import RefreshChange, RefreshStore


class RefreshStep(StrEnum):
    """Where a refresh stands, in order."""

    ASKING = "asking"
    ASKED = "asked"
    EXAMINING = "examining"
    EXAMINED = "examined"
    WRITING = "writing"
    DOCUMENT_WRITTEN = "document written"
    SNAPSHOT_WRITTEN = "snapshot written"
    STATE_WRITTEN = "state written"
    RECORD_WRITTEN = "record written"
    PRUNED = "pruned"
    COMMITTED = "committed"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPolicy:
    """How refreshes are done here."""

    confirmations: int = 3
    """How often an odd change must come up, one refresh after another, to be taken for the truth."""
    featured: Choices = NO_CHOICES
    largest_feed: int = MAX_SIZE
    """Bytes that a feed may have, unpacked."""

    @property
    def largest_small(self) -> int:
        """Bytes that come as no surprise: whoever says that feeds are large is not surprised by a large one."""
        return self.largest_feed if self.largest_feed > MAX_SIZE else LARGEST_SMALL


USUAL_TERMS = RefreshPolicy()


@dataclass(frozen=True, slots=True)
class _SourceRun:
    """One source in one refresh."""

    state: SourceState
    served: ServedFeed
    answer: SourceResponse
    compressed: Compressed | None
    """The content to examine; None where there is nothing to it."""
    date: str
    is_trusted: bool = False

    @property
    def upstream_sha256(self) -> str:
        """Of what the source has, as far as is known."""
        return self.compressed.sha256 if self.compressed else self.served.accepted.upstream_sha256

    @property
    def feed(self) -> Feed | None:
        """What is to be examined, as a feed."""
        if self.compressed is None:
            return None
        return Feed(
            name=self.state.name,
            origin=self.state.origin,
            date=self.date,
            data=self.compressed.data,
            size=self.compressed.size,
        )


class RefreshRun:
    """The work of refreshes; whoever calls sees to it that one runs at a time."""

    def __init__(
        self,
        store: RefreshStore,
        source_client: SourceClient,
        *,
        sources: Iterable[FeedSource],
        base: BundledFeeds,
        clock: Clock,
        run_in_worker: RunInWorker,
        editions: EditionRepository,
        publish: Callable[[Snapshot, Edition], None] = lambda _snapshot, _edition: None,
        terms: RefreshPolicy = USUAL_TERMS,
        observe: Callable[[RefreshStep, str], None] = lambda _step, _source: None,
    ) -> None:
        """``publish`` gets a new edition once it is durable; ``observe`` hears of every step."""
        self._store = store
        self._source_client = source_client
        self._sources = tuple(sources)
        self._base = base.once_started
        self._clock = clock
        self._run_in_worker = run_in_worker
        self._editions = editions
        self._publish = publish
        self._terms = terms
        self._observe = observe

    async def refresh(self, record: RefreshRecord) -> RefreshRecord:
        """Ask every source; the record with what came of it."""
        served = await open_served(self._store, self._base)
        states = await self._store.states()
        cases = await asyncio.gather(
            *(self._case(source, _state_of(source, states), served.feeds[source.name]) for source in self._sources)
        )
        return await self._conclude(record, served, cases)

    async def accept(self, record: RefreshRecord, names: frozenset[str]) -> RefreshRecord:
        """Let in what these sources gave last, as it is; nobody is asked."""
        served = await open_served(self._store, self._base)
        states = await self._store.states()
        cases = [await self._held_case(states[name], served.feeds[name]) for name in sorted(names)]
        return await self._conclude(record, served, cases)

    async def _case(self, source: FeedSource, state: SourceState, served: ServedFeed) -> _SourceRun:
        remembered = await self._remember(state)
        is_same = state.seen_sha256 == served.accepted.upstream_sha256
        self._observe(RefreshStep.ASKING, source.name)
        answer = await self._source_client.ask(source, state, remembers=is_same or remembered is not None)
        self._observe(RefreshStep.ASKED, source.name)
        match answer.said:
            case Failure():
                return _SourceRun(state, served, answer, None, served.feed.date)
            case Unmodified():
                # What was held is looked at again: that it still stands makes it likelier.
                return _SourceRun(state, served, answer, remembered, self._clock().date().isoformat())
            case Payload(compressed=compressed, date=date):
                is_known = compressed.sha256 == served.accepted.upstream_sha256 and not state.anomalies
                return _SourceRun(state, served, answer, None if is_known else compressed, date)

    async def _held_case(self, state: SourceState, served: ServedFeed) -> _SourceRun:
        remembered = await self._remember(state)
        if remembered is None:
            raise WriteConflict(f"{state.name}: what was held is no longer kept. Refresh, and accept that.")
        answer = SourceResponse(said=Unmodified(), duration_s=0.0)
        return _SourceRun(state, served, answer, remembered, self._clock().date().isoformat(), is_trusted=True)

    async def _remember(self, state: SourceState) -> Compressed | None:
        """The content that a source gave last, where it waits to be served, in whole or in part."""
        if state.seen_sha256 is None or not state.anomalies:
            return None
        data = await self._store.document(state.seen_sha256)
        if data is None:
            return None
        try:
            sha256, size = await asyncio.to_thread(fingerprint, data)
        except InvalidSource:
            return None
        return Compressed(data, sha256, size) if sha256 == state.seen_sha256 else None

    async def _conclude(self, record: RefreshRecord, served: ServedFeeds, cases: Iterable[_SourceRun]) -> RefreshRecord:
        by_name = {case.state.name: case for case in cases}
        result = await self._examine(served, by_name)
        reckoned = {
            name: outcome_of(
                case.state,
                case.answer,
                finding=result.findings.get(name),
                upstream_sha256=case.upstream_sha256,
                now=self._clock(),
            )
            for name, case in by_name.items()
        }
        states = [_state_after(by_name[name], it.state) for name, it in reckoned.items()]
        # Its file is written by now, so that whoever sees the snapshot finds it.
        edition = await self._editions.take(result.made) if result.made else None
        number = await self._store.newest_number() + 1
        snapshot = _snapshot(number, record, served, cases=by_name, result=result, edition=edition, now=self._clock())
        ended = replace(
            record,
            status=Status.ENDED,
            ended_at=self._clock(),
            snapshot=edition.id if edition else None,
            sources=tuple(it.outcome for it in reckoned.values()),
        )
        documents = _documents(served, by_name, result) if snapshot else _held_documents(by_name, result)
        await self._write(ended, snapshot=snapshot, states=states, documents=documents)
        if snapshot and edition:
            self._publish(snapshot, edition)
        self._observe(RefreshStep.PUBLISHED, record.id)
        return ended

    async def _examine(self, served: ServedFeeds, cases: Mapping[str, _SourceRun]) -> EvaluationResult:
        newer = {
            name: Candidate(
                feed=feed,
                size=case.compressed.size,
                seen=case.state.anomalies,
                superseded=await self._store.superseded(name),
                trusted=case.is_trusted,
            )
            for name, case in cases.items()
            if case.compressed is not None and (feed := case.feed) is not None
        }
        if not newer:
            return EvaluationResult(findings={}, made=None)
        for name in newer:
            self._observe(RefreshStep.EXAMINING, name)
        task = EvaluationJob(
            served={name: it.feed for name, it in served.feeds.items()},
            served_sizes={name: it.size for name, it in served.feeds.items()},
            newer=newer,
            confirmations=self._terms.confirmations,
            editions=self._editions.store,
            largest_small=self._terms.largest_small,
            featured=self._terms.featured,
        )
        try:
            result = await self._run_in_worker(evaluate, task)
        except InvalidSource as error:
            result = EvaluationResult.failed(newer, error.detail)
        for name in newer:
            self._observe(RefreshStep.EXAMINED, name)
        return result

    async def _write(
        self,
        ended: RefreshRecord,
        *,
        snapshot: Snapshot | None,
        states: Iterable[SourceState],
        documents: Mapping[str, bytes],
    ) -> None:
        async with self._store.change(ended.id) as change:
            self._observe(RefreshStep.WRITING, ended.id)
            await self._write_content(change, snapshot, documents)
            for state in states:
                await change.keep_state(state)
                self._observe(RefreshStep.STATE_WRITTEN, state.name)
            await change.end(ended)
            self._observe(RefreshStep.RECORD_WRITTEN, ended.id)
            await change.prune()
            self._observe(RefreshStep.PRUNED, ended.id)
        self._observe(RefreshStep.COMMITTED, ended.id)

    async def _write_content(
        self, change: RefreshChange, snapshot: Snapshot | None, documents: Mapping[str, bytes]
    ) -> None:
        for sha256, data in documents.items():
            await change.keep_document(sha256, data)
            self._observe(RefreshStep.DOCUMENT_WRITTEN, sha256)
        if snapshot is not None:
            await change.add_snapshot(snapshot)
            self._observe(RefreshStep.SNAPSHOT_WRITTEN, str(snapshot.number))


def _state_of(source: FeedSource, states: Mapping[str, SourceState]) -> SourceState:
    """How a source stands; anew where it has moved, since what is known is about the other place."""
    known = states.get(source.name)
    if known is not None and known.origin == source.origin:
        return known
    return SourceState(name=source.name, origin=source.origin)


def _state_after(case: _SourceRun, state: SourceState) -> SourceState:
    """Where a person let something in, nobody was asked: what was the case of that still is."""
    return replace(state, checked_at=case.state.checked_at) if case.is_trusted else state


def _snapshot(
    number: int,
    record: RefreshRecord,
    served: ServedFeeds,
    *,
    cases: Mapping[str, _SourceRun],
    result: EvaluationResult,
    edition: Edition | None,
    now: datetime,
) -> Snapshot | None:
    if edition is None:
        return None
    feeds = {name: it.accepted for name, it in served.feeds.items()}
    for name, finding in result.findings.items():
        if finding.feed is not None and finding.sha256 is not None:
            feeds[name] = AcceptedFeed(
                name=name,
                origin=finding.feed.origin,
                date=finding.feed.date,
                sha256=finding.sha256,
                upstream_sha256=cases[name].upstream_sha256,
            )
    return Snapshot(
        number=number, accepted_at=now, digest=edition.digest, refresh=record.id, feeds=tuple(feeds.values())
    )


def _documents(served: ServedFeeds, cases: Mapping[str, _SourceRun], result: EvaluationResult) -> dict[str, bytes]:
    """All contents that a snapshot refers to, and those that are held."""
    contents = {it.accepted.sha256: it.feed.data for it in served.feeds.values()}
    for finding in result.findings.values():
        if finding.feed is not None and finding.sha256 is not None:
            contents[finding.sha256] = finding.feed.data
    return contents | _held_documents(cases, result)


def _held_documents(cases: Mapping[str, _SourceRun], result: EvaluationResult) -> dict[str, bytes]:
    """The contents in which something waits to be confirmed or let in."""
    held = {}
    for name, finding in result.findings.items():
        compressed = cases[name].compressed
        if (
            compressed is not None
            and finding.verdict is not None
            and (finding.verdict.blocking or finding.verdict.quarantined)
        ):
            held[compressed.sha256] = compressed.data
    return held
