from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.packaged.seeds import Seed, build_seeds, days_of, open_seeds, packaged_days, read_manifest
from llmanac.ingest.packaged.snapshot import embedded_feeds, encode_manifest, write_snapshot

PACKAGED = resources.files("llmanac.ingest.packaged").joinpath("seed")


def feed(name: str, stated: str, content: str = "") -> Feed:
    return Feed.of(name=name, origin="seed", date=stated, data=(content or stated).encode())


def test_the_package_knows_four_days_of_the_past() -> None:
    days = packaged_days()

    assert [(day.day, {name: seed.feed.ref.date for name, seed in day.seeds.items()}) for day in days] == [
        (date(2026, 5, 21), {"models.dev": "2026-05-21", "litellm": "2026-08-11"}),
        (date(2026, 8, 18), {"models.dev": "2026-08-18", "litellm": "2026-08-11"}),
        (date(2026, 9, 30), {"models.dev": "2026-09-30", "litellm": "2026-08-11"}),
        (date(2026, 11, 1), {"models.dev": "2026-09-30", "litellm": "2026-11"}),
    ]
    assert days[1].seeds["models.dev"].lacks == ("interleaved", "release_date", "tiers")


@pytest.mark.slow
def test_the_seeds_in_the_package_are_those_that_the_command_builds(shared_data: Path) -> None:
    described = {(entry.ref.name, entry.ref.date): entry for entry in read_manifest(PACKAGED)}
    for name, file in (
        ("models.dev", "models-dev-2026-05-21.json.gz"),
        ("models.dev", "models-dev-2026-08-18.json.gz"),
        ("litellm", "litellm-2026-08-11.json.gz"),
    ):
        recorded = read_feed(name, shared_data / file)
        packaged = described[name, recorded.ref.date]
        built = build_seeds([Seed(recorded, packaged.lacks)], embedded_feeds())

        assert built["manifest.json"] == encode_manifest({"seeds": [packaged]})
        assert built[packaged.file] == PACKAGED.joinpath(packaged.file).read_bytes()


@pytest.mark.slow
def test_damaged_seeds_are_refused(tmp_path: Path) -> None:
    seed = Seed(feed("litellm", "2026-08-11", '{"gpt-x": {"litellm_provider": "openai", "mode": "chat"}}'))
    files = build_seeds([seed], embedded_feeds())
    write_snapshot(files, tmp_path)
    assert open_seeds(tmp_path, embedded_feeds())[0].feed.ref.date == "2026-08-11"

    tmp_path.joinpath("litellm-2026-08-11.zst").write_bytes(b"not a patch")
    with pytest.raises(InvalidSource, match="missing or damaged"):
        open_seeds(tmp_path, embedded_feeds())
    tmp_path.joinpath("manifest.json").write_bytes(b"{}")
    with pytest.raises(InvalidSource, match="manifest"):
        open_seeds(tmp_path, embedded_feeds())


def test_a_day_has_the_newest_feed_of_each_source_and_the_first_stands_in_before_it() -> None:
    early, late, prices = feed("models.dev", "2026-05"), feed("models.dev", "2026-07-01"), feed("litellm", "2026-06-01")

    assert [
        (it.day, it.seeds["models.dev"].feed, it.seeds["litellm"].feed)
        for it in days_of(map(Seed, (late, prices, early)))
    ] == [
        (date(2026, 5, 1), early, prices),
        (date(2026, 7, 1), late, prices),
    ]
