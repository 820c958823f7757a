"""Agents: the official client, on stdio and over HTTP, in questions whose calls take ids from the answer before."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent, TextResourceContents

from llmanac.mcp.brevity import tokens_of
from llmanac.mcp.tool import DEFAULT_TOKENS

from .conftest import RunningServer, StartServer, environment, llmanac

pytestmark = pytest.mark.anyio

DENIED = ("kenari", "nan", "unorouter")
"""Hosts that the policy hides: those that would be the answer to what is cheapest."""
TOOL_USE = {"capabilities": ["tool_call"], "min_context": 200_000}
TOKENS = {"input": 3_000, "output": 500}
LINE = (
    '{"time": "2026-10-02T09:30:00Z", "model": "claude-sonnet-4-5", '
    '"usage": {"input_tokens": 2000, "output_tokens": 500}}\n'
)
WAYS = ("stdio", "stdio of a server", "http", "http under a policy")


@dataclass
class ScriptedAgent:
    """An agent without a model: it asks as a script says, and sees to it that every answer is short and allowed."""

    client: Client
    denied: tuple[str, ...] = ()

    async def ask(self, tool: str, **arguments: Any) -> Any:
        """The answer of a tool, which has to have one."""
        is_error, answer = await self.call(tool, **arguments)
        assert not is_error, answer
        return answer

    async def refusal(self, tool: str, **arguments: Any) -> Any:
        """The envelope of a call that has to fail."""
        is_error, envelope = await self.call(tool, **arguments)
        assert is_error, envelope
        return envelope

    async def call(self, tool: str, **arguments: Any) -> tuple[bool, Any]:
        result = await self.client.call_tool(tool, arguments)
        (content,) = result.content
        assert isinstance(content, TextContent)
        answer = orjson.loads(content.text)
        assert answer == result.structured_content
        assert tokens_of(answer) <= arguments.get("max_tokens", DEFAULT_TOKENS)
        assert [host for host in self.denied if f'"{host}/' in content.text] == []
        return bool(result.is_error), answer

    async def read(self, uri: str) -> Any:
        """The document at an address."""
        (contents,) = (await self.client.read_resource(uri)).contents
        assert isinstance(contents, TextResourceContents)
        return orjson.loads(contents.text)


async def cheapest_with_tools_and_a_long_context(agent: ScriptedAgent) -> None:
    """The cheapest model with tools and at least 200k of context, of those that I may use?"""
    ranking = await agent.ask("estimate", tokens=TOKENS, requests=1000, filter=TOOL_USE, limit=3)
    best, *others = ranking["models"]
    assert all(Decimal(best["total"]) <= Decimal(it["total"]) for it in others)
    model = await agent.ask("get", id=best["id"])
    assert model["limits"]["context"] >= 200_000
    assert "tool_call" in model["capabilities"]


async def an_old_id_and_what_instead(agent: ScriptedAgent) -> None:
    """Is gpt-4-0314 still good, and what instead?"""
    (verdict,) = (await agent.ask("validate", ids=["gpt-4-0314"]))["verdicts"]
    assert verdict["standing"] == "removed"
    assert verdict["lifecycle"]["retires_on"]["date"] == "2026-03-26"
    successor = await agent.ask("get", id=verdict["successor"])
    assert (successor["provider"], successor["lab"]) == ("openai", "openai")
    (again,) = (await agent.ask("validate", ids=[successor["id"]]))["verdicts"]
    assert again["standing"] == "known"


async def alternatives_of_an_old_id(agent: ScriptedAgent) -> None:
    """And another model in its place: how does it compare with what the host proposes?"""
    (verdict,) = (await agent.ask("validate", ids=["openai/gpt-4-0314"]))["verdicts"]
    found = await agent.ask("alternatives", id=verdict["offer"], **TOKENS, requests=1000, limit=3)
    assert 0 < len(found["models"]) <= 3 <= found["total_models"]
    assert all(it["why"] for it in found["models"])
    other = next(it["id"] for it in found["models"] if it["id"] != verdict["successor"])
    compared = await agent.ask("compare", ids=[other, verdict["successor"]])
    assert compared["models"] == [other, verdict["successor"]]


async def changes_of_prices(agent: ScriptedAgent) -> None:
    """Have prices changed since October 2026, and how?"""
    seen: list[str] = []
    more: Mapping[str, Any] = {}
    for _ in range(4):
        answer = await agent.ask("changes", since="2026-10-01", kind=["price"], **more)
        assert all(it["kind"] == "price" and it["at"] >= "2026-10-01" for it in answer["changes"])
        assert all(it.get("before") != it.get("after") for one in answer["changes"] for it in one["differences"])
        seen += [it["change"] for it in answer["changes"]]
        more = answer["more"]
    assert len(seen) == len({*seen}) > 12
    assert seen == sorted(seen, key=int, reverse=True)


async def ten_thousand_requests_at_the_cheapest_hosts(agent: ScriptedAgent) -> None:
    """How much are 10,000 requests to Claude Sonnet 5 at the three cheapest hosts?"""
    model = await agent.ask("get", id="anthropic/claude-sonnet-5")
    filter_ = {"base": model["base"], "min_price": 0.01}
    answer = await agent.ask("estimate", tokens=TOKENS, requests=10_000, filter=filter_, limit=3)
    totals = [Decimal(it["total"]) for it in answer["models"]]
    assert len(totals) == 3
    assert totals == sorted(totals)
    for it in answer["models"]:
        assert Decimal(it["total"]) == sum(Decimal(line["amount"]) for line in it["lines"])
        assert (await agent.ask("get", id=it["id"]))["base"] == model["base"]


async def the_cheaper_of_two(agent: ScriptedAgent) -> None:
    """The cheaper of two models for output, and does an estimate say so too?"""
    found = await agent.ask("search", query="gpt-5.6 sol", provider="openai", limit=1)
    compared = await agent.ask("compare", ids=["anthropic/claude-sonnet-5", found["models"][0]["id"]])
    (row,) = [it for it in compared["rows"] if it["fact"] == "output_price"]
    cheaper = compared["models"][row["best"][0]]
    ranking = await agent.ask("estimate", tokens={"output": 1_000_000}, models=compared["models"])
    assert ranking["models"][0]["id"] == cheaper
    assert Decimal(ranking["models"][0]["total"]) == Decimal(str(min(row["values"])))


async def the_same_model_elsewhere(agent: ScriptedAgent) -> None:
    """Where else is GPT-4o, and are these ids good?"""
    model = await agent.ask("get", id="openai/gpt-4o", max_tokens=8_000)
    ids = [it["id"] for it in model["offers"]]
    assert len(ids) > 10
    verdicts = (await agent.ask("validate", ids=ids, max_tokens=20_000))["verdicts"]
    assert [(it["offer"], it["standing"]) for it in verdicts] == [(it, "known") for it in ids]


async def the_price_of_a_log(agent: ScriptedAgent) -> None:
    """How much did this log cost, and how much would it have cost with another model?"""
    found = await agent.ask("search", query="claude haiku", provider="anthropic", sort="-release_date", limit=1)
    other = found["models"][0]["id"]
    bill = await agent.ask("price", log=LINE * 2, instead=other)
    (group,) = bill["groups"]
    assert (bill["priced"], bill["total"]) == (2, "0.027")
    tokens = {"input": 2000, "output": 500}
    estimate = await agent.ask("estimate", model=group["by"]["model"], tokens=tokens, requests=2, as_of="2026-10-02")
    assert Decimal(estimate["models"][0]["total"]) == Decimal(bill["total"])
    instead = await agent.ask("estimate", model=other, tokens=tokens, requests=2)
    assert Decimal(instead["models"][0]["total"]) == Decimal(bill["instead"]["total"])


async def what_a_budget_pays_for(agent: ScriptedAgent) -> None:
    """How many requests do 500 dollars pay for, with the best match for "claude opus" at its lab?"""
    found = await agent.ask("search", query="claude opus", provider="anthropic", limit=1)
    answer = await agent.ask("estimate", model=found["models"][0]["id"], tokens=TOKENS, budget="500")
    (model,) = answer["models"]
    requests = model["budget"]["requests"]
    assert requests * Decimal(model["total"]) <= 500 < (requests + 1) * Decimal(model["total"])


async def what_ends_and_what_follows(agent: ScriptedAgent) -> None:
    """Do models of OpenAI's end before July 2027, when, and what succeeds them?"""
    found = await agent.ask("search", provider="openai", retires_before="2027-07-01", limit=20)
    ids = [it["id"] for it in found["models"]]
    verdicts = (await agent.ask("validate", ids=ids, max_tokens=20_000))["verdicts"]
    assert len(verdicts) == len(ids) > 0
    assert all(it["lifecycle"]["retires_on"]["date"] < "2027-07-01" for it in verdicts)
    followed = [it["successor"] for it in verdicts if "successor" in it]
    assert followed
    assert (await agent.ask("get", id=followed[0]))["provider"] == "openai"


async def a_price_of_the_past(agent: ScriptedAgent) -> None:
    """The price of Claude Sonnet 4.5 at the end of September, and the keys that its host takes?"""
    found = await agent.ask("search", query="claude sonnet 4.5", provider="anthropic", limit=1, as_of="2026-09-30")
    then = await agent.ask("get", id=found["models"][0]["id"], as_of="2026-09-30")
    assert (then["cost"]["input"], then["cost"]["output"]) == (3, 15)
    host = await agent.read(f"llmanac://hosts/{then['provider']}")
    assert host["env"] == ["ANTHROPIC_API_KEY"]
    assert (await agent.read(f"llmanac://models/{then['id']}"))["id"] == then["id"]


async def a_mistyped_id(agent: ScriptedAgent) -> None:
    """Everything about anthropic/claude-sonet-5, please."""
    envelope = await agent.refusal("get", id="anthropic/claude-sonet-5")
    assert (envelope["code"], envelope["type"]) == (404, "not_found_error")
    (verdict,) = (await agent.ask("validate", ids=["anthropic/claude-sonet-5"]))["verdicts"]
    assert verdict["candidates"][0] in envelope["detail"]
    assert (await agent.ask("get", id=verdict["candidates"][0]))["name"] == "Claude Sonnet 5"


QUESTIONS = (
    cheapest_with_tools_and_a_long_context,
    an_old_id_and_what_instead,
    alternatives_of_an_old_id,
    changes_of_prices,
    ten_thousand_requests_at_the_cheapest_hosts,
    the_cheaper_of_two,
    the_same_model_elsewhere,
    the_price_of_a_log,
    what_a_budget_pays_for,
    what_ends_and_what_follows,
    a_price_of_the_past,
    a_mistyped_id,
)

Agents = Mapping[str, ScriptedAgent]


@pytest.fixture(scope="module")
def server(start_server: StartServer) -> RunningServer:
    """A server with a policy."""
    started = start_server()
    rules = [{"effect": "deny", "match": f"{host}/*", "reason": "No contract"} for host in DENIED]
    made = started.client.post("/api/v1/policies", json={"name": "contract", "rules": rules})
    assert made.status_code == 201, made.text
    return started


def token_of(server: RunningServer, **fields: Any) -> str:
    token: str = server.client.post("/api/v1/tokens", json=fields).json()["token"]
    return token


@pytest.fixture(scope="module")
async def agents(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Agents]:
    """An agent for each way to the catalog."""
    free, bound = token_of(server, name="free"), token_of(server, name="bound", policies=["contract"])

    def spawned(name: str, *arguments: str, **variables: str) -> StdioServerParameters:
        command, *rest = llmanac("mcp", *arguments)
        home: Path = tmp_path_factory.mktemp(name)
        env = environment(home, LLMANAC_DATA_DIR=str(home), **variables)
        return StdioServerParameters(command=command, args=rest, env=env)

    async with AsyncExitStack() as stack:

        async def connected(to: Any) -> Client:
            return await stack.enter_async_context(Client(to))

        async def over_http(token: str) -> Client:
            headers = {"authorization": f"Bearer {token}"}
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False))
            return await connected(streamable_http_client(f"{server.url}/mcp", http_client=http))

        clients = {
            "stdio": await connected(spawned("alone")),
            "stdio of a server": await connected(spawned("remote", "--url", server.url, LLMANAC_TOKEN=free)),
            "http": await over_http(free),
            "http under a policy": await over_http(bound),
        }
        yield {
            way: ScriptedAgent(client, DENIED if way == "http under a policy" else ())
            for way, client in clients.items()
        }


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda it: it.__name__)
@pytest.mark.parametrize("way", WAYS)
async def test_a_question_is_answered_by_calls_that_follow_one_another(
    agents: Agents, way: str, question: Callable[[ScriptedAgent], Awaitable[None]]
) -> None:
    await question(agents[way])


@pytest.mark.slow
async def test_answers_about_many_models_are_short_and_say_what_they_leave_out(
    agents: Agents, server: RunningServer
) -> None:
    agent = agents["http"]
    pages = [server.client.get(f"/api/v1/inference/catalog?limit=100&offset={it}").json() for it in range(0, 8400, 400)]
    ids = [it["id"] for page in pages for it in page["models"][::10]]
    assert len(ids) > 200
    for id_ in ids:
        model = await agent.ask("get", id=id_)
        assert model["id"] == id_
    for start in range(0, len(ids), 6):
        compared = await agent.ask("compare", ids=ids[start : start + 6])
        whole = await agent.ask("compare", ids=ids[start : start + 6], max_tokens=50_000)
        left_out = compared.get("left_out", {}).get("rows", 0)
        assert len(whole["rows"]) == len(compared["rows"]) + left_out
    for id_ in ids[::20]:
        await agent.ask("alternatives", id=id_)
        await agent.ask("estimate", tokens=TOKENS, models=[id_, "openai/gpt-4o"], limit=100)
    verdicts = await agent.ask("validate", ids=ids)
    assert len(verdicts["verdicts"]) + verdicts["left_out"]["verdicts"] == len(ids)
    for limit in (1, 10, 100):
        found = await agent.ask("search", limit=limit)
        assert found["more"] == {"offset": len(found["models"])}


@pytest.mark.slow
async def test_what_a_policy_hides_is_refused_by_name(agents: Agents, server: RunningServer) -> None:
    listed = server.client.get(f"/api/v1/inference/catalog?provider={DENIED[0]}&limit=1").json()
    hidden = listed["models"][0]["id"]
    assert (await agents["http"].ask("get", id=hidden))["id"] == hidden
    result = await agents["http under a policy"].client.call_tool("get", {"id": hidden})
    assert result.structured_content["code"] == 403
    assert "No contract" in result.structured_content["detail"]


@pytest.mark.slow
async def test_a_policy_decides_what_is_cheapest(agents: Agents) -> None:
    cheapest = {}
    for way in WAYS:
        ranking = await agents[way].ask("estimate", tokens=TOKENS, filter=TOOL_USE, limit=1)
        cheapest[way] = ranking["models"][0]["id"].partition("/")[0]
    assert cheapest["http under a policy"] not in DENIED
    assert {cheapest[way] for way in WAYS[:-1]} <= {*DENIED}


@pytest.mark.slow
def test_the_command_ends_with_its_client_and_says_nothing_else(tmp_path: Path) -> None:
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "plain", "version": "1"},
    }
    asked = orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}) + b"\n"
    env = environment(tmp_path, LLMANAC_DATA_DIR=str(tmp_path))
    done = subprocess.run(llmanac("mcp"), input=asked, capture_output=True, env=env, check=True, timeout=120)
    (line,) = done.stdout.splitlines()
    assert orjson.loads(line)["result"]["serverInfo"]["name"] == "llmanac"
    assert done.stderr == b""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"LLMANAC_URL": "ftp://nowhere"}, "http://"),
        ({"LLMANAC_MODELS_DEV": "/nowhere.json"}, "/nowhere.json"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_served(
    tmp_path: Path, variables: dict[str, str], said: str
) -> None:
    env = environment(tmp_path, LLMANAC_DATA_DIR=str(tmp_path), **variables)
    done = subprocess.run(llmanac("mcp"), input="", capture_output=True, text=True, env=env, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
