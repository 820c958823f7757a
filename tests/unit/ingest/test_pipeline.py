"""Feeds in, CatalogData out, with the account of how it came about."""

from __future__ import annotations

import gc
import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.choices import FeaturedChoices
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.ingest.pipeline import build

from .conftest import MODEL, PROVIDER, feed_of


def models_dev(data: bytes | None = None) -> Feed:
    content = data or feed_of({"m": {**MODEL, "colour": "red", "release_date": "1970-01-01"}})
    return Feed.of(name="models.dev", origin="a.json", date="2026-09-30", data=content)


def litellm(**rows: Any) -> Feed:
    content = {"gpt-5": {"litellm_provider": "openai", "input_cost_per_token": 1e-06}, **rows}
    return Feed.of(name="litellm", origin="b.json", date="2026-11", data=gzip.compress(orjson.dumps(content)))


def labs() -> Feed:
    content = {"acme/m": {"name": "M", "knowledge": "2025-01"}}
    return Feed.of(name="models.dev/models", origin="c.json", date="2026-09-30", data=orjson.dumps(content))


def test_the_catalog_says_what_it_was_made_from() -> None:
    made = build([models_dev(), litellm()])

    told = {
        source.ref.name: (source.ref.origin, source.ref.date, source.records, source.rejects)
        for source in made.catalog.sources
    }
    assert told == {"models.dev": ("a.json", "2026-09-30", 1, 1), "litellm": ("b.json", "2026-11", 1, 0)}
    assert [source.licence for source in made.catalog.sources] == ["MIT", "MIT"]
    assert [source.ref for source in made.catalog.sources] == [
        made.feeds[it.source.ref.name].ref for it in made.reports
    ]


def test_what_was_not_understood_is_reported_by_source() -> None:
    reports = {report.source.ref.name: report for report in build([models_dev(), litellm(bad=1)]).reports}

    assert [reject.where for reject in reports["models.dev"].rejects] == ["acme/m: release_date"]
    assert reports["models.dev"].unknown_keys == {"model.colour": 1}
    assert [reject.where for reject in reports["litellm"].rejects] == ["bad"]


def test_lab_level_facts_are_joined_where_they_are_given() -> None:
    bare = build([models_dev(), litellm()]).catalog.offers[0]
    told = build([models_dev(), litellm(), labs()]).catalog.offers[0]

    assert (bare.knowledge, told.knowledge) == (None, "2025-01")


def test_the_original_feeds_are_kept_as_gzip() -> None:
    made = build([models_dev(), litellm()])

    assert gzip.decompress(made.feeds["models.dev"].data) == models_dev().data
    assert made.feeds["litellm"] == litellm()


def test_litellms_own_row_stands_beside_the_offer_that_it_is_about() -> None:
    content = orjson.dumps({"openai": {**PROVIDER, "id": "openai", "models": {"gpt-5": MODEL, "gpt-9": MODEL}}})
    made = build([models_dev(content), litellm()])

    assert {offer: row.id for offer, row in made.rows.items()} == {"openai/gpt-5": "gpt-5"}


@pytest.mark.parametrize("given", [[], [models_dev()], [litellm()], [labs()]])
def test_both_main_sources_are_needed(given: list[Feed]) -> None:
    with pytest.raises(InvalidSource, match="a catalog needs"):
        build(given)


@pytest.mark.slow
def test_the_same_facts_give_the_same_digest_in_whatever_order_the_feeds_list_them(embedded_build: Build) -> None:
    def turned(feed: Feed) -> Feed:
        content = orjson.loads(gzip.decompress(feed.data))
        for provider in content.values():
            if isinstance(provider.get("models"), dict):
                provider["models"] = dict(reversed(provider["models"].items()))
        return Feed.of(
            name=feed.name, origin="x", date=feed.ref.date, data=orjson.dumps(dict(reversed(content.items())))
        )

    again = build([turned(feed) for feed in reversed(open_sources())])

    assert again.catalog.digest == embedded_build.catalog.digest
    assert again.catalog.offers == embedded_build.catalog.offers
    assert again.catalog.featured == embedded_build.catalog.featured


@pytest.mark.slow
def test_an_operators_choice_changes_the_featured_set_and_the_digest(embedded_build: Build) -> None:
    first = embedded_build.catalog.featured[0]

    chosen = build(open_sources(), featured=FeaturedChoices(exclude=(first,))).catalog

    assert first not in chosen.featured
    assert len(chosen.featured) == len(embedded_build.catalog.featured)
    assert chosen.digest != embedded_build.catalog.digest


def test_local_files_take_the_place_of_the_embedded_feeds(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_bytes(feed_of({"m": MODEL}))
    other = tmp_path / "prices.json.gz"
    other.write_bytes(litellm().data)

    origins = {
        frozenset((feed.name, feed.ref.origin) for feed in feeds)
        for feeds in (
            open_sources(),
            open_sources({"models.dev": path}),
            open_sources({"litellm": other}),
            open_sources({"models.dev": path, "litellm": other}),
        )
    }

    assert origins == {
        frozenset({("models.dev", models), ("litellm", prices), ("figures", "seed")})
        for models in ("embedded", str(path))
        for prices in ("embedded", str(other))
    }


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was_found(*, enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        build([models_dev(), litellm()])
        assert gc.isenabled() is enabled
        with pytest.raises(InvalidSource):
            build([models_dev(b"{"), litellm()])
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
