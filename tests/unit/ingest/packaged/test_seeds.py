from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.figure_history import FigureHistory, Statement
from llmanac.ingest.packaged.seeds import (
    Seed,
    build_seeds,
    days_of,
    open_seeds,
    packaged_days,
    packaged_figures,
    read_manifest,
)
from llmanac.ingest.packaged.snapshot import embedded_feeds, write_snapshot

PACKAGED = resources.files("llmanac.ingest.packaged").joinpath("seed")


def feed(name: str, stated: str, content: str = "") -> Feed:
    return Feed.of(name=name, origin="seed", date=stated, data=(content or stated).encode())


def test_the_package_knows_four_days_of_the_past() -> None:
    days = packaged_days()

    assert [(day.day, {name: day.seeds[name].feed.ref.date for name in ("models.dev", "litellm")}) for day in days] == [
        (date(2026, 5, 21), {"models.dev": "2026-05-21", "litellm": "2026-08-11"}),
        (date(2026, 8, 18), {"models.dev": "2026-08-18", "litellm": "2026-08-11"}),
        (date(2026, 9, 30), {"models.dev": "2026-09-30", "litellm": "2026-08-11"}),
        (date(2026, 11, 1), {"models.dev": "2026-09-30", "litellm": "2026-11"}),
    ]
    assert days[1].seeds["models.dev"].lacks == ("interleaved", "release_date", "tiers")


@pytest.mark.slow
def test_the_seeds_in_the_package_are_those_that_the_command_builds(shared_data: Path) -> None:
    lacks = {(entry.ref.name, entry.ref.date): entry.lacks for entry in read_manifest(PACKAGED)}
    recorded = [
        read_feed(name, shared_data / file)
        for name, file in (
            ("models.dev", "models-dev-2026-05-21.json.gz"),
            ("models.dev", "models-dev-2026-08-18.json.gz"),
            ("litellm", "litellm-2026-08-11.json.gz"),
        )
    ]
    built = build_seeds([Seed(it, lacks[it.name, it.ref.date]) for it in recorded], embedded_feeds())

    assert built == {name: PACKAGED.joinpath(name).read_bytes() for name in built}
    assert "figures.json.gz" in built


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b"])
def test_a_damaged_history_of_figures_is_refused(tmp_path: Path, content: bytes) -> None:
    write_snapshot({it: PACKAGED.joinpath(it).read_bytes() for it in ("manifest.json", "figures.json.gz")}, tmp_path)
    assert packaged_figures(tmp_path) == packaged_figures()

    tmp_path.joinpath("figures.json.gz").write_bytes(content)
    with pytest.raises(InvalidSource, match="figures"):
        packaged_figures(tmp_path)


def test_a_figure_is_known_since_its_first_feed() -> None:
    known = FigureHistory.read(packaged_figures())
    refs = {feed.name: feed.ref for feed in embedded_feeds()}
    models_dev, litellm = (known.until(refs[name]) for name in ("models.dev", "litellm"))

    assert models_dev.statement("openai/gpt-5.5", "input", Decimal(5)) == Statement("2026-05-21", since_oldest=True)
    assert litellm.statement("mistral/ministral-3b-latest", "input", Decimal("0.1")) == Statement(
        "2026-11", since_oldest=False
    )


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
