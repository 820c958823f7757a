"""All real feeds load: nothing crashes, every reject is explained, and every trap in them is seen through."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.pricing import PriceState
from llmanac.domain.records import Capability, LiteLLMRoute, Offer, RouteKind
from llmanac.ingest.decode.feed import Feed, read_feed
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.layer import Reject
from llmanac.ingest.merge.build import Build
from llmanac.ingest.merge.standing import line_of
from llmanac.ingest.pipeline import build

BuildOf = Callable[[str, str], Build]

NOBODY_LOOKED = "1970-01-01 stands for a date that nobody looked up"
NO_SUCH_DAY = "'2025-02-31' is not a date of the calendar (YYYY-MM-DD or YYYY-MM)"
NO_SUCH_MONTH = "'2025-25-11' is not a date of the calendar (YYYY-MM-DD or YYYY-MM)"

RECORDED = {
    ("models.dev", "models-dev-2026-05-21"): (4803, {NOBODY_LOOKED: 8, NO_SUCH_DAY: 2, NO_SUCH_MONTH: 1}),
    ("models.dev", "models-dev-2026-07-02"): (5276, {NOBODY_LOOKED: 8, NO_SUCH_DAY: 2, NO_SUCH_MONTH: 1}),
    ("models.dev", "models-dev-2026-08-18"): (6731, {NOBODY_LOOKED: 8, NO_SUCH_MONTH: 1}),
    ("models.dev", "models-dev-2026-09-30"): (8337, {NOBODY_LOOKED: 18}),
    ("models.dev/models", "models-dev-models-2026-07-02"): (231, {}),
    ("litellm", "litellm-2026-08-11"): (2979, {}),
    ("litellm", "litellm-2026-11"): (4551, {}),
}
"""The number of models in each file, and of their fields that are left out, by the reason."""


@pytest.fixture(scope="module")
def build_of(shared_data: Path) -> BuildOf:
    """Builds a catalog from the recorded feeds of two dates, of models.dev and of LiteLLM; each pair once."""

    @lru_cache
    def build_of(models_dev: str, litellm: str) -> Build:
        return build(
            [
                read_feed("models.dev", shared_data / f"models-dev-{models_dev}.json.gz"),
                read_feed("litellm", shared_data / f"litellm-{litellm}.json.gz"),
            ]
        )

    return build_of


@pytest.fixture(scope="module")
def september(build_of: BuildOf) -> Build:
    """The build of the feeds that the package carries."""
    return build_of("2026-09-30", "2026-11")


@pytest.fixture(scope="module")
def august(build_of: BuildOf) -> Build:
    """A feed without dates for the newest, without tiers and reasoning options."""
    return build_of("2026-08-18", "2026-08-11")


def recorded(shared_data: Path, name: str, file: str) -> Feed:
    return read_feed(name, shared_data / f"{file}.json.gz")


def offers_of(made: Build) -> dict[str, Offer]:
    return {offer.id: offer for offer in made.catalog.offers}


def test_every_recorded_feed_is_in_the_table(shared_data: Path) -> None:
    assert {f"{file}.json.gz" for _, file in RECORDED} == {path.name for path in shared_data.glob("*.gz")}


@pytest.mark.parametrize(("name", "file"), RECORDED)
def test_a_recorded_feed_loads_whole_with_every_key_known_and_every_reject_explained(
    name: str, file: str, shared_data: Path
) -> None:
    models, rejects = RECORDED[name, file]

    layer = recorded(shared_data, name, file).decode()

    assert layer.size == models
    assert Counter(reject.reason for reject in layer.rejects) == rejects
    assert layer.unknown_keys == {}


@pytest.mark.parametrize(("name", "file"), RECORDED)
def test_a_feed_taken_for_another_is_refused_with_what_is_expected(name: str, file: str, shared_data: Path) -> None:
    for other in set(SOURCES) - {name}:
        with pytest.raises(Exception, match=r"is expected") as refusal:
            recorded(shared_data, other, file).decode()
        assert refusal.type.__name__ == "InvalidSource"


def test_no_id_stands_for_two_offers_though_some_differ_only_by_case(august: Build) -> None:
    ids = [offer.id for offer in august.catalog.offers]

    assert len(ids) == len(set(ids)) == 6731
    assert {"edenai/flexai/DeepSeek-V4-Flash-0731", "edenai/flexai/deepseek-v4-flash-0731"} <= set(ids)


def test_ids_with_spaces_and_parentheses_are_kept(build_of: BuildOf) -> None:
    ids = {offer.id for offer in build_of("2026-05-21", "2026-08-11").catalog.offers}

    assert any("Llama-3.3+(3.1v3.3)-70B" in id_ for id_ in ids)
    assert any(" " in id_ for id_ in ids)


def test_names_are_without_tabs_and_stray_spaces(september: Build, august: Build) -> None:
    for made in (september, august):
        names = [offer.name for offer in made.catalog.offers if offer.name is not None]
        assert len(names) == len(made.catalog.offers)
        assert [name for name in names if name != " ".join(name.split())] == []


def test_prices_are_without_float_noise(september: Build, august: Build) -> None:
    for made in (september, august):
        prices = {offer.price.rates.input for offer in made.catalog.offers} - {None}
        assert max(len(price.as_tuple().digits) for price in prices if price is not None) <= 9
        assert Decimal("0.05") in prices


def test_a_context_of_zero_is_unknown_and_an_output_beyond_it_is_kept(september: Build) -> None:
    contexts = [offer.limits.context for offer in september.catalog.offers]
    beyond = [it for it in september.catalog.offers if (it.limits.output or 0) > (it.limits.context or 10**9)]

    assert 0 not in contexts
    assert contexts.count(None) > 100
    assert len(beyond) > 50


def test_months_are_kept_as_months(september: Build) -> None:
    dates = [offer.release_date for offer in september.catalog.offers if offer.release_date]

    assert sum(len(date) == len("2026-01") for date in dates) > 100
    assert "1970-01-01" not in dates


def test_tiers_begin_at_round_numbers(september: Build) -> None:
    boundaries = {tier.above for offer in september.catalog.offers for tier in offer.price.tiers}

    just_below = {199_999}  # xAI's tiers begin with their bound
    assert boundaries == {32_000, 128_000, 200_000, 256_000, 262_144, 272_000, 512_000, 524_288} | just_below


def test_a_feed_without_tiers_has_the_one_that_is_left_in_the_old_form(august: Build) -> None:
    stated = [it.claims for claims in august.claims.values() for it in claims if it.source == MODELS_DEV]

    assert {tier.above for claims in stated for tier in claims.tiers} == {200_000}


def test_zero_dollars_is_never_ambiguous(september: Build) -> None:
    states = Counter(offer.price.state for offer in september.catalog.offers)
    bounds = {state: {it.price.bound for it in september.catalog.offers if it.price.state is state} for state in states}

    assert set(states) == set(PriceState)
    assert bounds[PriceState.FREE] == {Decimal(0)}
    assert not bounds[PriceState.KNOWN] & {None, Decimal(0)}
    assert bounds[PriceState.IN_PLAN] == bounds[PriceState.VARIABLE] == bounds[PriceState.UNKNOWN] == {None}


@pytest.mark.parametrize(
    ("id_", "state"),
    [
        ("anthropic/claude-opus-5-5", PriceState.KNOWN),
        ("openai/text-embedding-3-small", PriceState.KNOWN),
        ("minimax-coding-plan/MiniMax-M3", PriceState.IN_PLAN),
        ("alibaba-token-plan/qwen3.8-max", PriceState.IN_PLAN),
        ("tencent-token-plan/hy3", PriceState.IN_PLAN),
        ("zhipuai-coding-plan/glm-5.3", PriceState.IN_PLAN),
        ("lynkr/lynkr-auto", PriceState.VARIABLE),
        ("zai/glm-4.7-flash", PriceState.FREE),
        ("openrouter/google/gemma-4-31b-it:free", PriceState.FREE),
        ("openrouter/openrouter/free", PriceState.FREE),
        ("openrouter/openrouter/auto", PriceState.VARIABLE),
        ("kilo/openrouter/auto", PriceState.VARIABLE),
        ("nano-gpt/auto-model", PriceState.VARIABLE),
        ("llmgateway/auto", PriceState.VARIABLE),
        ("trustedrouter/trustedrouter/fast", PriceState.VARIABLE),
        ("snowflake-cortex/claude-sonnet-4-5", PriceState.KNOWN),
        ("agentrouter/glm-5.3", PriceState.UNKNOWN),
    ],
)
def test_what_a_price_means(id_: str, state: PriceState, september: Build) -> None:
    assert offers_of(september)[id_].price.state is state


@pytest.mark.parametrize("host", ["lmstudio", "atomic-chat", "qvac"])
def test_whatever_runs_on_the_callers_own_machine_is_free(host: str, september: Build) -> None:
    assert {it.price.state for it in september.catalog.offers if it.provider == host} == {PriceState.FREE}


def test_capabilities_come_in_one_order(september: Build) -> None:
    order = list(Capability)

    for offer in september.catalog.offers:
        assert list(offer.capabilities) == sorted(offer.capabilities, key=order.index)
        assert (Capability.VISION in offer.capabilities) == ("image" in offer.modalities.input)


def test_as_many_offers_are_known_to_litellm_and_routable_as_were_counted_with_litellm_itself(
    build_of: BuildOf,
) -> None:
    """LiteLLM 1.109.1 found 1,103 ids, seven of them for zhipuai as ``zai/``, where it is ``bigmodel/`` by now.

    Beside them are 17 that its map spells otherwise than their hosts: it found none of those by the host's own id. The
    54 of Alibaba have the address of ``qwencloud/``, and need none of their own.
    """
    routes = [offer.litellm for offer in build_of("2026-08-18", "2026-11").catalog.offers]

    assert sum(route is not None and route.kind is RouteKind.NATIVE for route in routes) == 3587 + 54
    assert sum(route is not None and route.known for route in routes) == 1103 - 7 + 17


@pytest.mark.parametrize(
    ("offer", "litellm"),
    [
        ("google/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
        ("moonshotai/kimi-k3", "moonshot/kimi-k3"),
        ("amazon-bedrock/us.anthropic.claude-opus-5-5", "bedrock/us.anthropic.claude-opus-5-5"),
        ("azure/gpt-5.5", "azure/gpt-5.5"),
        ("azure/claude-opus-5-5", "azure_ai/claude-opus-5-5"),
        ("google-vertex-anthropic/claude-opus-5-5@default", "vertex_ai/claude-opus-5-5"),
        ("groq/openai/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
        ("alibaba/qwen3.8-max", "qwencloud/qwen3.8-max"),
    ],
)
def test_an_id_that_litellm_calls_and_knows(offer: str, litellm: str, september: Build) -> None:
    route = offers_of(september)[offer].litellm

    assert route is not None
    assert (route.id, route.known) == (litellm, True)
    assert offer in september.rows


def test_each_litellm_id_stands_for_one_offer(september: Build) -> None:
    routes = [offer.litellm for offer in september.catalog.offers if offer.litellm is not None]
    primaries = Counter(route.id for route in routes if route.primary)

    assert set(primaries) == {route.id for route in routes}
    assert set(primaries.values()) == {1}


def is_ending(offer: Offer) -> bool:
    return offer.status is not None or offer.lifecycle.has_ended(date(2026, 9, 30))


def test_newer_models_stand_before_the_older_ones_of_their_line(september: Build) -> None:
    models, places = september.catalog.models, {it.id: place for place, it in enumerate(september.catalog.offers)}
    lines: defaultdict[tuple[str, str], list[Offer]] = defaultdict(list)
    for offer in september.catalog.offers:
        if offer.first_party and offer.popularity == models[offer.base].popularity > 0 and not is_ending(offer):
            lines[offer.provider, line_of(offer.base)].append(offer)

    pairs = 0
    for line in lines.values():
        widest = max(offer.popularity for offer in line)
        for newer, older in permutations(line, 2):
            ages = models[newer.base].release_date or "", models[older.base].release_date or ""
            if ages[0] > ages[1] and newer.popularity >= 0.25 * widest:
                pairs += 1
                assert places[newer.id] < places[older.id], (newer.id, older.id)
    assert pairs > 100


def test_offers_of_equal_standing_are_in_order_of_their_ids(september: Build) -> None:
    nobody_carries = [it for it in september.catalog.offers if it.popularity == 0]
    order = [(it.release_date or "", it.id) for it in nobody_carries]

    assert september.catalog.offers[-len(order) :] == tuple(nobody_carries)
    for one, other in pairwise(order):
        assert one[0] > other[0] or (one[0] == other[0] and one[1] < other[1])


def test_the_first_models_of_the_listing_are_at_their_labs_own_hosts(september: Build) -> None:
    assert all(offer.first_party for offer in september.catalog.offers[:20])


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("glm-5.2", "zai/glm-5.2"),
        ("llama-3.3-70b", "llama/llama-3.3-70b-instruct"),
        ("gemini-3.7-flash", "google/gemini-3.7-flash"),
        ("grok-4.3", "xai/grok-4.3"),
    ],
)
def test_the_best_offer_of_a_model_is_where_a_person_expects_it(model: str, expected: str, august: Build) -> None:
    assert august.catalog.models[model].offers[0] == expected


def test_the_july_facts_of_labs_fill_in_the_july_feed(shared_data: Path) -> None:
    feeds = [
        recorded(shared_data, "models.dev", "models-dev-2026-07-02"),
        recorded(shared_data, "litellm", "litellm-2026-08-11"),
    ]
    facts = recorded(shared_data, "models.dev/models", "models-dev-models-2026-07-02")

    def families(made: Build) -> int:
        return sum(offer.family is not None for offer in made.catalog.offers)

    assert families(build([*feeds, facts])) > families(build(feeds))


# ── The featured set ─────────────────────────────────────────────────────────────────────────────


def litellm_ids(made: Build) -> list[str]:
    offers = offers_of(made)
    routes = [offers[id_].litellm for id_ in made.catalog.featured]
    return [route.id for route in routes if isinstance(route, LiteLLMRoute)]


@pytest.mark.parametrize(
    ("models_dev", "litellm"),
    [
        ("2026-05-21", "2026-08-11"),
        ("2026-07-02", "2026-08-11"),
        ("2026-08-18", "2026-08-11"),
        ("2026-08-18", "2026-11"),
        ("2026-09-30", "2026-11"),
    ],
)
def test_forty_models_are_featured_each_current_priced_and_one_call_away(
    models_dev: str, litellm: str, build_of: BuildOf
) -> None:
    made = build_of(models_dev, litellm)
    offers = [offers_of(made)[id_] for id_ in made.catalog.featured]

    assert len({offer.base for offer in offers}) == len(set(litellm_ids(made))) == 40
    for offer in offers:
        assert offer.status != "deprecated"
        assert "text" in offer.modalities.input
        assert offer.modalities.output == ("text",)
        assert offer.price.rates.input
        assert offer.price.rates.output
        assert offer.litellm is not None
        assert offer.litellm.kind is RouteKind.NATIVE or offer.litellm.known


@pytest.mark.parametrize(("models_dev", "litellm"), [("2026-08-18", "2026-11"), ("2026-09-30", "2026-11")])
def test_most_are_in_litellms_own_map_and_every_major_lab_is_there(
    models_dev: str, litellm: str, build_of: BuildOf
) -> None:
    made = build_of(models_dev, litellm)
    offers = [offers_of(made)[id_] for id_ in made.catalog.featured]
    labs = {made.catalog.models[offer.base].lab for offer in offers}

    assert sum(offer.litellm is not None and offer.litellm.known for offer in offers) >= 32
    assert {
        "anthropic", "openai", "google", "xai", "meta", "deepseek", "moonshotai", "zai", "alibaba", "mistral",
        "minimax", "amazon", "xiaomi", "nvidia", "cohere", "perplexity",
    } <= labs  # fmt: skip


def test_the_first_twelve_of_september_are_the_flagships_of_that_day(september: Build) -> None:
    assert set(litellm_ids(september)[:12]) >= {
        "anthropic/claude-opus-5-5",
        "anthropic/claude-sonnet-5-5",
        "qwencloud/qwen3.8-max",
        "deepseek/deepseek-flash",
        "deepseek/deepseek-v4-pro",
        "gemini/gemini-3.8-flash",
        "moonshot/kimi-k3",
        "openai/gpt-6.1-sol",
        "xai/grok-4.7",
        "zai/glm-5.3",
    }


def test_the_first_twelve_of_august_are_the_flagships_of_that_day(build_of: BuildOf) -> None:
    assert set(litellm_ids(build_of("2026-08-18", "2026-11"))[:12]) >= {
        "anthropic/claude-opus-5",
        "anthropic/claude-sonnet-5",
        "deepseek/deepseek-v4-pro",
        "gemini/gemini-3.7-flash",
        "moonshot/kimi-k3",
        "openai/gpt-5.6-sol",
        "xai/grok-4.6",
        "zai/glm-5.2",
    }


def test_a_reject_names_the_record_and_the_field(build_of: BuildOf) -> None:
    reports = {report.source.ref.name: report for report in build_of("2026-05-21", "2026-08-11").reports}

    assert Reject("azure/claude-haiku-4-5: knowledge", NO_SUCH_DAY) in reports["models.dev"].rejects
