"""Editions are built in a worker process, stored, and opened by every process that serves them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmanac.errors import InvalidSource, LlmanacError, StorageError
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import FeaturedChoices
from llmanac.search.query.schema import build_query
from llmanac.service.editions.build import BuiltEdition
from llmanac.service.editions.reader import browse
from llmanac.service.editions.repository import EditionRepository
from llmanac.service.editions.spec import EditionSpec
from llmanac.service.runtime.worker_process import run_in_worker
from llmanac.storage.editions import EditionFiles

from ....shelf import Shelf
from ...small_past import SECOND, edition_of, litellm, model, models_dev

pytestmark = pytest.mark.anyio

Given = TypeVar("Given")
Answer = TypeVar("Answer")

FEEDS = (models_dev(SECOND, alpha=model(), beta=model()), litellm())


def edition_spec(*feeds: Feed, featured: FeaturedChoices | None = None) -> EditionSpec:
    return EditionSpec(feeds={feed.name: feed for feed in feeds}, featured=featured or FeaturedChoices())


class Counted:
    """Runs jobs in this process, and counts them."""

    def __init__(self) -> None:
        self.works = 0

    async def __call__(self, work: Callable[[Given], Answer], given: Given) -> Answer:
        self.works += 1
        return work(given)


@pytest.fixture
def files(tmp_path: Path) -> EditionFiles:
    return EditionFiles(tmp_path / "editions", program="these tests")


async def test_an_edition_is_built_in_another_process_and_mapped_here(files: EditionFiles) -> None:
    edition = await EditionRepository(files, run_in_worker=run_in_worker).open(edition_spec(*FEEDS))

    assert edition.digest == edition_of(*FEEDS).digest
    assert browse(edition, build_query()).total == 2
    assert len([*files.directory.glob("*.edition")]) == 1
    assert any(True for _ in edition.release_pages()), "it has pages of a file, and no memory of this process"


async def test_a_stored_edition_is_opened_and_not_built_again(files: EditionFiles) -> None:
    counted = Counted()
    for _ in range(2):
        edition = await EditionRepository(files, run_in_worker=counted).open(edition_spec(*FEEDS))
        assert edition.digest == edition_of(*FEEDS).digest
    assert counted.works == 1


@pytest.mark.parametrize("damage", ["cut short", "emptied", "overwritten"])
async def test_a_damaged_edition_is_rebuilt(files: EditionFiles, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    editions, spec = EditionRepository(files, run_in_worker=Counted()), edition_spec(*FEEDS)
    before = (await editions.open(spec)).digest
    path = files.path(spec.key)
    whole = path.read_bytes()
    path.write_bytes({"cut short": whole[:-100], "emptied": b"", "overwritten": bytes(len(whole))}[damage])
    assert (await editions.open(spec)).digest == before

    assert "is damaged" in caplog.text
    assert "built again" in caplog.text
    assert path.read_bytes() == whole


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_bit_flipped_anywhere_is_found_before_anything_is_served(
    kept: tuple[EditionFiles, bytes], data: st.DataObject
) -> None:
    files, whole = kept
    place = data.draw(st.integers(0, 8 * len(whole) - 1))
    flipped = bytearray(whole)
    flipped[place // 8] ^= 1 << place % 8
    files.path("key").write_bytes(flipped)

    assert files.open("key", whole=True) is None


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[EditionFiles, bytes]:
    """The store that holds an edition, and the bytes of its file."""
    files = EditionFiles(tmp_path_factory.mktemp("editions"), program="these tests")
    files.keep("key", edition_of(*FEEDS))
    return files, files.path("key").read_bytes()


async def test_an_edition_that_cannot_be_stored_is_served_from_memory(caplog: pytest.LogCaptureFixture) -> None:
    edition = await EditionRepository(Shelf(is_full=True), run_in_worker=Counted()).open(edition_spec(*FEEDS))

    assert browse(edition, build_query()).total == 2
    assert "No space left" in caplog.text
    assert not any(True for _ in edition.release_pages()), "nothing is mapped"


async def test_so_is_one_whose_directory_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files = EditionFiles(tmp_path / "file" / "editions", program="these tests")

    edition = await EditionRepository(files, run_in_worker=run_in_worker).open(edition_spec(*FEEDS))

    assert edition.digest == edition_of(*FEEDS).digest


async def test_feeds_that_are_not_what_was_expected_are_refused(files: EditionFiles) -> None:
    damaged = replace(FEEDS[1], ref=replace(FEEDS[1].ref, sha256="0" * 64))
    other = edition_spec(FEEDS[0], damaged)
    with pytest.raises(InvalidSource, match="not the one recorded"):
        await EditionRepository(files, run_in_worker=Counted()).open(other)
    assert not [*files.directory.glob("*.edition")]


async def test_an_edition_that_is_gone_again_is_an_error() -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        await EditionRepository(Shelf(), run_in_worker=Counted()).open_built(BuiltEdition(key="gone"))


async def test_an_error_of_the_worker_process_is_raised_in_the_caller() -> None:
    async def have_none(work: Callable[[Given], Answer], given: Given) -> Answer:  # noqa: ARG001 -- never called
        raise LlmanacError("No worker process could be started.")

    with pytest.raises(LlmanacError, match="No worker process"):
        await EditionRepository(Shelf(), run_in_worker=have_none).open(edition_spec(*FEEDS))


def test_a_key_depends_on_everything_that_an_edition_is_built_from() -> None:
    base = edition_spec(*FEEDS)
    feed = FEEDS[0]
    others = [
        edition_spec(models_dev(SECOND, alpha=model()), FEEDS[1]),
        edition_spec(Feed.of(name=feed.name, origin="elsewhere", date=feed.ref.date, data=feed.data), FEEDS[1]),
        edition_spec(Feed.of(name=feed.name, origin=feed.ref.origin, date="2026-06-02", data=feed.data), FEEDS[1]),
        edition_spec(*FEEDS, featured=FeaturedChoices(include=("acme/alpha",))),
    ]
    assert len({it.key for it in (base, *others)}) == 1 + len(others)
    assert edition_spec(*reversed(FEEDS)).key == base.key


def test_another_program_reads_its_own(files: EditionFiles) -> None:
    files.keep("key", edition_of(*FEEDS))
    assert files.holds("key")
    assert EditionFiles(files.directory, program="a newer one").open("key") is None


def test_of_many_editions_the_last_used_are_kept(files: EditionFiles) -> None:
    edition = edition_of(*FEEDS)
    for number in range(files.most):
        files.keep(str(number), edition)
        os.utime(files.path(str(number)), (number, number))
    assert files.open("0") is not None  # and so it is not the one unused for longest any more

    files.keep("newest", edition)

    kept = [key for key in (*map(str, range(files.most)), "newest") if files.holds(key)]
    assert kept == ["0", *map(str, range(2, files.most)), "newest"]


def test_half_written_files_of_a_killed_process_are_deleted_after_a_while(files: EditionFiles) -> None:
    files.directory.mkdir()
    old, new = (files.directory / f".{key}.edition.0123abcd.part" for key in ("old", "new"))
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))

    files.keep("key", edition_of(*FEEDS))

    assert (old.exists(), new.exists()) == (False, True)
