"""Mutated values of feeds: nothing impossible is served, and what was not touched stays."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from random import Random
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.pipeline import build
from llmanac.service.refresh.candidate import Candidate, EvaluationJob, evaluate

from ..shelf import Shelf
from .conftest import Content, litellm, models_dev

SERVED = {"models.dev": models_dev(), "litellm": litellm()}

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.lists(st.integers(-9, 9), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(-9, 9), max_size=3),
)
PATHS = st.sampled_from(
    [("cost",), ("cost", "input"), ("cost", "output"), ("cost", "cache_read"), ("limit",), ("limit", "context")]
    + [(name,) for name in ("name", "id", "modalities", "tool_call", "release_date", "open_weights", "family")]
)


def feeds(contents: dict[str, Content]) -> dict[str, Feed]:
    return {
        name: Feed.of(name=name, origin="x", date="2026-11-23", data=orjson.dumps(content))
        for name, content in contents.items()
    }


def put(record: Any, path: tuple[str, ...], value: object) -> None:
    for key in path[:-1]:
        record = record[key]
    record[path[-1]] = value


@settings(max_examples=200)
@given(path=PATHS, value=ODD)
def test_one_odd_value(path: tuple[str, ...], value: object) -> None:
    content = deepcopy(SERVED["models.dev"])
    put(content["host-1"]["models"]["lab-1-large"], path, value)
    candidate = Candidate(feed=feeds({"models.dev": content})["models.dev"])

    shelf = Shelf()
    job = EvaluationJob(served=feeds(SERVED), candidates={"models.dev": candidate}, confirmations=3, editions=shelf)
    result = evaluate(job)

    assert result.evaluations["models.dev"].failure is None
    before = {it.id: it for it in build(feeds(SERVED).values()).catalog.offers}
    after = shelf.kept[result.built.key].catalog.offers if result.built else tuple(before.values())
    for offer in after:
        assert offer.price.rates.input is None or Decimal(0) <= offer.price.rates.input <= 10**9
        assert offer.limits.context is None or offer.limits.context > 0
        if offer.id != "host-1/lab-1-large":
            assert offer == before[offer.id]
    touched = next(offer for offer in after if offer.id == "host-1/lab-1-large")
    assert touched.price.rates.input is not None
    assert touched.limits.context is not None


def test_the_order_of_a_feed_does_not_matter() -> None:
    digests = set()
    for seed in range(20):
        contents = {name: shuffled(content, Random(seed)) for name, content in SERVED.items()}
        digests.add(build(feeds(contents).values()).catalog.digest)

    assert len(digests) == 1


def shuffled(value: Any, random: Random) -> Any:
    """The same with the keys of every object in another order."""
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.shuffle(keys)
    return {key: shuffled(value[key], random) for key in keys}
