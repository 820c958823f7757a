"""The programs that teams have, unchanged: each reads the catalog in its own format, and means what ``{id}`` says.

A client is a row of CLIENTS. Its script in ``asks/`` runs with its real library, and prints what that made of what the
server sent, in the client's own objects: under overlays and a policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from llmanac import paths

from .conftest import Ask, Entry, Served

pytestmark = pytest.mark.slow

Told = dict[str, Any]
Catalog = Mapping[str, Entry]

OVERLAID = ["anthropic/claude-sonnet-5", "openai/gpt-5.6-sol", "rack/own-one"]
HIDDEN = ("xai/", "openrouter/")
LARGE = {"input": 300_000, "output": 1_000}
"""A request above the size from which GPT-5.6 Sol costs more."""


def per_million(price: object, unit: str) -> Decimal | None:
    return None if price is None else Decimal(str(price)) * (1_000_000 if unit == "token" else 1)


def is_same(one: Decimal | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return abs(one - Decimal(str(other))) <= Decimal("1e-9") * max(Decimal(1), abs(one))


def is_at_peak(told: Told, off_peak: Mapping[str, Any] | None) -> bool:
    peak = off_peak["peak"] if off_peak else {}
    return bool(peak) and all(is_same(per_million(told[it], told["unit"]), peak[it]) for it in ("input", "output"))


def has_price(entry: Entry) -> bool:
    cost = entry["cost"]
    return cost is not None and cost["input"] is not None and cost["output"] is not None


def differences(told: Told, entry: Entry) -> list[str]:
    """What a client was told of a model, and the catalog says otherwise; of what the client knows at all."""
    cost, limits = entry["cost"] or {}, entry["limits"] or {}
    found: list[str] = []
    if "input" in told and has_price(entry):
        found += [
            f"{name}: {told[name]}, not {cost[name]}"
            for name in ("input", "output")
            if not is_same(per_million(told[name], told["unit"]), cost[name])
        ]
    for name, own in (("context", "context"), ("limit", "output")):
        if name in told and told[name] and told[name] != limits.get(own):
            found.append(f"{name}: {told[name]}, not {limits.get(own)}")
    return found


def any_model(_: Entry) -> bool:
    return True


def is_for_chat(entry: Entry) -> bool:
    return bool(entry["kind"] == "chat")


@dataclass(frozen=True)
class Client:
    """A program that reads a dialect."""

    name: str
    script: str
    guarded: bool
    """It sends a token."""
    arrives: Callable[[Entry], bool] | None
    """Whether a model of the catalog has to arrive, by what the API lists of it; None where the format lists few."""
    capabilities: tuple[str, ...] = ()
    """The capabilities that it knows."""
    is_configured: bool = False
    """It reads a configuration, where it could read the dialect."""


ALL_CAPABILITIES = (
    "tool_call reasoning structured_output vision pdf audio_input video_input image_output audio_output video_output "
    "attachment temperature interleaved prompt_caching"
)
PROXIED = ("anthropic", "openai", "rack")
CLIENTS = (
    Client("openai", "openai_sdk.py", guarded=True, arrives=any_model, capabilities=tuple(ALL_CAPABILITIES.split())),
    Client(
        "anthropic", "anthropic_sdk.py", guarded=True, arrives=any_model, capabilities=tuple(ALL_CAPABILITIES.split())
    ),
    Client("gateway", "gateway.mjs", guarded=True, arrives=is_for_chat),
    Client("openrouter", "openrouter_sdk.py", guarded=True, arrives=None),
    Client("codex", "codex.py", guarded=True, arrives=None),
    Client("genai-prices", "genai_prices_lib.py", guarded=False, arrives=has_price),
    Client(
        "litellm",
        "litellm_sdk.py",
        guarded=False,
        arrives=has_price,
        capabilities=("tool_call", "reasoning", "structured_output", "vision", "pdf", "prompt_caching"),
    ),
    Client(
        "litellm-proxy",
        "litellm_proxy.py",
        guarded=False,
        arrives=lambda entry: entry["provider"] in PROXIED and is_for_chat(entry) and has_price(entry),
        capabilities=("tool_call", "reasoning", "structured_output", "vision", "pdf", "prompt_caching"),
    ),
    Client(
        "aider",
        "aider_models.py",
        guarded=False,
        arrives=lambda entry: entry["provider"] in PROXIED and is_for_chat(entry),
        capabilities=("tool_call", "reasoning", "structured_output", "vision", "pdf", "prompt_caching"),
    ),
    Client(
        "opencode",
        "opencode.py",
        guarded=False,
        arrives=lambda entry: (
            entry["provider"] in {"anthropic", "rack"} and bool((entry["limits"] or {}).get("context"))
        ),
        capabilities=("tool_call", "reasoning", "attachment", "temperature"),
    ),
    Client(
        "opencode, configured",
        "opencode.py",
        guarded=False,
        arrives=lambda entry: entry["provider"] in PROXIED and is_for_chat(entry) and entry["status"] != "deprecated",
        capabilities=("tool_call", "reasoning", "attachment", "temperature"),
        is_configured=True,
    ),
    Client(
        "continue",
        "continue_dev.mjs",
        guarded=False,
        arrives=lambda entry: entry["provider"] in PROXIED and is_for_chat(entry),
        capabilities=("tool_call", "vision"),
    ),
)
NAMED = {client.name: client for client in CLIENTS}


@pytest.fixture(scope="module")
def answers(ask: Ask, catalog: Catalog) -> Callable[[Client], Any]:
    """What a client made of the catalog; each is run once."""
    kept: dict[str, Any] = {}

    def answer(client: Client) -> Any:
        if client.name not in kept:
            ids = {
                "openai": [*OVERLAID, "gemini/gemini-3.5-flash"],
                "anthropic": [*OVERLAID, "gemini/gemini-3.5-flash"],
                "genai-prices": [*catalog],
                "litellm": [*{name for id_, it in catalog.items() for name in (id_, it["litellm_id"])}],
            }
            kept[client.name] = ask(
                client.script,
                guarded=client.guarded,
                ids=ids.get(client.name, []),
                costs=OVERLAID[:2],
                hosts=["amazon-bedrock", "aws", "togetherai"],
                proxied=PROXIED,
                hidden="xai",
                is_configured=client.is_configured,
                keys=["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "RACK_KEY"],
            )
        return kept[client.name]

    return answer


def told_of(answer: Any, client: Client, catalog: Catalog) -> dict[str, Told]:
    """What a client was told, by the ids of the catalog."""
    if client.name == "openrouter":
        return {id_: it for endpoints in answer["endpoints"].values() for id_, it in endpoints.items()}
    if client.name == "litellm":
        # What LiteLLM calls by no id of its own, or by another address's, is there under the catalog's.
        names = {id_: id_ if id_ in answer["keys"] else it["litellm_id"] for id_, it in catalog.items()}
        named = {id_: answer["models"][name] for id_, name in names.items() if has_price(catalog[id_])}
        return {id_: it for id_, it in named.items() if it}
    if client.name == "aider":
        # The organisation's own host is called as any that is compatible with OpenAI's.
        names = {id_: it["litellm_id"] for id_, it in catalog.items()} | {"rack/own-one": "openai/own-one"}
        return {id_: told for id_, name in names.items() if (told := answer["models"].get(name))}
    return {id_: it for id_, it in answer["models"].items() if it is not None}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_every_model_arrives_with_its_price_and_limits(
    client: Client, answers: Callable[[Client], Any], catalog: Catalog, served: Served
) -> None:
    told = told_of(answers(client), client, catalog)

    missing = [id_ for id_, it in catalog.items() if client.arrives and client.arrives(it) and not told.get(id_)]
    wrong = {id_: found for id_, it in told.items() if id_ in catalog and (found := differences(it, catalog[id_]))}
    if client.name == "litellm":  # whose price is that of peak hours, where a host has some
        peaks = {id_: served.details(id_)["price"]["off_peak"] for id_ in wrong}
        wrong = {id_: it for id_, it in wrong.items() if not is_at_peak(told[id_], peaks[id_])}
        assert any(peaks.values())

    assert missing == []
    assert wrong == {}
    assert len(told) > 30


@pytest.mark.parametrize("name", ["aider", "litellm"])
def test_the_longest_prompt_is_that_of_the_catalog(
    name: str, answers: Callable[[Client], Any], catalog: Catalog, served: Served
) -> None:
    told = told_of(answers(NAMED[name]), NAMED[name], catalog)
    own = [id_ for id_ in told if catalog[id_]["provider"] in PROXIED]
    limits = {id_: served.details(id_)["limits"] for id_ in own}
    expected = {id_: it["input"] or it["context"] for id_, it in limits.items()}
    assert {id_: told[id_]["input_limit"] for id_ in own} == expected
    assert len(own) > 30


@pytest.mark.parametrize("client", [it for it in CLIENTS if it.capabilities], ids=lambda client: client.name)
def test_its_capabilities_are_those_of_the_catalog(
    client: Client, answers: Callable[[Client], Any], catalog: Catalog
) -> None:
    told = told_of(answers(client), client, catalog)
    known = set(client.capabilities)

    wrong = {
        id_: (it["capabilities"], catalog[id_]["capabilities"])
        for id_, it in told.items()
        if id_ in catalog and set(it["capabilities"]) != set(catalog[id_]["capabilities"]) & known
    }

    assert wrong == {}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_what_the_policy_hides_does_not_arrive(
    client: Client, answers: Callable[[Client], Any], catalog: Catalog
) -> None:
    answer = answers(client)
    names = [*answer.get("keys", ()), *answer.get("all", ()), *answer["models"]]
    names += [id_ for endpoints in answer.get("endpoints", {}).values() for id_ in endpoints]

    shown = [name for name in names if name.startswith(HIDDEN)]
    assert [name for name in shown if name not in (answer["models"] if client.name == "openrouter" else ())] == []
    assert not any(id_.startswith(HIDDEN) for id_ in catalog)


@pytest.mark.parametrize("name", ["openai", "anthropic"])
def test_one_model_is_found_in_either_spelling(name: str, answers: Callable[[Client], Any], served: Served) -> None:
    for id_, told in answers(NAMED[name])["one"].items():
        details = served.details(id_)
        assert differences(told, details) == []
        assert told["capabilities"] == details["capabilities"]


@pytest.mark.parametrize("name", ["openai", "anthropic", "openrouter", "gateway"])
def test_a_refusal_is_told_in_the_clients_own_error(name: str, answers: Callable[[Client], Any]) -> None:
    refusal = answers(NAMED[name])["refusal"]
    assert ("token" if name == "gateway" else "model") in refusal
    assert "Invalid error response format" not in refusal


@pytest.mark.parametrize("name", ["litellm", "genai-prices"])
def test_a_large_request_costs_what_the_tier_says(name: str, answers: Callable[[Client], Any], served: Served) -> None:
    costs = answers(NAMED[name])["costs"]
    for id_, told in costs.items():
        price = served.details(id_)["price"]
        rates = next((tier for tier in price["tiers"] if LARGE["input"] > tier["above"]), price)
        expected = sum(count * rates[kind] for kind, count in LARGE.items()) / 1_000_000
        assert float(told) == pytest.approx(expected)
    assert any(served.details(id_)["price"]["tiers"] for id_ in costs)


def test_litellm_takes_the_map_and_not_its_own(answers: Callable[[Client], Any]) -> None:
    assert answers(NAMED["litellm"])["source"] == "remote"


def test_aider_says_the_same_once_it_has_loaded_litellm(answers: Callable[[Client], Any]) -> None:
    answer = answers(NAMED["aider"])
    for name, told in answer["loaded"].items():
        assert told == answer["models"][name]


def test_opencode_shows_the_models_of_its_configuration_and_no_other(
    answers: Callable[[Client], Any], served: Served
) -> None:
    told = answers(NAMED["opencode, configured"])["models"]
    configured = set()
    for host in PROXIED:
        config = served.server.client.get(f"{paths.CONFIGS}/opencode", params={"provider": host}).json()
        configured |= {f"{host}/{name}" for name in config["provider"][host]["whitelist"]}
    assert set(told) == configured


def test_continue_finds_nothing_wrong(answers: Callable[[Client], Any]) -> None:
    answer = answers(NAMED["continue"])
    assert answer["wrong"] == []
    assert all(it["roles"] for it in answer["models"].values())
    assert answer["models"]["rack/own-one"]["key"] == "${{ secrets.RACK_KEY }}"


def test_genai_prices_knows_hosts_by_both_names_and_reads_responses(answers: Callable[[Client], Any]) -> None:
    answer = answers(NAMED["genai-prices"])
    assert answer["hosts"] == {"amazon-bedrock": "aws", "aws": "aws", "togetherai": "together"}
    assert answer["usage"] == [100, 20]


def test_openrouter_counts_and_searches(answers: Callable[[Client], Any], served: Served) -> None:
    answer = answers(NAMED["openrouter"])
    assert answer["count"] == len(answer["models"])
    assert "anthropic/claude-sonnet-5" in answer["found"]
    tiers = served.details("openai/gpt-5.6-sol")["price"]["tiers"]
    told = answer["endpoints"]["openai/gpt-5.6-sol"]["openai/gpt-5.6-sol"]["overrides"]
    assert [it["above"] - 1 for it in told] == [tier["above"] for tier in tiers]
    assert [per_million(it["input"], "token") for it in told] == [Decimal(str(tier["input"])) for tier in tiers]


def test_opencode_has_tiers_and_cache_prices(answers: Callable[[Client], Any], served: Served) -> None:
    for id_ in OVERLAID:
        told, price = answers(NAMED["opencode"])["models"][id_], served.details(id_)["price"]
        assert told["cache_read"] == price["cache_read"]
        assert told["tiers"] == [[tier["above"], tier["input"], tier["output"]] for tier in price["tiers"]]


def test_anthropic_pages_in_both_directions_and_filters(answers: Callable[[Client], Any], catalog: Catalog) -> None:
    answer = answers(NAMED["anthropic"])
    assert answer["before_last"] == [*answer["models"]][-3:-1]
    assert set(answer["deprecated"]) == {id_ for id_, it in catalog.items() if it["status"] == "deprecated"}


def test_codex_has_featured_models_that_call_tools_and_the_organisations_own(
    answers: Callable[[Client], Any], served: Served, catalog: Catalog
) -> None:
    models = answers(NAMED["codex"])["models"]
    params = {"featured": "true", "capabilities": "tool_call", "limit": "100", "ids": "models.dev"}
    featured = served.server.client.get("/api/v1/inference/catalog", params=params).json()["models"]

    assert list(models) == [*(it["id"] for it in featured), "rack/own-one"]
    assert all("tool_call" in catalog[slug]["capabilities"] for slug in models)
