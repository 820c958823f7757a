"""Everything that a server runs: what is done once before it starts, its services, and its background tasks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from llmanac.auth.verifier import OpenVerifier, TokenVerifier
from llmanac.bootstrap.followed import record_followed
from llmanac.bootstrap.served import bundled_feeds, declarations_of
from llmanac.bootstrap.services import access_of, archive_of, editions_of, refresh_runner_of, tokens_of
from llmanac.clock import system_clock
from llmanac.database import has_database, open_database
from llmanac.errors import InvalidSource, LlmanacError
from llmanac.service.access.idempotency import Idempotency
from llmanac.service.access.store import AuditStore
from llmanac.service.access.tokens import NewToken, Tokens
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.publisher import Publisher
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.schedule import Schedule
from llmanac.service.refresh.served import ServedFeeds, edition_spec_of, open_served, serve_bundled
from llmanac.service.rules.overlays.baselines import Baselines
from llmanac.service.rules.overlays.declarations import OverlayDeclarations
from llmanac.service.rules.overlays.overlays import Overlays
from llmanac.service.rules.policies.access import Access
from llmanac.service.rules.policies.arrivals import Arrivals
from llmanac.service.rules.policies.policies import Policies
from llmanac.service.runtime.background import every, in_background
from llmanac.service.runtime.malloc import give_back_memory, return_large_blocks
from llmanac.settings import Settings
from llmanac.standalone import choices_of, open_edition, open_overlays
from llmanac.storage.database import Database

if TYPE_CHECKING:  # it brings in joserfc, which few installations need
    from llmanac.auth.credential_verifier import CredentialVerifier

TOKEN_REFRESH_SECONDS = 1.0
"""The longest time that a revocation in another process goes unnoticed here; five seconds are promised."""

OVERLAY_SECONDS = 0.1
"""The longest time that other rules of overlays go unnoticed here; two seconds are promised until they are served."""

FOLLOW_SECONDS = 2.0
"""The longest time that a snapshot which another process accepted goes unnoticed here."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The services of a running server."""

    reader: Reader
    verifier: TokenVerifier | CredentialVerifier | OpenVerifier
    tokens: Tokens
    overlays: Overlays
    policies: Policies
    access: Access
    audit: AuditStore
    idempotency: Idempotency
    refresh_runner: RefreshRunner
    publisher: Publisher
    archive: Archive


async def prepare(settings: Settings) -> NewToken | None:
    """Prepare an installation, once, however many processes then serve.

    Gives the admin token that the first start makes; None at any later one, and where nobody needs one. Raises
    ConfigurationError for a feed that cannot be read, and StorageError for a database.
    """
    if not has_database(settings):
        # Before a token is made: one that is shown by a server that then does not start would be lost.
        await _install(settings)
    async with open_database(settings) as database:
        record_followed(settings)
        if settings.workers > 1:
            # Made once, if at all; each process then maps it.
            declarations = declarations_of(settings, database)
            await declarations.open()
            bundled = bundled_feeds(settings)
            await _open_edition(settings, await open_served(database.refreshes, bundled, overlays=declarations.feed))
        if settings.authentication == "none":
            return None
        return await tokens_of(settings, database).ensure_admin()


@asynccontextmanager
async def run(settings: Settings) -> AsyncIterator[Running]:
    """Everything that a server needs, kept up to date for as long as it runs.

    Raises ConfigurationError for a feed that cannot be read, and StorageError for a database.
    """
    return_large_blocks()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        base = bundled_feeds(settings)
        overlays = declarations_of(settings, database)
        await overlays.open()
        served = await open_served(database.refreshes, base, overlays=overlays.feed)
        reader = Reader(await _open_edition(settings, served))
        publisher = Publisher(
            reader,
            database.refreshes,
            served=served,
            bundled=base,
            clock=system_clock,
            stale_after=timedelta(hours=settings.stale_after_hours),
            editions=editions_of(settings),
            featured=choices_of(settings),
            overlays=lambda: overlays.feed,
        )
        refresh_runner = await stack.enter_async_context(
            refresh_runner_of(settings, database, base, publish=publisher.publish, overlays=lambda: overlays.feed)
        )
        archive = archive_of(settings, database, reader, after_recording=give_back_memory)
        stack.push_async_callback(archive.history.close)
        arrivals = Arrivals(database.arrivals, reader, clock=system_clock)
        await arrivals.follow()
        access = access_of(settings, database, arrivals)
        await access.open()
        baselines = Baselines(database.baselines, reader, clock=system_clock)
        following = every(baselines.follow, every_s=FOLLOW_SECONDS, what="Comparing overlays with the sources")
        tasks = (
            *_tasks(settings, publisher, overlays=overlays, refresh_runner=refresh_runner, archive=archive),
            following,
            every(partial(_follow_policies, access, reader), every_s=OVERLAY_SECONDS, what="Following the policies"),
            every(arrivals.follow, every_s=FOLLOW_SECONDS, what="Recording new arrivals"),
        )
        for task in tasks:
            await stack.enter_async_context(in_background(task))
        yield Running(
            reader=reader,
            verifier=await stack.enter_async_context(_verifier(settings, database)),
            tokens=tokens_of(settings, database, policies_of=access.names_by_claims),
            overlays=Overlays(database.resources, overlays, reader=reader, baselines=baselines, clock=system_clock),
            policies=Policies(
                database.resources,
                access,
                arrivals=database.arrivals,
                tokens=database.tokens,
                reader=reader,
                clock=system_clock,
            ),
            access=access,
            audit=database.audit,
            idempotency=Idempotency(database.idempotency, clock=system_clock),
            refresh_runner=refresh_runner,
            publisher=publisher,
            archive=archive,
        )


def _tasks(
    settings: Settings,
    publisher: Publisher,
    *,
    overlays: OverlayDeclarations,
    refresh_runner: RefreshRunner,
    archive: Archive,
) -> Iterator[Coroutine[Any, Any, None]]:
    """The background tasks of a server, in the order in which they start."""

    async def follow_overlays() -> None:
        await overlays.look()
        await publisher.lay_over()

    yield every(follow_overlays, every_s=OVERLAY_SECONDS, what="Following the overlays")
    yield every(publisher.catch_up, every_s=FOLLOW_SECONDS, what="Following the newest snapshot")
    if settings.refresh:
        interval = timedelta(minutes=settings.refresh_interval_minutes)
        schedule = Schedule(interval, started_at=system_clock(), jitter=SystemRandom().random)
        refresh = partial(refresh_runner.refresh_if_due, schedule)
        yield every(refresh, every_s=FOLLOW_SECONDS, what="Refreshing by the schedule")
    yield every(archive.history.follow, every_s=FOLLOW_SECONDS, what="Recording what is served")


async def _follow_policies(access: Access, reader: Reader) -> None:
    await access.look()
    access.forget(but=reader.edition)


@asynccontextmanager
async def _verifier(
    settings: Settings, database: Database
) -> AsyncIterator[TokenVerifier | CredentialVerifier | OpenVerifier]:
    """The verifier of credentials: of none, of tokens, or of tokens and an identity provider's JWTs."""
    if settings.authentication == "none":
        yield OpenVerifier()
        return
    tokens = TokenVerifier(database.tokens, clock=system_clock)
    await tokens.refresh()
    async with in_background(every(tokens.refresh, every_s=TOKEN_REFRESH_SECONDS, what="Learning of tokens")):
        if settings.jwt_issuer is None or settings.jwt_audience is None or settings.jwt_keys is None:
            yield tokens
            return
        from llmanac.auth.jwt import Trust  # noqa: PLC0415 -- joserfc takes 0.1 s to import
        from llmanac.service.access.identity_provider import (  # noqa: PLC0415 -- joserfc takes 0.1 s to import
            open_credential_verifier,
        )

        trust = Trust(
            issuer=settings.jwt_issuer,
            audience=settings.jwt_audience,
            scope_claim=settings.jwt_scope_claim,
            scopes=frozenset(settings.jwt_scopes),
        )
        async with open_credential_verifier(
            tokens, trust, keys=settings.jwt_keys, clock=system_clock, allow_private=settings.allow_private_sources
        ) as verifier:
            yield verifier


async def _install(settings: Settings) -> None:
    """Make the edition of a new installation and, meanwhile, its database, on a thread: both take long."""
    served = serve_bundled(bundled_feeds(settings), overlays=next(iter(open_overlays(settings)), None))
    await asyncio.gather(_open_edition(settings, served), asyncio.to_thread(asyncio.run, _make_database(settings)))


async def _make_database(settings: Settings) -> None:
    async with open_database(settings):
        pass


async def _open_edition(settings: Settings, served: ServedFeeds) -> Edition:
    """The edition to serve, ready: kept, or made in a worker process. Raises InvalidSource where none can be."""
    spec = edition_spec_of(served, choices_of(settings))
    try:
        return await editions_of(settings).open(spec)
    except InvalidSource:
        raise
    except LlmanacError as error:
        logger.warning("%s The edition is made in the process that serves it.", error.detail)
        return await asyncio.to_thread(open_edition, settings, spec=spec)
