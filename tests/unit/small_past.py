"""A small past: three days of a catalog in which every kind of change happens, and an installation that knows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import orjson

from llmanac import bootstrap, settings
from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.ingest import pipeline
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.packaged.seeds import PackagedDay, Seed, days_of
from llmanac.service.archive import Archive
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.history.as_of import PastEditions
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.service.refresh.records import Outcome, Trigger
from llmanac.storage.database import Database

from ..shelf import Shelf

Given = TypeVar("Given")
Made = TypeVar("Made")

NOON = datetime(2026, 7, 15, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)

Content = dict[str, Any]


def model(**changes: Any) -> Content:
    """A record of models.dev in which nothing is amiss."""
    return {
        "name": "Model",
        "family": "lab",
        "release_date": "2026-01-02",
        "open_weights": False,
        "attachment": False,
        "reasoning": False,
        "tool_call": True,
        "modalities": {"input": ["text"], "output": ["text"]},
        "limit": {"context": 128_000, "output": 8_000},
        "cost": {"input": 3, "output": 15},
        **changes,
    }


def models_dev(day: date, **models: Content) -> Feed:
    """A feed of one host, ``acme``; in a model's name, two underscores stand for a slash and one for a hyphen."""
    host = {"id": "acme", "name": "Acme", "npm": "@ai-sdk/openai", "env": ["ACME_KEY"], "doc": "https://acme.example"}
    listed = {name.replace("__", "/").replace("_", "-"): it for name, it in models.items()}
    content = {"acme": {**host, "models": listed}}
    return Feed.of(name="models.dev", origin="seed", date=day.isoformat(), data=orjson.dumps(content))


def litellm(day: date = FIRST) -> Feed:
    """A price map of one id, which is none of acme's."""
    row = {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-6, "max_input_tokens": 1000}
    return Feed.of(name="litellm", origin="seed", date=day.isoformat(), data=orjson.dumps({"gpt-x": row}))


@cache
def small_past() -> tuple[PackagedDay, ...]:
    """Three days; the last is what is served. The second feed knows nothing of release dates."""
    cheap = {"input": 1, "output": 1}
    repriced = {"input": 2, "output": 15}
    larger = {"context": 200_000, "output": 8_000}
    feeds = [
        models_dev(FIRST, alpha=model(), large_1=model(), large_2=model(cost=cheap)),
        models_dev(SECOND, alpha=model(cost=repriced), lab__large_2=model(cost=cheap, release_date="2020-01-01")),
        models_dev(
            THIRD,
            alpha=model(cost=repriced, limit=larger),
            lab__large_2=model(cost=cheap, status="deprecated"),
            large_3=model(release_date="2026-06-20"),
        ),
    ]
    lacks = [(), ("release_date",), ()]
    return days_of([*(Seed(feed, it) for feed, it in zip(feeds, lacks, strict=True)), Seed(litellm())])


async def at_once(work: Callable[[Given], Made], given: Given) -> Made:
    """In place of the process beside the server."""
    return work(given)


def edition_of(*feeds: Feed) -> Edition:
    return Edition.of(pipeline.build(feeds))


@cache
def last_day() -> Edition:
    """The edition of the last day of the small past."""
    return edition_of(*(seed.feed for seed in small_past()[-1].seeds.values()))


@dataclass(frozen=True)
class Installation:
    """An archive, and what it stands on."""

    reader: Reader
    database: Database
    archive: Archive


def installation_on(
    database: Database,
    *,
    served: Edition | None = None,
    shelf: Shelf | None = None,
    after_recording: Callable[[], None] = lambda: None,
) -> Installation:
    """An installation with the small past, which serves its last day unless told otherwise."""
    days = small_past()
    reader = Reader(served or last_day())
    history = HistoryRecorder(
        database.history,
        packaged=lambda: days,
        served=lambda: reader.edition,
        run_in_worker=at_once,
        clock=lambda: NOON,
        editions=shelf,
        after_recording=after_recording,
    )
    past = PastEditions(
        history,
        reader,
        editions=EditionRepository(Shelf() if shelf is None else shelf, run_in_worker=at_once),
        clock=lambda: NOON,
    )
    return Installation(reader, database, Archive(history, past, reader=reader))


def refreshed_installation(folder: Path) -> Path:
    """A data directory, made in this folder, in whose database a snapshot of three models of OpenAI's is accepted."""
    data_dir, feed, price_map = folder / "data", folder / "models.json", folder / "litellm.json"
    price_map.write_bytes(litellm().data)
    before = {"gpt_x": model(), "gpt_y": model()}
    feed.write_bytes(_of_openai(before))
    chosen = settings.load(data_dir=data_dir, models_dev=feed, litellm=price_map)

    async def refresh() -> Outcome | None:
        async with bootstrap.open_refresher(chosen) as runner:
            feed.write_bytes(_of_openai({**before, "gpt_z": model()}))
            return (await runner.refresh(Trigger.COMMAND)).outcome

    assert asyncio.run(refresh()) is Outcome.UPDATED
    return data_dir


def _of_openai(models: dict[str, Content]) -> bytes:
    content = orjson.loads(models_dev(date.today(), **models).data)  # noqa: DTZ011 -- the day is not looked at
    return orjson.dumps({"openai": {**content["acme"], "id": "openai"}})


class OpenGate:
    """Lets everyone in; where it hesitates, every request takes the long way."""

    def __init__(self, *, hesitates: bool = False) -> None:
        self._hesitates = hesitates

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        return None if self._hesitates else ANONYMOUS

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        return ANONYMOUS


@asynccontextmanager
async def asking(installation: Installation, *, hesitates: bool = False) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an application that stands on this installation."""
    services = Services(
        reader=installation.reader,
        authenticator=OpenGate(hesitates=hesitates),
        archive=installation.archive,
        response_capacity=1 << 20,
    )
    transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test/api/v1/inference") as client:
        yield client
