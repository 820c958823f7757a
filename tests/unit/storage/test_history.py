"""However feeds change from one to the next, every catalog of the past comes back to the last digit."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmanac.domain.feed import FeedRef
from llmanac.history.change import Change, ChangeKind, Difference
from llmanac.history.timeline import Epoch, FeedVersion
from llmanac.ingest import pipeline
from llmanac.service.editions.edition import Edition
from llmanac.service.history.store import Addition
from llmanac.storage.database import open_sqlite
from llmanac.storage.location import FILE_NAME

from ..small_past import NOON, THIRD, edition_of, installation_on, litellm, model, models_dev

PRICES = st.floats(0, 100, allow_nan=False).map(lambda price: round(price, 4))
RECORDS = st.builds(
    lambda price, context, status: model(
        cost={"input": price, "output": 2 * price},
        limit={"context": context, "output": 1},
        **({"status": status} if status else {}),
    ),
    PRICES,
    st.integers(1, 10**7),
    st.sampled_from([None, "beta", "deprecated"]),
)
FEEDS = st.dictionaries(st.sampled_from(["a", "b", "lab__a", "lab__b", "c"]), RECORDS, min_size=1)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.lists(FEEDS, min_size=1, max_size=12))
def test_the_stored_differences_lead_to_every_catalog_again(feeds: list[dict[str, Any]]) -> None:
    editions = [edition_of(models_dev(THIRD, **models), litellm()) for models in feeds]

    asyncio.run(_record_and_compare(editions))


async def _record_and_compare(editions: list[Edition]) -> None:
    with TemporaryDirectory() as directory:
        database = await open_sqlite(Path(directory))
        installation = installation_on(database)
        history = installation.archive.history
        await history.follow()
        expected = [epoch.digest for epoch in history.timeline.epochs]
        for edition in editions:
            installation.reader.publish(edition)
            await history.follow()
            if edition.digest != expected[-1]:
                expected.append(edition.digest)
        assert [epoch.digest for epoch in history.timeline.epochs] == expected
        for epoch in history.timeline.epochs:
            assert pipeline.build(await history.feeds(epoch)).catalog.digest == epoch.digest
        await database.close()


@pytest.mark.slow
def test_two_hundred_small_refreshes_take_little_room(tmp_path: Path) -> None:
    size = asyncio.run(_grow(tmp_path, refreshes=200))

    assert size < 200 * 3_000


async def _grow(directory: Path, *, refreshes: int) -> int:
    """The bytes by which a database grows after the first refresh, where each reprices ten of 500 models."""
    database = await open_sqlite(directory)
    models = {f"model-{number}": model() for number in range(500)}
    sizes = []
    for number in range(1, refreshes + 2):
        repriced = [f"model-{(number * 10 + place) % 500}" for place in range(10)]
        models |= {name: model(cost={"input": number, "output": 15}) for name in repriced}
        assert await database.history.append(_addition(number, models_dev(THIRD, **models).data, repriced))
        sizes.append(directory.joinpath(FILE_NAME).stat().st_size)
    await database.close()
    return sizes[-1] - sizes[0]


def _addition(number: int, text: bytes, repriced: list[str]) -> Addition:
    sha256 = hashlib.sha256(text).hexdigest()
    ref = FeedRef(name="models.dev", date=THIRD.isoformat(), origin="seed", sha256=sha256)
    changes = tuple(
        Change(
            kind=ChangeKind.PRICE,
            offer=f"acme/{name}",
            provider="acme",
            base=name,
            name="Model",
            differences=(Difference("input", number - 1, number),),
        )
        for name in repriced
    )
    epoch = Epoch(number=number, began_at=NOON, digest=sha256, offers=500, feeds=(FeedVersion(ref=ref),))
    return Addition(epoch=epoch, texts={sha256: text}, changes=changes, last_reported={})
