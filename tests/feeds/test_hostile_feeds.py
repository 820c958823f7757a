"""Hostile feeds are read as far as they can be, or refused whole; they never crash, and never take others down."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.build import Build
from llmanac.ingest.packaged.snapshot import embedded_feeds
from llmanac.ingest.pipeline import build

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def content() -> bytes:
    """The embedded feed of models.dev, cut down to three providers."""
    [feed] = [feed for feed in embedded_feeds() if feed.name == "models.dev"]
    whole = orjson.loads(gzip.decompress(feed.data))
    return orjson.dumps({provider: whole[provider] for provider in ("anthropic", "openai", "groq")})


def rebuilt(content: bytes) -> Build:
    [litellm] = [feed for feed in embedded_feeds() if feed.name == "litellm"]
    return build([Feed.of(name="models.dev", origin="hostile", date="2026-09-30", data=content), litellm])


def every_model(change: Callable[[dict[str, Any]], object]) -> Change:
    """The same change in each model."""

    def apply(feed: dict[str, Any]) -> None:
        for provider in feed.values():
            for model in provider["models"].values():
                change(model)

    return apply


def deep(levels: int) -> Any:
    nested: Any = 1
    for _ in range(levels):
        nested = {"x": nested}
    return nested


CHANGES: dict[str, Change] = {
    "negative prices": every_model(lambda model: model.update(cost={"input": -1, "output": -2})),
    "null everywhere": every_model(lambda model: model.update(dict.fromkeys(model))),
    "numbers for texts": every_model(lambda model: model.update(dict.fromkeys(model, 7))),
    "lists for everything": every_model(lambda model: model.update({key: [] for key in model})),
    "objects for everything": every_model(lambda model: model.update({key: {} for key in model})),
    "no field at all": every_model(lambda model: model.clear()),
    "control characters": every_model(lambda model: model.update(name="a\0b\x1b[31m", family="\u202egpt")),
    "long names": every_model(lambda model: model.update(name="x" * 100_000)),
    "deep nesting": every_model(lambda model: model.update(experimental=deep(100))),
    "huge numbers": every_model(lambda model: model.update(limit={"context": 10**18, "output": 10**18})),
    "tiny prices": every_model(lambda model: model.update(cost={"input": 5e-324, "output": 1e-300})),
    "thousands of unknown keys": every_model(lambda model: model.update({f"key{n}": n for n in range(100)})),
    "a provider that is none": lambda feed: feed.update(groq=7),
    "models that are none": lambda feed: feed["groq"].update(models=[1, 2]),
    "ids that collide": lambda feed: feed.update({"groq/openai": feed["groq"]}),
    "ids that none could type": lambda feed: feed["groq"]["models"].update(
        {"a\0b": {}, "": {}, " ": {}, "x" * 999: {}}
    ),
    "addresses that are none": lambda feed: feed["groq"].update(api="http://[", env=["\0", 7], npm={}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_hostile_feed_is_read_as_far_as_it_can_be(name: str, content: bytes) -> None:
    feed = orjson.loads(content)
    CHANGES[name](feed)

    made = rebuilt(orjson.dumps(feed))

    [report] = [report for report in made.reports if report.source.ref.name == "models.dev"]
    ids = [offer.id for offer in made.catalog.offers]
    assert "anthropic/claude-opus-5-5" in ids
    assert len(ids) == len(set(ids))
    assert all(reject.where.isprintable() and reject.reason.isprintable() for reject in report.rejects)
    assert all(len(reject.where) < 600 and len(reject.reason) < 300 for reject in report.rejects)
    for offer in made.catalog.offers:
        assert offer.price.bound is None or offer.price.bound >= 0
        assert offer.name is None or (offer.name.isprintable() and len(offer.name) <= 256)


def test_an_untouched_neighbour_is_read_as_ever(content: bytes) -> None:
    before = {offer.id: offer for offer in rebuilt(content).catalog.offers}
    feed = orjson.loads(content)
    feed["groq"]["models"] = {"bad": None, **feed["groq"]["models"]}

    assert {offer.id: offer for offer in rebuilt(orjson.dumps(feed)).catalog.offers} == before


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_a_feed_that_was_cut_off_is_refused(share: float, content: bytes) -> None:
    with pytest.raises(InvalidSource, match=r"models\.dev \(hostile\): not JSON"):
        rebuilt(content[: int(len(content) * share)])


def test_a_packed_feed_that_was_cut_off_is_refused(content: bytes) -> None:
    packed = gzip.compress(content)

    with pytest.raises(InvalidSource, match="cut off"):
        rebuilt(packed[: len(packed) // 2])


def test_a_bomb_is_refused_before_it_fills_the_memory() -> None:
    member = gzip.compress(b" " * 2**24)

    with pytest.raises(InvalidSource, match="larger than"):
        rebuilt(member * 64)
