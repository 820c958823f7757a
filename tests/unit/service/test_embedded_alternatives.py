"""What could take a model's place in the embedded catalog: what a person would accept, and nothing that is hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from llmanac.domain.naming import region_of
from llmanac.errors import Forbidden, NotFound
from llmanac.ingest.merge.build import Build
from llmanac.rules.documents import read_policy
from llmanac.rules.visibility import Visibility
from llmanac.rules.visibility import read_policy as read_policy_of
from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.restricted import RestrictedEdition
from llmanac.service.json_encoder import encode
from llmanac.service.offers.alternative_list import AlternativeList
from llmanac.service.offers.resolution import Disallowed, Found, Removed

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ASKED = (
    "openai/gpt-5.5",
    "claude-sonnet-4-5",
    "claude-3-opus-20240229",
    "claude-3-7-sonnet-20250219",
    "google/gemini-2.0-flash",
    "cohere/embed-english-v2.0",
    "xai/grok-3-mini-beta",
    "groq/llama-3.3-70b-versatile",
    "amazon-bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "openai/text-embedding-3-small",
    "openai/whisper-1",
    "cohere/rerank-v3.5",
    "black-forest-labs/flux-pro",
    "openrouter/openai/gpt-oss-120b",
    "gpt-4-0613",
)


def ask(edition: Edition, id_: str, *, limit: int = 10) -> AlternativeList:
    return edition.services.alternatives.find(id_, now=NOW, limit=limit)


class TestWhatAPersonWouldAccept:
    """Worked out by hand from the catalog of 2026-11-26."""

    def models(self, edition: Edition, id_: str) -> list[str]:
        return [it.id for it in ask(edition, id_, limit=3).models]

    def test_a_removed_claude_is_followed_by_the_newest_of_its_line(self, embedded_edition: Edition) -> None:
        assert self.models(embedded_edition, "claude-3-opus-20240229")[0] == "anthropic/claude-opus-5-5"
        assert self.models(embedded_edition, "claude-3-7-sonnet-20250219")[:2] == [
            "anthropic/claude-sonnet-5-5",
            "anthropic/claude-sonnet-4-6",
        ]

    def test_gpt_5_5_is_followed_by_its_line_and_then_by_opus(self, embedded_edition: Edition) -> None:
        assert self.models(embedded_edition, "gpt-5.5")[:2] == ["openai/gpt-5.6-sol", "openai/gpt-5.4"]
        others = embedded_edition.services.alternatives.find(
            "gpt-5.5", now=NOW, query=build_query(lab="anthropic"), limit=3
        )
        assert all("claude-opus" in it.id for it in others.models)
        assert all(it.lacks == ("context",) for it in others.models), "1,000,000 tokens instead of 1,050,000"

    def test_on_bedrock_in_europe_there_is_europe_alone(self, embedded_edition: Edition) -> None:
        answer = ask(embedded_edition, "amazon-bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", limit=100)
        assert answer.models[0].id == "amazon-bedrock/eu.anthropic.claude-sonnet-4-6"
        found = [*answer.models, *answer.hosts]
        assert {region_of(it.id.partition("/")[2]) for it in found} == {"eu"}
        assert answer.total_models == len(answer.models) > 10

    def test_an_embedding_model_is_followed_by_embedding_models_of_its_price(self, embedded_edition: Edition) -> None:
        answer = ask(embedded_edition, "openai/text-embedding-3-small", limit=3)
        kinds = [embedded_edition.services.resolver.offer(it.id).kind.value for it in answer.models]
        assert kinds == ["embedding"] * 3
        assert all(it.cost_ratio is not None and 0.5 <= it.cost_ratio <= 2 for it in answer.models)

    def test_what_has_no_price_per_token_is_followed_by_its_lab(self, embedded_edition: Edition) -> None:
        assert self.models(embedded_edition, "cohere/rerank-v3.5")[0].startswith("cohere/rerank-v4.0")

    def test_a_free_offer_is_followed_by_free_ones(self, embedded_edition: Edition) -> None:
        free = [it for it in embedded_edition.ids if it.startswith("openrouter/") and it.endswith(":free")]
        found = [ask(embedded_edition, it, limit=1).models for it in free]
        firsts = [models[0].total for models in found if models]
        assert len(firsts) > 5
        assert firsts.count(Decimal(0)) > 0.9 * len(firsts)

    def test_what_is_removed_has_the_facts_of_its_last_day(self, embedded_edition: Edition) -> None:
        answer = ask(embedded_edition, "cohere/embed-english-v2.0", limit=1)
        assert answer.conditions is not None
        assert (answer.conditions.kind.value, answer.model.facts_of, answer.model.total) == (
            "embedding",
            None,
            Decimal(1),
        )
        assert answer.models[0].id == "cohere/embed-v4.0"

    def test_an_id_that_never_was_is_told_with_near_ones(self, embedded_edition: Edition) -> None:
        with pytest.raises(NotFound, match="the nearest are openai/gpt"):
            ask(embedded_edition, "gpt-9000")


POLICIES: dict[str, dict[str, Any]] = {
    "no openai": {"rules": [{"effect": "deny", "match": "openai/*"}]},
    "no claude, wherever it is": {"rules": [{"effect": "deny", "match": "*claude*"}]},
    "three hosts alone": {
        "default": "deny",
        "rules": [{"effect": "allow", "match": ["amazon-bedrock/*", "openai/*", "groq/*"]}],
    },
    "nothing dear": {"rules": [{"effect": "deny", "where": {"min_price": 5}}]},
    "open weights alone, and Anthropic": {
        "default": "deny",
        "rules": [{"effect": "allow", "match": "anthropic/*"}, {"effect": "allow", "where": {"open_weights": True}}],
    },
    "half of all ids": {"rules": [{"effect": "deny", "match": ["*a", "*e", "*0", "*o", "*5", "*7"]}]},
}


def under(edition: Edition, rules: dict[str, Any]) -> RestrictedEdition:
    read = read_policy_of(read_policy({"name": "corp", **rules}), edition.selectable)
    return RestrictedEdition(edition, Visibility((read,)))


def without(build: Build, hidden: Collection[str]) -> Edition:
    """The edition of a catalog in which the hidden offers never were; what is known of models is the same."""
    catalog = build.catalog
    kept = {base: tuple([it for it in model.offers if it not in hidden]) for base, model in catalog.models.items()}
    visible = replace(
        catalog,
        offers=[it for it in catalog.offers if it.id not in hidden],
        litellm_offers=[it for it in catalog.litellm_offers if it.id not in hidden],
        models={base: replace(it, offers=kept[base]) for base, it in catalog.models.items() if kept[base]},
        featured=tuple([it for it in catalog.featured if it not in hidden]),
        litellm_aliases={alias: it for alias, it in catalog.litellm_aliases.items() if it not in hidden},
        stray_ids=(),
    )
    return Edition.of(replace(build, catalog=visible, litellm=[it for it in build.litellm if it.id not in hidden]))


@pytest.mark.slow
@pytest.mark.parametrize("name", POLICIES)
def test_under_a_policy_the_answer_is_that_of_a_catalog_without_the_hidden(
    name: str, embedded_edition: Edition, embedded_build: Build
) -> None:
    restricted = under(embedded_edition, POLICIES[name])
    hidden = {it for it in embedded_edition.ids if restricted.hides(it)}
    plain = without(embedded_build, hidden)
    standings = Counter[str]()
    for id_ in (*ASKED, *[*plain.ids][:: len(plain.ids) // 20]):
        resolution = restricted.services.resolver.resolve(id_)
        standings[type(resolution).__name__] += 1
        match resolution:
            case Found() | Removed() if _is_read_alike(id_, restricted, plain):
                answer = ask(restricted, id_, limit=100)
                assert encode(answer) == encode(ask(plain, id_, limit=100)), id_
                assert hidden.isdisjoint(it.id for it in (*answer.models, *answer.hosts))
            case Disallowed():
                with pytest.raises(Forbidden, match="policy 'corp'"):
                    ask(restricted, id_)
            case Found() | Removed():
                assert hidden.isdisjoint(it.id for it in ask(restricted, id_).models)
            case _:
                with pytest.raises(NotFound) as refused:
                    ask(restricted, id_)
                assert not any(f"{it}," in f"{refused.value}," for it in hidden)
    assert len(hidden) > 50
    assert standings["Found"] > 5
    assert standings["Disallowed"] + standings["Removed"] > 1


def _is_read_alike(id_: str, restricted: RestrictedEdition, plain: Edition) -> bool:
    """Whether it is not read as a past offer in the other catalog alone: a policy may hide the past of an id, too."""
    resolution = plain.services.resolver.resolve(id_)
    return not isinstance(resolution, Removed) or restricted.shows(resolution.past.id)
