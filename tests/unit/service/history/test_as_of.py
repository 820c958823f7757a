from __future__ import annotations

from datetime import date, timedelta

import pytest

from llmanac.errors import InvalidRequest, NotFound
from llmanac.storage.database import Database

from ....shelf import Shelf
from ...small_past import FIRST, NOON, SECOND, THIRD, Installation, installation_on

pytestmark = pytest.mark.anyio


async def test_a_day_is_served_as_it_was(installation: Installation) -> None:
    past = installation.archive.past

    for day, ids in (
        (FIRST, {"acme/alpha", "acme/large-2", "acme/large-1"}),
        (SECOND - timedelta(days=1), {"acme/alpha", "acme/large-2", "acme/large-1"}),
        (SECOND, {"acme/alpha", "acme/lab/large-2"}),
    ):
        edition = await past.edition(day)
        assert {offer.id for offer in edition.catalog.offers} == ids


async def test_now_and_today_and_the_last_epoch_are_the_served_edition(installation: Installation) -> None:
    past, current = installation.archive.past, installation.reader.edition

    assert await past.edition(None) is current
    assert await past.edition(NOON.date()) is current
    assert await past.edition(NOON.date() + timedelta(days=1)) is current
    assert await past.edition(THIRD) is current


async def test_a_day_that_was_asked_for_is_kept_and_the_one_asked_for_longest_ago_goes(
    installation: Installation,
) -> None:
    past = installation.archive.past
    await installation.archive.history.ready()
    assert past.ready(FIRST) is None

    first = await past.edition(FIRST)

    assert past.ready(FIRST) is first
    assert await past.edition(FIRST + timedelta(days=1)) is first


async def test_a_day_that_another_process_has_built_is_not_built_again(database: Database) -> None:
    shelf = Shelf()
    for _ in range(2):
        edition = await installation_on(database, shelf=shelf).archive.past.edition(FIRST)
        assert edition is next(iter(shelf.kept.values()))
    assert len(shelf.kept) == 1


async def test_nothing_is_known_before_the_first_day_nor_of_days_to_come(installation: Installation) -> None:
    past = installation.archive.past

    with pytest.raises(NotFound, match="begins on 2026-05-01"):
        await past.edition(date(2026, 4, 30))
    with pytest.raises(InvalidRequest, match="yet to come"):
        await past.edition(NOON.date() + timedelta(days=2))
