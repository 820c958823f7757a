"""The protocol, with the SDK's own client."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from mcp.shared.exceptions import MCPError

from llmanac.mcp.tools import TOOLS

from ..small_past import SECOND
from .conftest import AgentSite, answer_of, text_of

pytestmark = pytest.mark.anyio


async def test_the_tools_only_read_and_say_so(site: AgentSite) -> None:
    async with site.agent(site.everything) as agent:
        tools = (await agent.list_tools()).tools
    assert [(it.name, it.title) for it in tools] == [(it.name, it.title) for it in TOOLS]
    hints = [it.annotations for it in tools]
    assert all(it and it.read_only_hint and it.idempotent_hint and it.destructive_hint is False for it in hints)
    assert all(it.output_schema and it.input_schema["additionalProperties"] is False for it in tools)


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_old_and_new_clients_are_answered_alike(site: AgentSite, mode: str) -> None:
    async with site.agent(site.everything, mode=mode) as agent:
        assert len((await agent.list_tools()).tools) == len(TOOLS)
        assert answer_of(await agent.call_tool("search", {"query": "alpha"}))["total"] == 1
        assert (await agent.call_tool("get", {"id": "nothing"})).is_error
        assert "acme/alpha" in await text_of(agent, "llmanac://models/acme/alpha")


async def test_the_ids_of_an_answer_are_what_the_next_tool_takes(site: AgentSite) -> None:
    async with site.agent(site.everything) as agent:
        found = answer_of(await agent.call_tool("search", {"query": "large", "limit": 2}))
        ids = [it["id"] for it in found["models"]]
        assert ids == ["acme/large-3", "acme/lab/large-2"]
        assert [answer_of(await agent.call_tool("get", {"id": it}))["id"] for it in ids] == ids
        compared = answer_of(await agent.call_tool("compare", {"ids": ids}))
        assert compared["models"] == ids
        differs = [it["differs"] for it in compared["rows"]]
        assert differs == sorted(differs, reverse=True)
        costs = answer_of(await agent.call_tool("estimate", {"models": ids, "tokens": {"input": 1_000_000}}))
        assert [(it["id"], it["total"]) for it in costs["models"]] == [(ids[1], "1"), (ids[0], "3")]
        verdicts = answer_of(await agent.call_tool("validate", {"ids": ids}))["verdicts"]
        assert [it["standing"] for it in verdicts] == ["known", "known"]


async def test_a_list_goes_on_where_it_was_cut(site: AgentSite) -> None:
    async with site.agent(site.everything) as agent:
        seen: list[str] = []
        more: dict[str, Any] = {}
        while True:
            answer = answer_of(await agent.call_tool("search", {"limit": 1, **more}))
            seen += [it["id"] for it in answer["models"]]
            if not (more := answer.get("more", {})):
                break
        assert sorted(seen) == ["acme/alpha", "acme/lab/large-2", "acme/large-3"]
        assert len(seen) == answer["total"]


async def test_the_changes_go_on_with_what_did_not_fit(site: AgentSite) -> None:
    async with site.agent(site.everything) as agent:
        whole = answer_of(await agent.call_tool("changes", {"limit": 100, "max_tokens": 50_000}))
        seen: list[str] = []
        more: dict[str, Any] = {}
        for _ in whole["changes"]:
            answer = answer_of(await agent.call_tool("changes", {"limit": 100, "max_tokens": 500, **more}))
            seen += [it["change"] for it in answer["changes"]]
            if not (more := answer.get("more", {})):
                break
        assert seen == [it["change"] for it in whole["changes"]]
        assert len(seen) > 5


async def test_a_past_day_is_answered_from_its_catalog(site: AgentSite) -> None:
    async with site.agent(site.everything) as agent:
        then = answer_of(await agent.call_tool("get", {"id": "acme/alpha", "as_of": SECOND.isoformat()}))
        now = answer_of(await agent.call_tool("get", {"id": "acme/alpha"}))
    assert (then["limits"]["context"], now["limits"]["context"]) == (128_000, 200_000)


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "detail"),
    [
        ("search", {"quary": "x"}, 400, "the nearest known one is 'query'"),
        ("search", {"limit": "many"}, 422, "limit"),
        ("search", {"min_context": {"a": 1}}, 422, "min_context"),
        ("get", {}, 400, "get needs id, a text such as anthropic/claude-sonnet-5"),
        ("get", {"id": 5}, 400, "get needs id"),
        ("get", {"id": "acme/alhpa"}, 404, "acme/alpha"),
        ("get", {"id": "../../tokens"}, 400, "no id"),
        ("get", {"id": "acme/alpha", "as_of": "yesterday"}, 422, "as_of"),
        ("compare", {"ids": ["acme/alpha"]}, 400, "2"),
        ("compare", {}, 422, "ids"),
        ("estimate", {}, 422, "tokens"),
        ("estimate", {"tokens": {"input": 5, "reasoning": 9}, "model": "acme/alpha"}, 422, "reasoning"),
        ("price", {"log": ""}, 400, "price needs log"),
        ("price", {"log": "x", "by": [""]}, 422, "by"),
        ("changes", {"since": "2026-07-02", "until": "2026-07-01"}, 400, "no day is between"),
        ("changes", {"cursor": "x"}, 400, "cursor"),
        ("validate", {"ids": "acme/alpha"}, 422, "ids"),
        ("validate", {"ids": []}, 422, "ids"),
        ("search", {"max_tokens": 5}, 422, "max_tokens should be a whole number from 500 to 50000."),
        ("search", {"max_tokens": True}, 422, "max_tokens"),
    ],
)
async def test_a_wrong_question_is_told_what_would_be_right(
    site: AgentSite, tool: str, arguments: dict[str, object], code: int, detail: str
) -> None:
    async with site.agent(site.everything) as agent:
        result = await agent.call_tool(tool, arguments)
    envelope = answer_of(result)
    assert (result.is_error, envelope["code"]) == (True, code)
    assert detail in envelope["detail"]


async def test_what_is_not_there_is_an_error_of_the_protocol(site: AgentSite) -> None:
    async with site.agent(site.everything) as agent:
        with pytest.raises(MCPError, match=r"There is no tool 'nope': there are search, get"):
            await agent.call_tool("nope", {})
        with pytest.raises(MCPError, match="Nearest: acme"):
            await agent.read_resource("llmanac://hosts/acmee")
        with pytest.raises(MCPError, match="There is no resource"):
            await agent.read_resource("file:///etc/passwd")
        with pytest.raises(MCPError, match="acme/alpha"):
            await agent.read_resource("llmanac://models/acme/alhpa")


async def test_a_resource_is_what_the_tool_answers(site: AgentSite) -> None:
    async with site.agent(site.everything) as agent:
        document = orjson.loads(await text_of(agent, "llmanac://models/acme/lab%2Flarge-2"))
        answer = answer_of(await agent.call_tool("get", {"id": "acme/lab/large-2"}))
        templates = (await agent.list_resource_templates()).resource_templates
    assert document == answer
    assert [it.uri_template for it in templates] == ["llmanac://models/{+id}", "llmanac://hosts/{id}"]
