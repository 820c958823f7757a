"""Opening a catalog: from the package, from files, and of an installation."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import TypedDict

import pytest

from llmanac.catalog.opening import open_catalog
from llmanac.errors import ConfigurationError, InvalidSource
from llmanac.history.change import ChangeKind
from llmanac.ingest import pipeline
from llmanac.ingest.decode.sources import FILE_SETTINGS

from ..small_past import FIRST, litellm, model, models_dev, refreshed_installation


class FeedPaths(TypedDict):
    """Arguments of ``open_catalog``."""

    models_dev: Path
    litellm: Path


@pytest.fixture
def feeds(tmp_path: Path) -> FeedPaths:
    """Two small feed files."""
    files = FeedPaths(models_dev=tmp_path / "api.json", litellm=tmp_path / "prices.json")
    files["models_dev"].write_bytes(models_dev(FIRST, alpha=model(), beta=model()).data)
    files["litellm"].write_bytes(litellm().data)
    return files


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """The data directory of a server that has accepted a snapshot of three models."""
    return refreshed_installation(tmp_path)


def files_in(folder: Path) -> set[Path]:
    return {it for it in folder.rglob("*") if it.is_file()}


class TestFeedFiles:
    def test_every_source_that_a_file_can_be_named_for_has_its_argument(self, tmp_path: Path) -> None:
        for source, setting in FILE_SETTINGS.items():
            with pytest.raises(InvalidSource, match=rf"^{source}: .*none\.json cannot be read"):
                open_catalog(**{setting.name: tmp_path / "none.json"}, cache=False)

    def test_a_file_of_no_source_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError, match=r"^modelsdev: no source has such a file; there are models_dev, "):
            open_catalog(modelsdev=tmp_path / "api.json")

    def test_it_has_what_is_in_the_files(self, feeds: FeedPaths, cache: Path) -> None:
        with open_catalog(**feeds) as catalog:
            assert {it.id for it in catalog} == {"acme/alpha", "acme/beta"}
            assert {it.ref.origin for it in catalog.sources} == {str(path) for path in feeds.values()}
        assert cache.exists()

    def test_paths_may_be_text(self, feeds: FeedPaths, cache: Path) -> None:
        catalog = open_catalog(models_dev=str(feeds["models_dev"]), litellm=str(feeds["litellm"]))
        assert len(catalog) == 2
        assert cache.exists()

    def test_a_second_opening_maps_what_the_first_has_built(
        self, feeds: FeedPaths, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = open_catalog(**feeds)
        [file] = files_in(cache)
        assert file.parent == cache / "editions"
        monkeypatch.setattr(pipeline, "build", None)  # whoever builds now fails

        assert open_catalog(**feeds).id == first.id

    def test_a_damaged_edition_is_found_at_once_and_built_anew(
        self, feeds: FeedPaths, cache: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        whole = open_catalog(**feeds).conflicts(), open_catalog(**feeds).get("acme/alpha")
        [file] = files_in(cache)
        content = bytearray(file.read_bytes())
        content[-100] ^= 1  # in the part of the file that comes last, which few questions need
        file.write_bytes(content)

        again = open_catalog(**feeds)

        assert (again.conflicts(), again.get("acme/alpha")) == whole
        assert "is damaged" in caplog.text
        assert bytes(content) not in {it.read_bytes() for it in files_in(cache)}

    @pytest.mark.slow
    def test_without_a_cache_nothing_is_written(self, feeds: FeedPaths, cache: Path) -> None:
        with open_catalog(**feeds, cache=False) as catalog:
            assert len(catalog) == 2
            assert len(catalog.search(as_of=date(2026, 8, 18))) > 2
        assert not cache.exists()

    def test_where_nothing_can_be_written_it_is_built_in_memory(
        self, feeds: FeedPaths, cache: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        cache.write_text("a file where the directory would be")

        assert len(open_catalog(**feeds)) == 2
        assert "cannot be written" in caplog.text

    def test_what_is_no_feed_is_refused(self, feeds: FeedPaths) -> None:
        feeds["litellm"].write_text("prices")
        with pytest.raises(InvalidSource, match="litellm"):
            open_catalog(**feeds, cache=False)

    @pytest.mark.slow
    def test_its_changes_are_those_from_the_packaged_past_to_the_files(self, feeds: FeedPaths) -> None:
        catalog = open_catalog(**feeds, cache=False)
        assert {it.id for it in catalog.changes(kinds=[ChangeKind.ADDED], provider="acme")} == {
            "acme/alpha",
            "acme/beta",
        }


class TestInstallation:
    def test_it_is_what_a_server_would_serve(self, installation: Path) -> None:
        catalog = open_catalog(installation)
        assert {it.id for it in catalog} == {"openai/gpt-x", "openai/gpt-y", "openai/gpt-z"}

    @pytest.mark.slow
    def test_it_has_the_history_of_the_database(self, installation: Path) -> None:
        catalog = open_catalog(str(installation))
        assert {it.id for it in catalog.changes(kinds=[ChangeKind.ADDED], provider="openai", until=FIRST)} == set()
        assert len(catalog.search(as_of=date(2026, 8, 18))) > 1000

    @pytest.mark.slow
    def test_it_can_be_asked_where_an_event_loop_runs(self, installation: Path) -> None:
        async def program() -> int:
            with open_catalog(installation) as catalog:
                return len(list(catalog.changes(kinds=[ChangeKind.RENAMED]))) + len(catalog)

        assert asyncio.run(program()) >= 3

    @pytest.mark.slow
    def test_without_a_cache_no_edition_is_written(self, installation: Path, cache: Path) -> None:
        before = files_in(installation / "editions")
        catalog = open_catalog(installation, cache=False)
        assert len(catalog) == 3
        assert len(catalog.search(as_of=date(2026, 8, 18))) > 1000
        assert files_in(installation / "editions") == before
        assert not cache.exists()

    def test_a_directory_without_a_database_is_refused_and_stays_as_it_was(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="no database"):
            open_catalog(tmp_path / "nowhere")
        assert list(tmp_path.iterdir()) == []
