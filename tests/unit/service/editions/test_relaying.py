"""Other rules over a kept edition: the same edition as from the feeds, whatever rules were in force before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from llmanac.ingest.decode.feed import Feed
from llmanac.ingest.merge.choices import NO_CHOICES
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.service.editions.relaying import relay, upstream_catalog

NOW = datetime(2026, 11, 27, tzinfo=UTC)

CONTRACT: list[dict[str, Any]] = [
    {"where": {"provider": "azure"}, "set": {"discount": 0.15}, "reason": "Enterprise agreement"},
    {"match": "openai/gpt-5", "set": {"status": "deprecated", "aliases": "old"}, "reason": "We move on"},
    {"match": "bedrock/*", "set": {"tags": "aws"}, "reason": "Billed by AWS"},
    {"add": {"id": "acme/llama-x", "like": "openai/gpt-5"}, "set": {"rates": {"input": 0.5}}, "reason": "Our rack"},
    {"add_host": {"id": "acme", "name": "Acme"}, "reason": "Our rack"},
]
FACTS: list[dict[str, Any]] = [
    {"match": match, "set": facts, "reason": "We know better"}
    for match, facts in (
        ("openai/gpt-5", {"name": "House model", "rates": {"output": 7}}),
        ("anthropic/claude-opus-4-5", {"capabilities": "-reasoning", "limits": {"context": 100000}}),
        ("google/gemini-2.5-pro", {"retires_on": "2026-12-31", "release_date": "2026-01-01", "family": "house"}),
        ("mistral/*", {"modalities": {"input": ["text"], "output": ["text"]}, "open_weights": False}),
        ("groq/*", {"litellm": "groq/house", "kind": "moderation"}),
        ("text-embedding-3-large", {"aliases": "embedder"}),
    )
]
EVERYTHING: list[dict[str, Any]] = [
    {"match": "*", "set": {"factor": 1.1, "regions": "eu"}, "reason": "Currency"},
    {"add": {"id": "zz/own-model"}, "set": {"name": "Own"}, "reason": "Trained by us"},
]


def feeds_with(rules: list[dict[str, Any]]) -> dict[str, Feed]:
    feeds = {feed.name: feed for feed in open_sources()}
    overlay = Overlay.model_validate({"name": "corp", "rules": rules})
    feed = feed_of([DeclaredOverlay(overlay=overlay, author="ann", written_at=NOW)], NOW)
    return feeds if feed is None else {**feeds, feed.name: feed}


def built(feeds: Mapping[str, Feed]) -> Edition:
    return build_overlaid(feeds.values()).edition()


def relaid(edition: Edition, feeds: Mapping[str, Feed]) -> Edition:
    found = relay(edition, feeds, featured=NO_CHOICES)
    assert found is not None
    return found.edition(base=edition)


@pytest.mark.slow
def test_it_is_the_edition_that_would_be_built_of_the_feeds() -> None:
    edition = built(feeds_with([]))
    for rules in (CONTRACT, FACTS, EVERYTHING, CONTRACT, [], FACTS[:1], FACTS[:1] + CONTRACT[1:3], []):
        feeds = feeds_with(rules)
        edition, expected = relaid(edition, feeds), built(feeds)

        made, wanted = edition.pack(), expected.pack()
        differing = {name for name in made.keys() | wanted.keys() if bytes(made[name]) != bytes(wanted[name])}

        assert edition.digest == expected.digest
        assert differing == set()


@pytest.mark.slow
def test_the_catalog_without_the_rules_is_that_of_the_sources() -> None:
    plain, overlaid = built(feeds_with([])).catalog, built(feeds_with(EVERYTHING))

    upstream = upstream_catalog(overlaid)

    assert tuple(upstream.offers) == tuple(plain.offers)
    assert (upstream.digest, upstream.featured) == (plain.digest, plain.featured)
    assert dict(upstream.models) == dict(plain.models)
    assert dict(upstream.providers) == dict(plain.providers)
    assert list(upstream.litellm_offers) == list(plain.litellm_offers)


@pytest.mark.slow
def test_of_other_feeds_there_is_nothing_to_take_over() -> None:
    feeds = feeds_with([])
    edition = built(feeds)
    other = {**feeds, "models.dev": Feed.of(b"{}", name="models.dev", origin="elsewhere", date="2026-11-01")}

    assert relay(edition, other, featured=NO_CHOICES) is None
