"""An edition that is no longer served is released in steps."""

from __future__ import annotations

import weakref
from pathlib import Path

import pytest

from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import browse
from llmanac.service.editions.release import GRACE_S, LONGEST_S, release_in_steps
from llmanac.storage.editions import EditionFiles

from ...small_past import SECOND, edition_of, litellm, model, models_dev


@pytest.fixture
def held(tmp_path: Path) -> list[Edition]:
    """A list that holds a mapped edition."""
    files = EditionFiles(tmp_path, program="these tests")
    files.keep("key", edition_of(models_dev(SECOND, alpha=model()), litellm()))
    mapped = files.open("key")
    assert mapped is not None
    return [mapped]


def test_an_edition_is_freed_in_the_end(held: list[Edition]) -> None:
    edition = weakref.ref(held[0])

    release_in_steps(held, sleep=lambda _: None)

    assert (held, edition()) == ([], None)


def test_an_edition_in_use_stays_usable(held: list[Edition]) -> None:
    edition, slept = held[0], list[float]()
    release_in_steps(held, sleep=slept.append)

    assert browse(edition, build_query(query="alpha")).total == 1
    assert sum(slept) >= LONGEST_S, "it was waited for"


def test_an_edition_is_freed_as_soon_as_nothing_refers_to_it(held: list[Edition]) -> None:
    users, slept = [*held], 0.0

    def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds
        if slept > 5 * GRACE_S:
            users.clear()

    release_in_steps(held, sleep=sleep)

    assert not users
    assert slept < 7 * GRACE_S
