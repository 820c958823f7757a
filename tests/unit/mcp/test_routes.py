"""``POST /mcp``: who may ask, at what price, and who sees what."""

from __future__ import annotations

import sys
from typing import Any

import httpx2
import pytest

from llmanac.mcp.tools import TOOLS

from ..small_past import FIRST
from .conftest import PAGE, QUOTA, AgentSite, answer_of, text_of

pytestmark = pytest.mark.anyio

HIDDEN = "acme/lab/large-2"
LIST_TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
HEADERS = {"accept": "application/json, text/event-stream"}
LINE = '{"time": "2026-07-14T09:30:00Z", "model": "acme/lab/large-2", "usage": {"input_tokens": 9, "output_tokens": 1}}'
ASKED: dict[str, list[dict[str, Any]]] = {
    "search": [{}, {"query": "large"}, {"listed_by": "any"}],
    "get": [{"id": "acme/alpha"}, {"id": HIDDEN}],
    "compare": [{"ids": ["acme/alpha", "acme/large-3"]}, {"ids": ["acme/alpha", HIDDEN]}],
    "alternatives": [{"id": "acme/large-3"}, {"id": HIDDEN}],
    "estimate": [{"tokens": {"input": 9}, "filter": {}}, {"tokens": {"input": 9}, "model": HIDDEN}],
    "price": [{"log": LINE}],
    "changes": [{}, {"since": FIRST.isoformat()}, {"id": HIDDEN}],
    "validate": [{"ids": ["acme/alpha", HIDDEN, "large-2", "acme/large-2"]}],
}


async def post(http: httpx2.AsyncClient, **headers: str) -> httpx2.Response:
    return await http.post("/mcp", json=LIST_TOOLS, headers={**HEADERS, **headers})


async def test_without_a_token_there_is_the_envelope_and_the_challenge(site: AgentSite) -> None:
    async with site.http() as http:
        reply = await post(http)
    assert (reply.status_code, reply.json()["type"]) == (401, "authentication_error")
    assert reply.headers["www-authenticate"] == 'Bearer realm="llmanac"'


async def test_an_invalid_token_is_told_so(site: AgentSite) -> None:
    async with site.http("llma_nonsense") as http:
        reply = await post(http)
    assert (reply.status_code, reply.json()["type"]) == (401, "token_error")
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]


async def test_a_token_that_may_not_read_the_catalog_is_refused(site: AgentSite) -> None:
    async with site.http(site.powerless) as http:
        reply = await post(http)
    assert (reply.status_code, reply.json()["type"]) == (403, "forbidden_error")
    assert "catalog:read" in reply.json()["detail"]


async def test_a_token_that_is_revoked_is_refused_at_once(own_site: AgentSite) -> None:
    site = own_site
    async with site.http(site.some) as http:
        assert (await post(http)).status_code == 200
        await site.installed.tokens.revoke("some")
        await site.verifier.refresh()
        reply = await post(http)
    assert (reply.status_code, reply.json()["type"]) == (401, "token_error")


async def test_a_key_in_the_path_is_as_good_as_a_token(own_site: AgentSite) -> None:
    key = await own_site.installed.tokens.create("key", policies=["contract"], in_path=True)
    await own_site.verifier.refresh()
    call = {"name": "get", "arguments": {"id": HIDDEN}}
    async with own_site.http() as http:
        asked = {**LIST_TOOLS, "method": "tools/call", "params": call}
        reply = await http.post(f"/k/{key.text}/mcp", json=asked, headers=HEADERS)
    assert reply.json()["result"]["structuredContent"]["code"] == 403


async def test_a_call_is_charged_once(own_site: AgentSite) -> None:
    site = own_site
    async with site.http(site.everything) as http:
        before = await post(http)
        call = {"name": "search", "arguments": {"query": "alpha"}}
        reply = await http.post("/mcp", json={**LIST_TOOLS, "method": "tools/call", "params": call}, headers=HEADERS)
        assert reply.json()["result"]["structuredContent"]["total"] == 1
        left = [int(it.headers["ratelimit"].split(";")[1].removeprefix("r=")) for it in (before, reply)]
        assert left == [QUOTA.requests - 1, QUOTA.requests - 2]


async def test_who_asks_too_much_has_to_wait(own_site: AgentSite) -> None:
    site = own_site
    async with site.http(site.everything) as http:
        replies = [await post(http) for _ in range(QUOTA.requests + 1)]
    assert {it.status_code for it in replies[:-1]} == {200}
    assert (replies[-1].status_code, replies[-1].json()["type"]) == (429, "usage_limit_exceeded_error")
    assert int(replies[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(("origin", "status"), [(None, 200), (PAGE, 200), ("http://test", 403), ("null", 403)])
async def test_a_page_of_another_site_is_refused(site: AgentSite, origin: str | None, status: int) -> None:
    """Even of the name by which the server itself was reached: whoever owns a name can point it here."""
    async with site.http(site.everything) as http:
        reply = await post(http, **({} if origin is None else {"origin": origin}))
    assert reply.status_code == status
    assert status == 200 or reply.json()["type"] == "forbidden_error"


async def test_a_page_that_may_ask_may_send_what_the_protocol_needs(site: AgentSite) -> None:
    asked = {
        "origin": PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, mcp-protocol-version, mcp-method, mcp-name",
    }
    async with site.http() as http:
        reply = await http.options("/mcp", headers=asked)
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (200, PAGE)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_there_is_nothing_but_post(site: AgentSite, method: str) -> None:
    async with site.http(site.everything) as http:
        reply = await http.request(method, "/mcp", headers=HEADERS)
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


async def test_a_body_is_bounded(site: AgentSite) -> None:
    async with site.http(site.everything) as http:
        headers = {**HEADERS, "content-type": "application/json"}
        reply = await http.post("/mcp", content=b" " * (2 << 20), headers=headers)
    assert reply.status_code == 413


@pytest.mark.parametrize(
    "body", [b"", b"{", b"{}", b"[]", b"null", b'"x"', b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", b"\xff"]
)
async def test_what_is_no_message_is_refused_in_our_own_words(site: AgentSite, body: bytes) -> None:
    async with site.http(site.everything) as http:
        reply = await http.post("/mcp", content=body, headers={**HEADERS, "content-type": "application/json"})
    error = reply.json()["error"]
    assert reply.status_code == 400
    assert error["message"].startswith("The body should be one message of JSON-RPC 2.0")
    assert error.keys() == {"code", "message"}


async def test_without_the_extra_it_is_said_how_to_install_it(site: AgentSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    async with site.http(site.everything) as http:
        reply = await post(http)
    assert (reply.status_code, reply.json()["type"]) == (404, "not_found_error")
    assert "llmanac[mcp]" in reply.json()["detail"]


def test_every_tool_is_asked_for_what_is_hidden() -> None:
    assert list(ASKED) == [tool.name for tool in TOOLS]


@pytest.mark.parametrize("name", ASKED)
async def test_a_hidden_model_is_in_no_answer(site: AgentSite, name: str) -> None:
    async with site.agent(site.everything) as agent:
        open_answers = str([answer_of(await agent.call_tool(name, it)) for it in ASKED[name]])
    async with site.agent(site.some) as agent:
        answers = [answer_of(await agent.call_tool(name, it)) for it in ASKED[name]]
    told = [it for it in answers if "code" not in it and "verdicts" not in it]
    assert "large-2" in open_answers
    assert "large-2" not in str(told) or name == "price"


async def test_an_id_that_a_policy_hides_is_refused_with_the_reason(site: AgentSite) -> None:
    async with site.agent(site.some) as agent:
        result = await agent.call_tool("get", {"id": HIDDEN})
        envelope = answer_of(result)
        assert (result.is_error, envelope["code"], envelope["type"]) == (True, 403, "forbidden_error")
        assert "No contract" in envelope["detail"]
        (verdict,) = answer_of(await agent.call_tool("validate", {"ids": [HIDDEN]}))["verdicts"]
        assert verdict["standing"] == "disallowed"
        with pytest.raises(Exception, match="No contract"):
            await agent.read_resource(f"llmanac://models/{HIDDEN}")


async def test_resources_are_under_the_policy_too(site: AgentSite) -> None:
    async with site.agent(site.some) as agent:
        host = await text_of(agent, "llmanac://hosts/acme")
        listed = str(await agent.list_resources())
    async with site.agent(site.everything) as agent:
        whole = await text_of(agent, "llmanac://hosts/acme")
    assert ('"offers":2' in host, '"offers":3' in whole) == (True, True)
    assert HIDDEN not in listed
