"""Services that servers and commands share, made from the settings and the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial

from llmanac.bootstrap.feed_fetcher import FeedFetcher
from llmanac.bootstrap.followed import followed_files
from llmanac.clock import system_clock
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.fetch.upstream import Upstream
from llmanac.ingest.packaged.seeds import packaged_days
from llmanac.rules.documents import read_policy
from llmanac.rules.policy import Policy
from llmanac.service.access.tokens import PoliciesOf, Tokens, no_policies_of
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.store import EditionStore
from llmanac.service.history.as_of import PastEditions
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.service.refresh.executor import RefreshExecutor, RefreshPolicy
from llmanac.service.refresh.records import Snapshot
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.served import BundledFeeds
from llmanac.service.refresh.source_client import FeedSource, LocalFile, SourceClient
from llmanac.service.refresh.steps import ObserveStep, unobserved
from llmanac.service.rules.policies.access import Access
from llmanac.service.rules.policies.arrivals import Arrivals
from llmanac.service.rules.resources.declarations import Declarations
from llmanac.service.rules.resources.followed_files import POLICY_FILES
from llmanac.service.rules.resources.resource import ResourceKind
from llmanac.service.runtime.ports import RunInWorker
from llmanac.service.runtime.worker_process import ResourceLimits, run_in_worker
from llmanac.settings import Settings
from llmanac.standalone import choices_of, edition_files
from llmanac.storage.database import Database


def archive_of(
    settings: Settings,
    database: Database,
    reader: Reader,
    *,
    store: EditionStore | None = None,
    run_in_worker: RunInWorker | None = None,
    after_recording: Callable[[], None] = lambda: None,
) -> Archive:
    """The past of the installation's catalog, up to what the reader serves.

    Editions are kept in ``store`` and built by ``run_in_worker``: by default, where and as a server does.
    """
    choices, run_in_worker = choices_of(settings), run_in_worker or _worker(settings)
    history = HistoryRecorder(
        database.history,
        packaged=packaged_days,
        served=lambda: reader.edition,
        run_in_worker=run_in_worker,
        clock=system_clock,
        editions=store or edition_files(settings),
        featured=choices,
        after_recording=after_recording,
    )
    editions = EditionRepository(store or edition_files(settings, "past"), run_in_worker=run_in_worker)
    past = PastEditions(history, reader, editions=editions, clock=system_clock, featured=choices)
    return Archive(history, past, reader=reader)


@asynccontextmanager
async def refresh_runner_of(
    settings: Settings,
    database: Database,
    base: BundledFeeds,
    *,
    publish: Callable[[Snapshot, Edition], None] = lambda _snapshot, _edition: None,
    overlays: Callable[[], Feed | None] = lambda: None,
    observe: ObserveStep = unobserved,
) -> AsyncIterator[RefreshRunner]:
    """Refreshes of the installation; ``publish`` gets each new edition, ``observe`` hears of every step.

    ``overlays`` gives the rules in force, which lie over what a refresh accepts.
    """
    async with aclosing(FeedFetcher(settings)) as fetcher:
        executor = RefreshExecutor(
            database.refreshes,
            SourceClient(fetcher.fetch, clock=system_clock, largest=settings.largest_feed),
            sources=_feed_sources(settings),
            bundled=base,
            clock=system_clock,
            run_in_worker=_worker(settings),
            editions=editions_of(settings),
            publish=publish,
            policy=RefreshPolicy(
                confirmations=settings.refresh_confirmations,
                featured=choices_of(settings),
                largest_feed=settings.largest_feed,
            ),
            overlays=overlays,
            observe=observe,
        )
        refresh_runner = RefreshRunner(database.refreshes, executor, clock=system_clock)
        try:
            yield refresh_runner
        finally:
            await refresh_runner.close()


def access_of(settings: Settings, database: Database, arrivals: Arrivals) -> Access:
    """The policies of the installation, which are still to be opened."""
    return Access(database.resources, arrivals, clock=system_clock, files=followed_files(settings, POLICY_FILES))


def tokens_of(settings: Settings, database: Database, *, policies_of: PoliciesOf = no_policies_of) -> Tokens:
    """The tokens of the installation, which may be under its policies.

    ``policies_of`` gives the names of the policies that the author of a token is under by its claims.
    """

    async def known_policies() -> frozenset[str]:
        declared: Declarations[Policy] = Declarations(
            database.resources, ResourceKind.POLICY, read_policy, files=followed_files(settings, POLICY_FILES)
        )
        await declared.open()
        return frozenset([*declared.all, *declared.unreadable])

    return Tokens(database.tokens, clock=system_clock, known_policies=known_policies, policies_of=policies_of)


def editions_of(settings: Settings) -> EditionRepository:
    """The editions of the installation, made in a worker process where they are not kept."""
    return EditionRepository(edition_files(settings), run_in_worker=_worker(settings))


def _worker(settings: Settings) -> RunInWorker:
    """Runs work in a worker process, with the memory and the time that the largest feeds may take."""
    return partial(run_in_worker, limits=ResourceLimits.for_feeds(settings.largest_feed))


def _feed_sources(settings: Settings) -> tuple[FeedSource, ...]:
    """Where each feed is asked for: the file that the operator named, else its address; a source may have neither."""
    places: dict[str, LocalFile | Upstream] = {name: Upstream(url) for name, url in settings.source_urls.items()}
    places |= {name: LocalFile(path) for name, path in settings.source_files.items()}
    return tuple(FeedSource(name, places[name], row.to_json) for name, row in SOURCES.items() if name in places)
