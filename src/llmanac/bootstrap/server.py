"""Prepares a server's installation, and runs its services and background tasks."""

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
from llmanac.bootstrap.database import open_database
from llmanac.bootstrap.services import archive_of, bundled_feeds, editions_of, refresh_runner_of
from llmanac.clock import system_clock
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
from llmanac.service.runtime.background import every, in_background
from llmanac.service.runtime.malloc import give_back_memory, return_large_blocks
from llmanac.settings import Settings
from llmanac.standalone import choices_of, has_database, open_edition
from llmanac.storage.database import Database

if TYPE_CHECKING:  # it imports joserfc, which few installations need
    from llmanac.auth.composite_verifier import CredentialVerifier

TOKEN_REFRESH_SECONDS = 1.0
"""Interval at which tokens are reloaded; a revocation by another process is promised to apply within five seconds."""

FOLLOW_SECONDS = 2.0
"""Interval at which snapshots accepted by other processes are looked for, and the schedule and history are checked."""

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
    """Prepare the installation once, before any number of worker processes serve it.

    Returns the admin token that the first start creates; None on later starts, and where authentication is off.
    Raises ConfigurationError for a feed that cannot be read, and StorageError for the database.
    """
    if not has_database(settings):
        # Before the token is created: if the start failed afterwards, the token would never be shown.
        await _install(settings)
    async with open_database(settings) as database:
        if settings.workers > 1:
            # Built once, if at all; every worker then maps it.
            await _open_edition(settings, await open_served(database.refreshes, bundled_feeds(settings)))
        if settings.authentication == "none":
            return None
        return await Tokens(database.tokens, clock=system_clock).ensure_admin()


@asynccontextmanager
async def run(settings: Settings) -> AsyncIterator[Running]:
    """Open a server's services, with background tasks that keep them up to date.

    Raises ConfigurationError for a feed that cannot be read, and StorageError for the database.
    """
    return_large_blocks()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        base = bundled_feeds(settings)
        served = await open_served(database.refreshes, base)
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
        )
        refresh_runner = await stack.enter_async_context(
            refresh_runner_of(settings, database, base, publish=publisher.publish)
        )
        archive = archive_of(settings, database, reader, after_recording=give_back_memory)
        stack.push_async_callback(archive.history.close)
        for task in _tasks(settings, publisher, refresh_runner=refresh_runner, archive=archive):
            await stack.enter_async_context(in_background(task))
        yield Running(
            reader=reader,
            verifier=await stack.enter_async_context(_verifier(settings, database)),
            tokens=Tokens(database.tokens, clock=system_clock),
            audit=database.audit,
            idempotency=Idempotency(database.idempotency, clock=system_clock),
            refresh_runner=refresh_runner,
            publisher=publisher,
            archive=archive,
        )


def _tasks(
    settings: Settings, publisher: Publisher, *, refresh_runner: RefreshRunner, archive: Archive
) -> Iterator[Coroutine[Any, Any, None]]:
    """The background tasks of a server, in the order in which they start."""
    yield every(publisher.catch_up, every_s=FOLLOW_SECONDS, what="Following the newest snapshot")
    if settings.refresh:
        interval = timedelta(minutes=settings.refresh_interval_minutes)
        schedule = Schedule(interval, started_at=system_clock(), jitter=SystemRandom().random)
        refresh = partial(refresh_runner.refresh_if_due, schedule)
        yield every(refresh, every_s=FOLLOW_SECONDS, what="Refreshing by the schedule")
    yield every(archive.history.follow, every_s=FOLLOW_SECONDS, what="Recording what is served")


@asynccontextmanager
async def _verifier(
    settings: Settings, database: Database
) -> AsyncIterator[TokenVerifier | CredentialVerifier | OpenVerifier]:
    """The verifier that the settings ask for: open, of tokens, or of tokens and an identity provider's JWTs."""
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
    """Build the edition of a new installation and, concurrently on a thread, create its database: both are slow."""
    served = serve_bundled(bundled_feeds(settings))
    await asyncio.gather(_open_edition(settings, served), asyncio.to_thread(asyncio.run, _create_database(settings)))


async def _create_database(settings: Settings) -> None:
    async with open_database(settings):
        pass


async def _open_edition(settings: Settings, served: ServedFeeds) -> Edition:
    """The edition to serve: mapped if it is kept, else built in a worker process.

    Raises InvalidSource for a feed that cannot be read. Where the worker process fails otherwise, the edition is
    built in this process.
    """
    spec = edition_spec_of(served, choices_of(settings))
    try:
        return await editions_of(settings).open(spec)
    except InvalidSource:
        raise
    except LlmanacError as error:
        logger.warning("%s The edition is built in the process that serves it.", error.detail)
        return await asyncio.to_thread(open_edition, settings, spec=spec)
