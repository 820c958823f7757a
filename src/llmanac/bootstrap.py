"""The composition root: settings become stores, stores become services.

Nothing else that a server runs imports storage; ``standalone`` does, for what needs no database.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from llmanac.auth.verifier import OpenVerifier, TokenVerifier
from llmanac.clock import system_clock
from llmanac.errors import ConfigurationError, InvalidSource, LlmanacError, UpstreamFailed
from llmanac.ingest.decode import litellm, modelsdev
from llmanac.ingest.fetch.fetcher import FetchBounds, Fetcher, Unmodified, Upstream
from llmanac.ingest.packaged.seeds import packaged_days
from llmanac.service.access.idempotency import Idempotency
from llmanac.service.access.store import AuditStore
from llmanac.service.access.tokens import NewToken, Tokens
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.history.as_of import PastEditions
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.service.ports import RunInWorker
from llmanac.service.refresh.publisher import Publisher
from llmanac.service.refresh.records import Snapshot, Trigger
from llmanac.service.refresh.run import RefreshPolicy, RefreshRun
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.schedule import Schedule
from llmanac.service.refresh.served import BundledFeeds, ServedFeeds, edition_spec_of, open_served, serve_bundled
from llmanac.service.refresh.sources import FeedSource, LocalFile, SourceClient
from llmanac.service.refresh.steps import ObserveStep, unobserved
from llmanac.service.runtime.background import every, in_background
from llmanac.service.runtime.malloc import give_back_memory, return_large_blocks
from llmanac.service.runtime.worker_process import ResourceLimits, run_in_worker
from llmanac.settings import Settings
from llmanac.standalone import choices_of, edition_files, open_edition, open_feeds
from llmanac.storage.database import Database, open_sqlite
from llmanac.storage.sqlite import FILE_NAME, choose_journal_mode

if TYPE_CHECKING:  # it brings in joserfc, which few installations need
    from llmanac.auth.composite_verifier import CredentialVerifier

TOKEN_REFRESH_SECONDS = 1.0
"""How long a revocation in another process may go unnoticed here; five seconds are promised."""

FOLLOW_SECONDS = 2.0
"""How long a snapshot that another process accepted may go unnoticed here."""

KEY_BOUNDS = FetchBounds(wire_bytes=256 << 10, content_bytes=256 << 10, total_s=10, connect_s=3, attempts=2)
"""For an identity provider's keys: somebody waits for them."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The services of a running server."""

    reader: Reader
    verifier: TokenVerifier | CredentialVerifier | OpenVerifier
    tokens: Tokens
    audit: AuditStore
    idempotency: Idempotency
    refresh_runner: RefreshRunner
    publisher: Publisher
    archive: Archive


async def prepare(settings: Settings) -> NewToken | None:
    """What is done once, however many processes then serve.

    Gives the admin token that the first start makes; None at any later one, and where nobody needs one. Raises
    ConfigurationError for a feed that cannot be read, and StorageError for a database.
    """
    if not (settings.data_dir / FILE_NAME).exists():
        # Before a token is made: one that is shown by a server that then does not start would be lost.
        await _install(settings)
    async with _open_database(settings) as database:
        if settings.workers > 1:
            # Made once, if at all; each process then maps it.
            await _open_edition(settings, await open_served(database.refreshes, _base(settings)))
        if settings.authentication == "none":
            return None
        return await Tokens(database.tokens, clock=system_clock).ensure_admin()


async def _install(settings: Settings) -> None:
    """Make the edition of a new installation and, meanwhile, its database, on a thread: both take long."""
    served = serve_bundled(_base(settings))
    await asyncio.gather(_open_edition(settings, served), asyncio.to_thread(asyncio.run, _make_database(settings)))


async def _make_database(settings: Settings) -> None:
    async with _open_database(settings):
        pass


@asynccontextmanager
async def run(settings: Settings) -> AsyncIterator[Running]:
    """Everything that a server needs, kept up to date for as long as it runs.

    Raises ConfigurationError for a feed that cannot be read, and StorageError for a database.
    """
    return_large_blocks()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_open_database(settings))
        base = _base(settings)
        served = await open_served(database.refreshes, base)
        reader = Reader(await _open_edition(settings, served))
        publisher = Publisher(
            reader,
            database.refreshes,
            served=served,
            base=base,
            clock=system_clock,
            stale_after=timedelta(hours=settings.stale_after_hours),
            editions=_editions(settings),
            featured=choices_of(settings),
        )
        refresh_runner = await stack.enter_async_context(
            _refresh_runner(settings, database, base, publish=publisher.publish)
        )
        await stack.enter_async_context(in_background(_keep_fresh(publisher, refresh_runner, _schedule(settings))))
        archive = _archive(settings, database, reader)
        stack.push_async_callback(archive.history.close)
        await stack.enter_async_context(in_background(_keep_record(archive.history)))
        running = partial(
            Running,
            reader=reader,
            tokens=Tokens(database.tokens, clock=system_clock),
            audit=database.audit,
            idempotency=Idempotency(database.idempotency, clock=system_clock),
            refresh_runner=refresh_runner,
            publisher=publisher,
            archive=archive,
        )
        if settings.authentication == "none":
            yield running(verifier=OpenVerifier())
            return
        verifier = TokenVerifier(database.tokens, clock=system_clock)
        await verifier.refresh()
        await stack.enter_async_context(in_background(_keep_known(verifier)))
        yield running(verifier=await stack.enter_async_context(_with_jwts(settings, verifier)))


@asynccontextmanager
async def _with_jwts(settings: Settings, tokens: TokenVerifier) -> AsyncIterator[TokenVerifier | CredentialVerifier]:
    """The verifier of tokens and, where the settings name an identity provider, of its JWTs."""
    if settings.jwt_issuer is None or settings.jwt_audience is None or settings.jwt_keys is None:
        yield tokens
        return
    from llmanac.auth.composite_verifier import CredentialVerifier  # noqa: PLC0415 -- joserfc takes 0.1 s to import
    from llmanac.auth.jwks import SigningKeys  # noqa: PLC0415 -- joserfc takes 0.1 s to import
    from llmanac.auth.jwt import JwtVerifier, Trust  # noqa: PLC0415 -- joserfc takes 0.1 s to import

    trust = Trust(
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        scope_claim=settings.jwt_scope_claim,
        scopes=frozenset(settings.jwt_scopes),
    )
    async with Fetcher(
        clock=system_clock,
        jitter=SystemRandom().random,
        bounds=KEY_BOUNDS,
        allow_private=settings.allow_private_sources,
    ) as fetcher:
        keys = SigningKeys(_KeyDocument(settings.jwt_keys, fetcher))
        yield CredentialVerifier(tokens, JwtVerifier(trust, keys, clock=system_clock))


@dataclass(frozen=True, slots=True)
class _KeyDocument:
    """An identity provider's keys, at an address or in a file."""

    place: str
    fetcher: Fetcher

    async def fetch(self) -> bytes:
        if "://" not in self.place:
            return await asyncio.to_thread(_read_keys, Path(self.place))
        try:
            fetched = await self.fetcher.fetch(Upstream(self.place))
        except UpstreamFailed as error:
            logger.warning("The keys of the identity provider cannot be fetched: %s", error.detail)
            raise
        if isinstance(fetched, Unmodified):
            raise UpstreamFailed("The identity provider says that its keys are those of before, which nobody asked.")
        return gzip.decompress(fetched.compressed.data)


def _read_keys(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The keys of the identity provider, {path}, cannot be read: {error.strerror}."
        ) from None


@asynccontextmanager
async def open_refresher(settings: Settings, *, observe: ObserveStep = unobserved) -> AsyncIterator[RefreshRunner]:
    """Refreshes of the installation's database, without a server; ``observe`` hears of every step."""
    async with (
        _open_database(settings) as database,
        _refresh_runner(settings, database, _base(settings), observe=observe) as refresh_runner,
    ):
        yield refresh_runner


@asynccontextmanager
async def open_archive(settings: Settings) -> AsyncIterator[Archive]:
    """The past of the installation's catalog, without a server."""
    async with _open_database(settings) as database:
        served = await open_served(database.refreshes, _base(settings))
        reader = Reader(open_edition(settings, spec=edition_spec_of(served, choices_of(settings))))
        archive = _archive(settings, database, reader)
        try:
            yield archive
        finally:
            await archive.history.close()


def _archive(settings: Settings, database: Database, reader: Reader) -> Archive:
    choices = choices_of(settings)
    history = HistoryRecorder(
        database.history,
        packaged=packaged_days,
        served=lambda: reader.edition,
        run_in_worker=_workshop(settings),
        clock=system_clock,
        editions=edition_files(settings),
        featured=choices,
    )
    past = PastEditions(history, reader, editions=_editions(settings, "past"), clock=system_clock, featured=choices)
    return Archive.of(history, past, reader=reader)


@asynccontextmanager
async def _refresh_runner(
    settings: Settings,
    database: Database,
    base: BundledFeeds,
    *,
    publish: Callable[[Snapshot, Edition], None] = lambda _snapshot, _edition: None,
    observe: ObserveStep = unobserved,
) -> AsyncIterator[RefreshRunner]:
    async with Fetcher(
        clock=system_clock,
        jitter=SystemRandom().random,
        bounds=FetchBounds.for_feeds(settings.largest_feed),
        allow_private=settings.allow_private_sources,
    ) as fetcher:
        refresh_run = RefreshRun(
            database.refreshes,
            SourceClient(fetcher.fetch, clock=system_clock, largest=settings.largest_feed),
            sources=_feed_sources(settings),
            base=base,
            clock=system_clock,
            run_in_worker=_workshop(settings),
            editions=_editions(settings),
            publish=publish,
            policy=RefreshPolicy(
                confirmations=settings.refresh_confirmations,
                featured=choices_of(settings),
                largest_feed=settings.largest_feed,
            ),
            observe=observe,
        )
        refresh_runner = RefreshRunner(database.refreshes, refresh_run, clock=system_clock)
        try:
            yield refresh_runner
        finally:
            await refresh_runner.close()


@asynccontextmanager
async def open_tokens(settings: Settings) -> AsyncIterator[Tokens]:
    """The use cases of tokens on the installation's database."""
    async with _open_database(settings) as database:
        yield Tokens(database.tokens, clock=system_clock)


async def open_served_edition(settings: Settings) -> Edition:
    """The edition that a server on the installation's database would serve now."""
    async with _open_database(settings) as database:
        served = await open_served(database.refreshes, _base(settings))
    return open_edition(settings, spec=edition_spec_of(served, choices_of(settings)))


async def _open_edition(settings: Settings, served: ServedFeeds) -> Edition:
    """The edition to serve, ready: kept, or made in a process of its own. Raises InvalidSource where none can be."""
    spec = edition_spec_of(served, choices_of(settings))
    try:
        return await _editions(settings).open(spec)
    except InvalidSource:
        raise
    except LlmanacError as error:
        logger.warning("%s The edition is made in the process that serves it.", error.detail)
        return await asyncio.to_thread(open_edition, settings, spec=spec)


def _editions(settings: Settings, folder: str = "") -> EditionRepository:
    return EditionRepository(edition_files(settings, folder), run_in_worker=_workshop(settings))


def _workshop(settings: Settings) -> RunInWorker:
    """What works in a process of its own, with what the largest feeds may take."""
    return partial(run_in_worker, limits=ResourceLimits.for_feeds(settings.largest_feed))


def _base(settings: Settings) -> BundledFeeds:
    """The feeds that are there before any refresh."""
    feeds = open_feeds(settings)
    local = {modelsdev.SOURCE: settings.models_dev, litellm.SOURCE: settings.litellm}
    return BundledFeeds(
        feeds={feed.name: feed for feed in feeds},
        pinned=frozenset(name for name, path in local.items() if path is not None),
    )


def _feed_sources(settings: Settings) -> tuple[FeedSource, ...]:
    """Where each feed is asked for: the file that the operator named, else its address."""
    return tuple(
        FeedSource(name, LocalFile(path) if path is not None else Upstream(url))
        for name, path, url in (
            (modelsdev.SOURCE, settings.models_dev, settings.models_dev_url),
            (litellm.SOURCE, settings.litellm, settings.litellm_url),
        )
    )


def _schedule(settings: Settings) -> Schedule | None:
    if not settings.refresh:
        return None
    interval = timedelta(minutes=settings.refresh_interval_minutes)
    return Schedule(interval, started_at=system_clock(), jitter=SystemRandom().random)


def sqlite_journal_mode() -> str:
    """How the database makes a transaction whole with this machine's SQLite."""
    return choose_journal_mode(sqlite3.sqlite_version_info).value


@asynccontextmanager
async def _open_database(settings: Settings) -> AsyncIterator[Database]:
    database = await open_sqlite(settings.data_dir)
    try:
        yield database
    finally:
        await database.close()


async def _keep_known(verifier: TokenVerifier) -> None:
    """Learn forever what has become of tokens; those that are known work meanwhile."""
    await every(verifier.refresh, every_s=TOKEN_REFRESH_SECONDS, what="Learning of tokens")


async def _keep_record(history: HistoryRecorder) -> None:
    """Record forever what is served; what a great work leaves unused is given back to the system."""
    recorded = -1

    async def record() -> None:
        nonlocal recorded
        await history.follow()
        if recorded != len(history.timeline.epochs):
            recorded = len(history.timeline.epochs)
            await asyncio.to_thread(give_back_memory)

    await every(record, every_s=FOLLOW_SECONDS, what="Recording what is served")


async def _keep_fresh(publisher: Publisher, refresh_runner: RefreshRunner, schedule: Schedule | None) -> None:
    """Serve forever what is newest, and ask the sources when that is due."""

    async def refresh() -> None:
        await publisher.catch_up()
        if schedule is not None and schedule.is_due(await refresh_runner.last_began_at(), now=system_clock()):
            await refresh_runner.refresh(Trigger.SCHEDULE)

    await every(refresh, every_s=FOLLOW_SECONDS, what="Keeping the catalog fresh")
