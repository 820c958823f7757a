"""An upstream on loopback that plays any part, and an installation that refreshes from it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest

from llmanac.ingest.content.document import MAX_SIZE
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.fetch.fetcher import Fetcher
from llmanac.ingest.fetch.upstream import FetchBounds, Upstream
from llmanac.ingest.pipeline import build
from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader, browse
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.refresh.executor import RefreshExecutor, RefreshPolicy
from llmanac.service.refresh.publisher import Publisher
from llmanac.service.refresh.records import RefreshRecord, SourceOutcome, Trigger
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.service.refresh.served import BundledFeeds, open_served
from llmanac.service.refresh.source_client import FeedSource, LocalFile, SourceClient
from llmanac.storage.database import Database, open_sqlite
from llmanac.storage.editions import EditionFiles
from llmanac.storage.location import FILE_NAME

Given = TypeVar("Given")
Made = TypeVar("Made")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HURRIED = FetchBounds(total_s=0.5, backoff_s=0.001)
"""For what would last thirty seconds."""
BOUNDS = FetchBounds(wire_bytes=2 * 2**20, content_bytes=24 * 2**20, backoff_s=0.001)
"""The real ones scaled down, but for the time."""

Content = dict[str, Any]

NOWHERE_ELSE: Mapping[str, Upstream | LocalFile] = {}


def models_dev(*, hosts: int = 12, models: int = 10) -> Content:
    """A feed in the shape of models.dev's."""
    return {
        f"host-{host}": {
            "id": f"host-{host}",
            "name": f"Host {host}",
            "npm": "@ai-sdk/openai-compatible",
            "api": f"https://api.host-{host}.example/v1",
            "doc": f"https://host-{host}.example/docs",
            "env": [f"HOST_{host}_API_KEY"],
            "models": {f"lab-{number}-large": model(host, number) for number in range(models)},
        }
        for host in range(hosts)
    }


def model(host: int, number: int) -> Content:
    return {
        "id": f"lab-{number}-large",
        "name": f"Lab {number} Large",
        "family": f"lab-{number}",
        "release_date": f"2026-0{1 + number % 9}-11",
        "last_updated": f"2026-0{1 + number % 9}-12",
        "knowledge": "2025-12",
        "open_weights": number % 2 == 0,
        "attachment": False,
        "reasoning": True,
        "tool_call": True,
        "temperature": True,
        "modalities": {"input": ["text", "image"], "output": ["text"]},
        "limit": {"context": 200_000 + 1000 * number, "output": 32_000},
        "cost": {"input": 1.5 + number + host / 8, "output": 6.5 + number, "cache_read": 0.25},
    }


def litellm(*, rows: int = 100) -> Content:
    """A feed in the shape of LiteLLM's price map."""
    return {
        f"provider-{number % 7}/lab-{number}-large": {
            "litellm_provider": f"provider-{number % 7}",
            "mode": "chat",
            "input_cost_per_token": 1e-06 * (number + 1),
            "output_cost_per_token": 4e-06 * (number + 1),
            "max_input_tokens": 128_000,
            "max_output_tokens": 16_000,
            "supports_function_calling": True,
        }
        for number in range(rows)
    }


@dataclass
class Request:
    """A request to an upstream."""

    path: str
    headers: Mapping[str, str]
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


Play = Callable[[Request], Awaitable[None]]
"""How an upstream answers."""


def answer(body: bytes = b"", *, status: str = "200 OK", length: int | None = None, **headers: str) -> Play:
    """An answer of a plain kind; header names have underscores for hyphens."""

    async def play(request: Request) -> None:
        fields = {"content-type": "application/json", "content-length": str(len(body) if length is None else length)}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        await request.send(f"HTTP/1.1 {status}\r\n{head}connection: close\r\n\r\n".encode() + body)

    return play


def as_json(content: Content) -> Play:
    return answer(orjson.dumps(content))


@dataclass
class HostileUpstream:
    """A server on loopback; ``plays`` says what it does on each path."""

    plays: dict[str, Play]
    port: int = 0
    connections: int = 0
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            request = Request(head[0].split(" ")[1], headers, writer)
            self.requests.append(request)
            await self.plays[request.path](request)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has had enough
        finally:
            writer.close()


@asynccontextmanager
async def listening(plays: dict[str, Play]) -> AsyncIterator[HostileUpstream]:
    upstream = HostileUpstream(plays)
    server = await asyncio.start_server(upstream.handle, "127.0.0.1", 0)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()


async def run_here(work: Callable[[Given], Made], given: Given) -> Made:
    """In place of a process of its own, which takes its time to start."""
    return await asyncio.to_thread(work, given)


@dataclass
class Installation:
    """One server's services on a database of their own, with a clock that is set by hand."""

    upstream: HostileUpstream
    database: Database
    data_dir: Path
    base: BundledFeeds
    reader: Reader
    refresh_runner: RefreshRunner
    publisher: Publisher
    now: list[datetime]

    async def refresh(self) -> RefreshRecord:
        """An hour later, a refresh."""
        self.now[0] += timedelta(hours=1)
        return await self.refresh_runner.refresh(Trigger.REQUEST)

    async def accept(self, refresh_id: str) -> RefreshRecord:
        return await self.refresh_runner.wait(await self.refresh_runner.accept(refresh_id))

    @property
    def served(self) -> tuple[str, bytes]:
        """All that a reader can tell a snapshot by: its id, and the bytes of its entries."""
        return self.reader.edition.id, browse(self.reader.edition, build_query(limit=100)).entries


def outcome_of(record: RefreshRecord, name: str = "models.dev") -> SourceOutcome:
    return next(source for source in record.sources if source.name == name)


def base_of(content: Content, rows: Content, *, date: str = "2026-09-30") -> BundledFeeds:
    feeds = {"models.dev": content, "litellm": rows}
    return BundledFeeds(
        feeds={
            name: Feed.of(name=name, origin="embedded", date=date, data=orjson.dumps(it)) for name, it in feeds.items()
        }
    )


@asynccontextmanager
async def installed(
    upstream: HostileUpstream,
    data_dir: Path,
    *,
    base: BundledFeeds | None = None,
    confirmations: int = 3,
    bounds: FetchBounds = BOUNDS,
    largest_feed: int = MAX_SIZE,
    places: Mapping[str, Upstream | LocalFile] = NOWHERE_ELSE,
) -> AsyncIterator[Installation]:
    """An installation that refreshes from ``upstream``, and served ``base`` before it ever did."""
    now = [NOON]
    base = base or base_of(models_dev(), litellm())
    async with (
        closed_at_the_end(await open_sqlite(data_dir)) as database,
        Fetcher(clock=lambda: now[0], jitter=lambda: 1.0, bounds=bounds, allow_private=True) as fetcher,
    ):
        served = await open_served(database.refreshes, base)
        reader = Reader(Edition.of(build([it.feed for it in served.feeds.values()])))
        editions = EditionRepository(EditionFiles(data_dir / "editions", program="these tests"), run_in_worker=run_here)
        publisher = Publisher(
            reader,
            database.refreshes,
            served=served,
            bundled=base,
            clock=lambda: now[0],
            stale_after=timedelta(hours=48),
            editions=editions,
        )
        executor = RefreshExecutor(
            database.refreshes,
            SourceClient(fetcher.fetch, clock=lambda: now[0]),
            sources=[
                FeedSource(name, place)
                for name, place in {
                    "models.dev": Upstream(upstream.url("/api.json")),
                    "litellm": Upstream(upstream.url("/prices.json")),
                    **places,
                }.items()
            ],
            bundled=base,
            clock=lambda: now[0],
            run_in_worker=run_here,
            editions=editions,
            publish=publisher.publish,
            policy=RefreshPolicy(confirmations=confirmations, largest_feed=largest_feed),
        )
        refresh_runner = RefreshRunner(database.refreshes, executor, clock=lambda: now[0])
        try:
            yield Installation(upstream, database, data_dir, base, reader, refresh_runner, publisher, now)
        finally:
            await refresh_runner.close()


@asynccontextmanager
async def closed_at_the_end(database: Database) -> AsyncIterator[Database]:
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated database: copying it is quicker than migrating."""
    directory = tmp_path_factory.mktemp("empty")

    async def migrate() -> None:
        await (await open_sqlite(directory)).close()

    asyncio.run(migrate())
    return directory / FILE_NAME


@pytest.fixture
def data_dir(empty_database: Path, tmp_path: Path) -> Path:
    """A directory with an empty database."""
    shutil.copy(empty_database, tmp_path / FILE_NAME)
    return tmp_path


@pytest.fixture
async def upstream() -> AsyncIterator[HostileUpstream]:
    """An upstream that behaves, until a test has it play something else."""
    async with listening({"/api.json": as_json(models_dev()), "/prices.json": as_json(litellm())}) as upstream:
        yield upstream


@pytest.fixture
async def installation(upstream: HostileUpstream, data_dir: Path) -> AsyncIterator[Installation]:
    """On its first snapshot: it has never refreshed."""
    async with installed(upstream, data_dir) as installation:
        yield installation
