from __future__ import annotations

from datetime import date

import pytest

from llmanac.errors import InvalidRequest
from llmanac.history.change import ChangeKind
from llmanac.service.history.changes import ChangeFeed, Interest

from ...small_past import FIRST, SECOND, THIRD, Installation

pytestmark = pytest.mark.anyio


async def ids(feed: ChangeFeed, interest: Interest) -> list[str]:
    return [it.recorded.change.offer for it in (await feed.page(interest)).changes]


async def test_pages_are_disjoint_and_together_complete(installation: Installation) -> None:
    feed = installation.archive.changes
    everything = await feed.page(Interest())
    assert len(everything.changes) == 6

    for limit in range(1, 7):
        pages = [await feed.page(Interest(), limit=limit)]
        while (following := pages[-1].next) is not None:
            pages.append(await feed.page(Interest(), cursor=following, limit=limit))
        assert tuple(change for page in pages for change in page.changes) == everything.changes
        assert len(pages) == -(-6 // limit)


async def test_a_cursor_is_valid_for_its_own_filters_alone(installation: Installation) -> None:
    feed = installation.archive.changes
    cursor = (await feed.page(Interest(), limit=2)).next

    with pytest.raises(InvalidRequest, match="cursor"):
        await feed.page(Interest(provider="acme"), cursor=cursor)


@pytest.mark.parametrize(
    ("interest", "expected"),
    [
        (Interest(since=THIRD), ["acme/large-3", "acme/alpha", "acme/lab/large-2"]),
        (Interest(until=FIRST), []),
        (Interest(since=SECOND, until=SECOND), ["acme/large-1", "acme/lab/large-2", "acme/alpha"]),
        (Interest(kinds=(ChangeKind.ADDED, ChangeKind.REMOVED)), ["acme/large-3", "acme/large-1"]),
        (Interest(provider="ACME", kinds=(ChangeKind.ADDED,)), ["acme/large-3"]),
        (Interest(provider="nobody"), []),
        (Interest(base="alpha"), ["acme/alpha", "acme/alpha"]),
        (Interest(id="acme/alpha"), ["acme/alpha", "acme/alpha"]),
        (Interest(id="acme/large-1"), ["acme/large-1"]),
        (Interest(id="acme/large-2"), ["acme/lab/large-2"]),
        (Interest(since=date.min, until=date.max, kinds=(ChangeKind.PRICE,)), ["acme/alpha"]),
    ],
)
async def test_changes_of_interest(installation: Installation, interest: Interest, expected: list[str]) -> None:
    assert await ids(installation.archive.changes, interest) == expected


async def test_days_in_the_wrong_order_are_refused(installation: Installation) -> None:
    with pytest.raises(InvalidRequest, match="is after until"):
        await installation.archive.changes.page(Interest(since=SECOND, until=FIRST))
