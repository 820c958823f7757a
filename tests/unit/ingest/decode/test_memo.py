"""Reading a feed with another revision of it at hand gives what reading it alone gives, and decodes less."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.decode.memo import DecodeMemo

from ..conftest import MODEL, feed_of

ROW = {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 1e-6}
LAB = {"name": "Command", "family": "command", "release_date": "2026-01-02"}


def models(**by_id: dict[str, Any]) -> Feed:
    return Feed.of(name="models.dev", origin="x", date="2026-11-23", data=feed_of(by_id))


def other(name: str, **by_id: dict[str, Any]) -> Feed:
    return Feed.of(name=name, origin="x", date="2026-11-23", data=orjson.dumps(by_id))


def test_what_is_the_same_in_both_is_one_record() -> None:
    memo = DecodeMemo()
    first = models(same=MODEL, renamed=MODEL).read(memo).layer.providers[0].models
    second = models(same=MODEL, renamed={**MODEL, "name": "Other"}).read(memo).layer.providers[0].models

    assert second[0] is first[0]
    assert (first[1].name, second[1].name) == ("Model", "Other")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (models(m=MODEL), models(m={**MODEL, "limit": {"context": True, "output": 8000}})),
        (models(m={**MODEL, "tool_call": 1}), models(m={**MODEL, "tool_call": True})),
        (models(m={**MODEL, "name": 7}), models(m={**MODEL, "name": 7})),
        (models(m={**MODEL, "novelty": 7}), models(m={**MODEL, "novelty": 7})),
        (models(m=MODEL), models(m=dict(reversed(MODEL.items())))),
        (other("litellm", a=ROW, b=ROW), other("litellm", a=ROW, b={**ROW, "mode": 1})),
        (other("litellm", a=ROW, b=ROW), other("litellm", a=ROW)),
        (other("models.dev/models", **{"a/b": LAB}), other("models.dev/models", **{"a/b": {**LAB, "family": 3}})),
        (other("models.dev/models", **{"a/b": LAB}), other("models.dev/models", **{"a/b": LAB, "a/c": LAB})),
    ],
    ids=["a number", "a flag", "mistyped", "unknown key", "order", "another row", "fewer", "another fact", "more"],
)
def test_a_layer_is_the_same_with_a_memo_or_without(first: Feed, second: Feed) -> None:
    for earlier, later in ((first, second), (second, first)):
        memo = DecodeMemo()
        earlier.read(memo)

        assert later.read(memo).layer == later.decode()
