"""Executes a refresh: asks the sources, evaluates what is new, commits what is accepted, and publishes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from llmanac.clock import Clock
from llmanac.domain.feed import FeedRef
from llmanac.errors import InvalidSource, WriteConflict
from llmanac.ingest.content.compressed import fingerprint
from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.fetch.upstream import Unmodified
from llmanac.ingest.merge.choices import NO_CHOICES, FeaturedChoices
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.refresh.candidate import LARGEST_SMALL, Candidate, EvaluationJob, EvaluationResult, evaluate
from llmanac.service.refresh.commit import RefreshCommit, held_contents, snapshot_contents, snapshot_of
from llmanac.service.refresh.held import HeldFeed, compare
from llmanac.service.refresh.outcome import Conclusion, conclude_accepted, conclude_asked
from llmanac.service.refresh.records import RefreshRecord, Snapshot, SourceOutcome, SourceState, Status
from llmanac.service.refresh.served import BundledFeeds, ServedFeed, ServedFeeds, open_served
from llmanac.service.refresh.source_client import Failure, FeedSource, Payload, SourceClient, SourceResponse
from llmanac.service.refresh.steps import ObserveStep, RefreshStep, unobserved
from llmanac.service.refresh.store import RefreshStore
from llmanac.service.runtime.ports import RunInWorker

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPolicy:
    """The policy of refreshes in an installation."""

    confirmations: int = 3
    """Refreshes in a row in which an anomaly must come up to be confirmed."""
    featured: FeaturedChoices = NO_CHOICES
    largest_feed: int = MAX_SIZE
    """Bytes that a feed may have at most, unpacked."""

    @property
    def largest_small(self) -> int:
        """Bytes up to which a feed of any size is examined: all that is allowed, where larger feeds are allowed."""
        return self.largest_feed if self.largest_feed > MAX_SIZE else LARGEST_SMALL


DEFAULT_POLICY = RefreshPolicy()
SETTLED = "this is settled, or was replaced by something newer. See the latest refresh."


@dataclass(frozen=True, slots=True)
class _SourceRun:
    """A source that was asked, its response, and the candidate to evaluate; None where nothing is new."""

    state: SourceState
    response: SourceResponse
    candidate: Candidate | None
    served_sha256: str | None
    """The SHA-256 of the served content, as the source sent it; None where none is served."""


class RefreshExecutor:
    """Executes refreshes; the caller makes sure that one runs at a time."""

    def __init__(
        self,
        store: RefreshStore,
        source_client: SourceClient,
        *,
        sources: Iterable[FeedSource],
        bundled: BundledFeeds,
        clock: Clock,
        run_in_worker: RunInWorker,
        editions: EditionRepository,
        publish: Callable[[Snapshot, Edition], None] = lambda _snapshot, _edition: None,
        policy: RefreshPolicy = DEFAULT_POLICY,
        overlays: Callable[[], Feed | None] = lambda: None,
        observe: ObserveStep = unobserved,
    ) -> None:
        """``publish`` is called with a new edition once it is durable, ``observe`` at every step.

        ``overlays`` gives the feed of the organisation's rules in force.
        """
        self._store = store
        self._source_client = source_client
        self._sources = tuple(sources)
        self._bundled = bundled.once_started
        self._clock = clock
        self._run_in_worker = run_in_worker
        self._editions = editions
        self._publish = publish
        self._policy = policy
        self._overlays = overlays
        self._observe = observe

    async def refresh(self, record: RefreshRecord) -> RefreshRecord:
        """Ask every source, and return the record with the outcomes."""
        served = await open_served(self._store, self._bundled, overlays=self._overlays())
        states = await self._store.states()
        source_runs = await asyncio.gather(
            *(self._ask(source, _state_of(source, states), served.feeds.get(source.name)) for source in self._sources)
        )
        candidates = {it.state.name: it.candidate for it in source_runs if it.candidate is not None}
        result = await self._evaluate(served, candidates)
        conclusions = [
            conclude_asked(
                it.state,
                it.response,
                evaluation=result.evaluations.get(it.state.name),
                sha256=it.candidate.feed.ref.sha256 if it.candidate else it.served_sha256,
                now=self._clock(),
            )
            for it in source_runs
        ]
        return await self._commit(record, served, candidates=candidates, result=result, conclusions=conclusions)

    async def accept(self, record: RefreshRecord, names: frozenset[str]) -> RefreshRecord:
        """Serve the held content of these sources as it is; no source is asked.

        Raises WriteConflict where one is no longer kept.
        """
        served = await open_served(self._store, self._bundled, overlays=self._overlays())
        states = await self._store.states()
        candidates = {name: await self._held_candidate(states[name]) for name in sorted(names)}
        result = await self._evaluate(served, candidates)
        conclusions = [
            conclude_accepted(states[name], candidate, result.evaluations[name])
            for name, candidate in candidates.items()
        ]
        return await self._commit(record, served, candidates=candidates, result=result, conclusions=conclusions)

    async def held(self, outcomes: Iterable[SourceOutcome]) -> tuple[HeldFeed, ...]:
        """Compare what these outcomes hold with what is served.

        Raises WriteConflict where a source has sent something else since, or its content is no longer kept.
        """
        served = await open_served(self._store, self._bundled)
        states = await self._store.states()
        feeds: list[HeldFeed] = []
        for it in outcomes:
            state = states.get(it.name)
            held = await self._held_feed(state) if state is not None and state.seen_sha256 == it.sha256 else None
            if held is None:
                raise WriteConflict(f"{it.name}: {SETTLED}")
            now = served.feeds.get(it.name)
            feeds.append(await asyncio.to_thread(compare, it, now.feed if now else None, held))
        return tuple(feeds)

    async def _ask(self, source: FeedSource, state: SourceState, served: ServedFeed | None) -> _SourceRun:
        held = await self._held_feed(state)
        served_sha256 = served.upstream_sha256 if served else None
        self._observe(RefreshStep.ASKING, source.name)
        response = await self._source_client.ask(
            source,
            state,
            remembers=held is not None or (served is not None and state.seen_sha256 == served.upstream_sha256),
        )
        self._observe(RefreshStep.ASKED, source.name)
        candidate = None
        match response.result:
            case Failure():
                pass
            case Unmodified() if held is not None:
                # The held content is evaluated again: a source that confirms it counts towards its confirmation.
                candidate = await self._candidate(state, held)
            case Payload(feed=feed) if feed.ref.sha256 != served_sha256 or state.anomalies:
                candidate = await self._candidate(state, feed)
        return _SourceRun(state, response, candidate, served_sha256)

    async def _held_candidate(self, state: SourceState) -> Candidate:
        held = await self._held_feed(state)
        if held is None:
            raise WriteConflict(f"{state.name}: the held content is no longer kept. Refresh, and accept that.")
        return replace(await self._candidate(state, held), is_trusted=True)

    async def _candidate(self, state: SourceState, feed: Feed) -> Candidate:
        superseded = await self._store.superseded(state.name)
        return Candidate(feed=feed, seen=state.anomalies, superseded=superseded, origins=state.origins)

    async def _held_feed(self, state: SourceState) -> Feed | None:
        """The feed that a source sent last, where any of it is held; None where it is not kept, or damaged."""
        if state.seen_sha256 is None or not state.anomalies:
            return None
        data = await self._store.content(state.seen_sha256)
        if data is None:
            return None
        try:
            sha256, size = await asyncio.to_thread(fingerprint, data)
        except InvalidSource:
            return None
        date = self._clock().date().isoformat()
        ref = FeedRef(name=state.name, origin=state.origin, date=date, sha256=sha256)
        return Feed(ref=ref, data=data, size=size) if sha256 == state.seen_sha256 else None

    async def _evaluate(self, served: ServedFeeds, candidates: Mapping[str, Candidate]) -> EvaluationResult:
        if not candidates:
            return EvaluationResult(evaluations={}, built=None)
        for name in candidates:
            self._observe(RefreshStep.EVALUATING, name)
        job = EvaluationJob(
            served=served.by_name,
            candidates=candidates,
            confirmations=self._policy.confirmations,
            editions=self._editions.store,
            largest_small=self._policy.largest_small,
            featured=self._policy.featured,
        )
        try:
            result = await self._run_in_worker(evaluate, job)
        except InvalidSource as error:
            result = EvaluationResult.failed(candidates, error.detail)
        for name, evaluation in result.evaluations.items():
            if evaluation.traceback is not None:
                logger.error("Evaluating the feed of %s failed unexpectedly:\n%s", name, evaluation.traceback)
        for name in candidates:
            self._observe(RefreshStep.EVALUATED, name)
        return result

    async def _commit(
        self,
        record: RefreshRecord,
        served: ServedFeeds,
        *,
        candidates: Mapping[str, Candidate],
        result: EvaluationResult,
        conclusions: Sequence[Conclusion],
    ) -> RefreshRecord:
        """Write the end of the refresh, and publish the edition that it built, if any."""
        # Its file is written by now, so that other processes find it once they see the snapshot.
        edition = await self._editions.open_built(result.built) if result.built else None
        ended = replace(
            record,
            status=Status.ENDED,
            ended_at=self._clock(),
            snapshot=edition.id if edition else None,
            sources=tuple(it.outcome for it in conclusions),
        )
        snapshot, contents = None, held_contents(candidates, result)
        if edition:
            snapshot = snapshot_of(
                await self._store.newest_number() + 1,
                record,
                served,
                candidates=candidates,
                result=result,
                digest=edition.digest,
                now=self._clock(),
            )
            contents = snapshot_contents(served, result) | contents
        states = tuple(it.state for it in conclusions)
        commit = RefreshCommit(record=ended, snapshot=snapshot, states=states, contents=contents)
        await commit.write(self._store, self._observe)
        if snapshot and edition:
            self._publish(snapshot, edition)
        self._observe(RefreshStep.PUBLISHED, record.id)
        return ended


def _state_of(source: FeedSource, states: Mapping[str, SourceState]) -> SourceState:
    """The state of a source; a new one where its URL or path has changed."""
    known = states.get(source.name)
    if known is not None and known.origin == source.origin:
        return known
    return SourceState(name=source.name, origin=source.origin)
