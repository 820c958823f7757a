"""Facts of an offer that depend on all listings: popularity, first party, the id that LiteLLM calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from llmanac.domain.pricing import PriceState, Rates
from llmanac.domain.records import Offer
from llmanac.ingest.layer import Cost, Layer, ModelClaims, ProviderClaims
from llmanac.ingest.merge.merge import Merged
from llmanac.ingest.merge.merge import merge as merge_layers

TODAY = date(2026, 9, 30)
PAID = Cost(Rates(input=Decimal(1), output=Decimal(2)))
NEUTRAL = ("claude-sonnet-5", "gpt-5", "gemini-3-pro", "grok-4")
"""Enough to be a neutral host."""


def model(id_: str, **details: object) -> ModelClaims:
    fields: dict[str, object] = {"id": id_, "cost": PAID, "open_weights": False, **details}
    return ModelClaims(**fields)  # type: ignore[arg-type]  # -- fields by name


def host(id_: str, *models: ModelClaims | str, **details: object) -> ProviderClaims:
    fields: dict[str, object] = {"id": id_, "env": (f"{id_.upper()}_KEY",), **details}
    records = tuple(model(it) if isinstance(it, str) else it for it in models)
    return ProviderClaims(**fields, models=records)  # type: ignore[arg-type]  # -- fields by name


def row(id_: str, provider: str) -> ModelClaims:
    return ModelClaims(id=id_, litellm_provider=provider, mode="chat")


def layer(source: str, **claims: Any) -> Layer:
    return Layer(source=source, size=0, unknown_keys={}, sha256="", **claims)


def merge(
    hosts: Iterable[ProviderClaims], *, rows: Iterable[ModelClaims] = (), facts: Iterable[ModelClaims] = ()
) -> Merged:
    """The layers of models.dev's hosts, LiteLLM's rows, and what labs say, folded."""
    return merge_layers(
        [
            layer("models.dev", providers=tuple(hosts)),
            layer("litellm", models=tuple(rows)),
            layer("models.dev/models", models=tuple(facts)),
        ],
        today=TODAY,
    )


def offers_of(merged: Merged) -> dict[str, Offer]:
    return {offer.id: offer for offer in merged.offers}


def test_offers_of_one_base_model_are_one_model_with_the_labs_own_host_first() -> None:
    merged = merge(
        [host("zeta", "openai/gpt-5", *NEUTRAL[::2]), host("vercel", *NEUTRAL), host("openai", "gpt-5")], rows={}
    )

    found = merged.models["gpt-5"]
    assert (found.lab, found.popularity) == ("openai", 1.0)
    assert found.offers == ("openai/gpt-5", "vercel/gpt-5", "zeta/openai/gpt-5")
    assert [offers_of(merged)[id_].popularity for id_ in found.offers] == [1.0, 0.5, 0.5]
    assert [offers_of(merged)[id_].first_party for id_ in found.offers] == [True, False, False]


def test_offers_are_ordered_by_standing_then_recency_then_id() -> None:
    merged = merge(
        [
            host("b", model("x", release_date="2026-01"), model("y"), model("z", release_date="2026-01-31")),
            host("a", model("x", release_date="2026-01")),
            host("neutral", *NEUTRAL),
        ],
    )

    assert [offer.id for offer in merged.offers] == [
        "neutral/claude-sonnet-5",
        "neutral/gemini-3-pro",
        "neutral/gpt-5",
        "neutral/grok-4",
        "b/z",
        "a/x",
        "b/x",
        "b/y",
    ]


def test_what_is_deprecated_or_has_ended_stands_lower() -> None:
    merged = merge(
        [
            host("neutral", *NEUTRAL),
            host("openai", model("gpt-5", status="deprecated"), "gpt-5-mini"),
            host("xai", "grok-4"),
            host("anthropic", "claude-sonnet-5"),
        ],
        rows=[
            replace(row("xai/grok-4", "xai"), deprecation_date="2026-09-29"),
            replace(row("claude-sonnet-5", "anthropic"), deprecation_date="2026-10-01"),
        ],
    )

    order = [offer.id for offer in merged.offers]
    assert order[0] == "anthropic/claude-sonnet-5"
    assert set(order[1:7]) >= {"openai/gpt-5", "xai/grok-4", "neutral/gemini-3-pro"}


def test_hosts_that_take_the_same_credentials_are_one_voice() -> None:
    twice = [host(id_, *NEUTRAL, env=("ONE_KEY",)) for id_ in ("gateway", "gateway-providers")]

    merged = merge([*twice, host("other", *NEUTRAL[1:], "llama-3.3-70b")])

    assert merged.models["claude-sonnet-5"].popularity == 0.5


def test_equal_prices_are_one_object_and_a_plan_has_none() -> None:
    zero = Cost(Rates(input=Decimal(0), output=Decimal(0)))
    merged = offers_of(merge([host("a", "x", "y"), host("b", model("z", cost=zero), name="B Plan")]))

    assert merged["a/x"].price is merged["a/y"].price
    assert merged["a/x"].price.bound == 2
    assert (merged["b/z"].price.state, merged["b/z"].price.rates) == (PriceState.IN_PLAN, Rates())


def test_litellms_own_row_makes_an_id_known_and_stands_beside_the_offer() -> None:
    known = row("gpt-5", "openai")
    merged = merge([host("openai", "gpt-5", "gpt-6")], rows=[known])

    routes = {id_: offer.litellm for id_, offer in offers_of(merged).items()}
    assert routes["openai/gpt-5"] is not None
    assert routes["openai/gpt-5"].known
    assert routes["openai/gpt-6"] is not None
    assert not routes["openai/gpt-6"].known
    assert merged.rows == {"openai/gpt-5": known}


INTERNATIONAL = host("alibaba", "qwen3-max")
MAINLAND = host("alibaba-cn", "qwen3-max")
DEPRECATED = host("azure", model("gpt-5", status="deprecated"))
PROXY = host("acme", "gpt-5", npm="@ai-sdk/openai", api="https://x.example")


@pytest.mark.parametrize(
    ("hosts", "primary"),
    [
        ([host("azure", "gpt-5"), host("azure-cognitive-services", "gpt-5")], "azure/gpt-5"),
        ([DEPRECATED, host("azure-cognitive-services", "gpt-5")], "azure-cognitive-services/gpt-5"),
        ([host("google-vertex-anthropic", "claude-5"), host("google-vertex", "claude-5")], "google-vertex/claude-5"),
        ([host("google-vertex", "claude@default", "claude")], "google-vertex/claude"),
        ([host("alibaba-token-plan", "qwen3-max"), INTERNATIONAL], "alibaba/qwen3-max"),
        ([host("alibaba-token-plan-cn", "qwen3-max"), MAINLAND], "alibaba-cn/qwen3-max"),
        ([host("moonshotai-cn", "kimi-k3"), host("moonshotai", "kimi-k3")], "moonshotai/kimi-k3"),
        ([host("minimax-coding-plan", "minimax-m3"), host("minimax", "minimax-m3")], "minimax/minimax-m3"),
        ([PROXY, host("openai", "gpt-5")], "openai/gpt-5"),
    ],
)
def test_each_litellm_id_stands_for_one_offer(hosts: list[ProviderClaims], primary: str) -> None:
    for order in (hosts, hosts[::-1]):
        merged = merge(order)

        assert [offer.id for offer in merged.offers if offer.litellm and offer.litellm.primary] == [primary]


def test_the_release_of_a_model_is_what_its_lab_says_else_what_most_hosts_say() -> None:
    def dated(id_: str, name: str, release: str | None) -> ProviderClaims:
        return host(id_, model(name, release_date=release, family=release))

    first, second = dated("a", "gpt-5", "2025-01-01"), dated("b", "gpt-5", "2025-02-02")
    third, lab = dated("c", "gpt-5", "2025-02-02"), dated("openai", "gpt-5", "2025-08-07")

    own = merge([first, second, third, lab])
    most = merge([first, second, third, dated("openai", "gpt-5", None)])
    nobody = merge([dated("a", "gpt-5", None)])

    assert (own.models["gpt-5"].release_date, own.models["gpt-5"].family) == ("2025-08-07", "2025-08-07")
    assert most.models["gpt-5"].release_date == "2025-02-02"
    assert nobody.models["gpt-5"].release_date is None


def test_what_a_lab_says_of_its_model_fills_in_what_a_host_leaves_out() -> None:
    fact = ModelClaims(
        id="openai/gpt-5",
        name="GPT-5",
        family="gpt",
        knowledge="2024-09-30",
        release_date="2025-08-07",
        open_weights=False,
    )
    bare = model("gpt-5", open_weights=None)
    told = model("gpt-5", open_weights=True, family="own", release_date="2025-09", knowledge="2025")

    merged = offers_of(merge([host("a", bare), host("b", told), host("c", "gpt-4")], facts=[fact]))

    filled, kept = merged["a/gpt-5"], merged["b/gpt-5"]
    assert (filled.family, filled.release_date, filled.knowledge, filled.open_weights) == (
        "gpt",
        "2025-08-07",
        "2024-09-30",
        False,
    )
    assert (kept.family, kept.release_date, kept.knowledge, kept.open_weights) == ("own", "2025-09", "2025", True)
    assert merged["c/gpt-4"].family is None


def test_the_order_of_the_feed_makes_no_difference() -> None:
    hosts = [
        host("vercel", *NEUTRAL, model("m", canonical="xai/m")),
        host("openrouter", *NEUTRAL, model("m", canonical="meta/m")),
        host("azure", "gpt-5"),
        host("azure-cognitive-services", "gpt-5"),
    ]
    turned = [ProviderClaims(id=it.id, env=it.env, models=it.models[::-1]) for it in hosts[::-1]]

    one, other = merge(hosts), merge(turned)

    assert one.offers == other.offers
    assert one.models == other.models
    assert one.providers == other.providers


def test_a_provider_is_told_as_its_feed_states_it_with_litellms_name_for_it() -> None:
    merged = merge(
        [host("google", "gemini-3-pro", name="Google", npm="@ai-sdk/google", doc="https://d.example")], rows={}
    )

    google = merged.providers["google"]
    assert (google.name, google.npm, google.doc, google.env) == (
        "Google",
        "@ai-sdk/google",
        "https://d.example",
        ("GOOGLE_KEY",),
    )
    assert google.litellm_prefix == "gemini"
