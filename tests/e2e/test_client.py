"""Every operation of the OpenAPI document, asked of a real server by the client, waiting and not."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections.abc import Generator
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import httpx2
import pytest

from llmanac_client import AsyncClient, AsyncListing, Client, Document, Listing, schemas

from .conftest import RunningServer, StartServer

HOSTS = ("anthropic", "openai")
MODEL = "openai/gpt-5.5"
PATH_PARAMETERS = {"id": MODEL, "name": "openai.svg", "author": "openai", "slug": "gpt-5.5"}
"""Values for what is in the paths of documents in other clients' formats."""

Asked = set[tuple[str, str]]
Scenario = Generator[Any, Any, None]


class Recorder(httpx2.HTTPTransport):
    """The network, with a record of what was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Asked = set()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.add((request.method, request.url.path))
        return super().handle_request(request)


class AsyncRecorder(httpx2.AsyncHTTPTransport):
    """The same, for those who await it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Asked = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.add((request.method, request.url.path))
        return await super().handle_async_request(request)


def packaged(name: str) -> dict[str, Any]:
    """A feed of the package."""
    content = resources.files("llmanac.ingest.packaged").joinpath("feeds", f"{name}.json.gz").read_bytes()
    feed: dict[str, Any] = json.loads(gzip.decompress(content))
    return feed


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A feed of models.dev with two hosts."""
    hosts = packaged("models.dev")
    file = tmp_path_factory.mktemp("feeds") / "models.dev-2026-11-26.json"
    file.write_text(json.dumps({name: hosts[name] for name in HOSTS}), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def server(start_server: StartServer, feed: Path) -> RunningServer:
    """A server on it, and on LiteLLM's rows of the same hosts."""
    rows = {name: row for name, row in packaged("litellm").items() if row.get("litellm_provider") in HOSTS}
    litellm = feed.parent / "litellm-2026-11-26.json"
    litellm.write_text(json.dumps(rows), encoding="utf-8")
    return start_server(LLMANAC_MODELS_DEV=str(feed), LLMANAC_LITELLM=str(litellm))


def on_models(client: Any) -> Scenario:
    """The questions about models, and about the server."""
    found = yield client.search("gpt-5.5", provider="openai", capabilities=["tool_call"], page_size=1)
    assert found[0].id == MODEL
    page = yield client.search(page_size=5).first_page()
    assert page.total > len(page.models) > 0
    assert (yield client.explain("gpt-5.5")).models[0].rank == 1
    assert (yield client.facets("gpt-5.5", provider="nobody")).nothing is not None
    assert b"gpt-5.5" in (yield client.config("aider", "gpt-5.5")).content
    details = yield client.model("gpt-5.5")
    assert (details.id, details.provider) == (MODEL, "openai")
    assert {it.id for it in (yield client.providers()).providers} == {*HOSTS}
    comparison = yield client.compare([MODEL, found[1].id])
    assert [it.id for it in comparison.models] == [MODEL, found[1].id]
    tokens = schemas.TokenCounts(input=1_000_000)
    time = datetime(2026, 11, 27, tzinfo=UTC)
    alternatives = yield client.alternatives("gpt-5.5", tokens, capabilities=["tool_call"], at=time)
    assert alternatives.model.total == details.cost.input
    assert alternatives.total_models >= len(alternatives.models) > 0
    assert alternatives.models[0].id != MODEL
    verdicts = (yield client.validate(["gpt-5.5", "zzz"])).verdicts
    assert [it.standing for it in verdicts] == ["known", "unknown"]
    workload = schemas.EstimateRequest(model="gpt-5.5", tokens=tokens)
    assert (yield client.estimate(workload)).models[0].total == details.cost.input
    bill = yield client.price(b'{"time": "2099-01-01T00:00:00Z", "model": "gpt-5.5", "usage": {"input_tokens": 1}}\n')
    assert bill.lines == 1
    yield client.conflicts(provider="openai")
    yield client.changes(since=date(2026, 1, 1))
    assert (yield client.health()).status == "ok"
    assert (yield client.ready()).models == page.total


def on_refreshes(client: Any, feed: Path, jumping: str) -> Scenario:
    """A price that jumps is held, and accepted; a model is new."""
    content = json.loads(feed.read_bytes())
    models = content["openai"]["models"]
    models[f"new-{jumping}"] = {**models[jumping], "id": f"new-{jumping}"}
    models[jumping]["cost"]["output"] *= 1000
    feed.write_text(json.dumps(content), encoding="utf-8")
    refresh = yield client.refreshes.start(wait=True)
    assert (refresh.status, refresh.sources[0].pending_count > 0) == ("ended", True)
    assert (yield client.refreshes.show(refresh.id)) == refresh
    [held] = (yield client.refreshes.held(refresh.id)).held
    assert held.entries[0].entry == f"openai/{jumping}"
    accepted = yield client.refreshes.accept(refresh.id, wait=True)
    assert [it.id for it in (yield client.refreshes.list(limit=2)).refreshes] == [accepted.id, refresh.id]


def on_tokens(client: Any, name: str) -> Scenario:
    """A token, from its creation to its end."""
    made = yield client.tokens.create(schemas.TokenRequest(name=name, expires="30d"))
    shown = yield client.tokens.show(made.id)
    assert shown.expires_at > datetime.now(UTC)  # noqa: TID251 -- the server's clock is the system's
    rotated = yield client.tokens.rotate(made.id)
    assert rotated.token != made.token
    assert (yield client.tokens.revoke(rotated.id)).status == "revoked"
    assert made.id in {it.id for it in (yield client.tokens.list()).tokens}


def on_overlays(client: Any, name: str) -> Scenario:
    """An overlay, from its preview to its end."""
    rule = schemas.OverlayRule(match=[MODEL], set=schemas.Changes(owner="ml"), reason="Contract")
    overlay = schemas.Overlay(name=name, rules=[rule])
    plan = yield client.overlays.preview(schemas.PreviewRequest(overlays=[overlay]))
    assert [it.id for it in plan.offers] == [MODEL]
    made = yield client.overlays.create(overlay)
    assert (yield client.overlays.show(name)).version == made.version
    replaced = yield client.overlays.replace(name, {**made.overlay, "description": "Ours"}, version=made.version)
    assert [it.version for it in (yield client.overlays.versions(name)).versions] == [replaced.version, made.version]
    yield client.overlays.replace(f"other-{name}", schemas.Overlay(name=f"other-{name}"), is_new=True)
    applied = yield client.overlays.apply(schemas.OverlaysRequest(overlays=[overlay], prune=True))
    assert [it.overlay["name"] for it in applied.overlays] == [name]
    assert (yield client.overlays.list()).total == 1
    yield client.overlays.delete(name)
    assert (yield client.overlays.list()).total == 0


def on_policies(client: Any, feed: Path, jumping: str) -> Scenario:
    """A policy, from its preview to its end, and what waits under it."""
    name = f"checked-{jumping}"
    rule = schemas.PolicyRule(match=["anthropic/*"], effect="deny", reason="No contract")
    policy = schemas.Policy(name=name, rules=[rule], new_arrivals="quarantine")
    assert (yield client.policies.preview(policy)).rules[0].removes > 0
    made = yield client.policies.create(policy)
    assert (yield client.policies.show(name)).version == made.version
    replaced = yield client.policies.replace(name, policy, version=made.version)
    assert (yield client.policies.versions(name)).versions[0].version == (replaced.version or made.version)
    yield client.policies.apply(schemas.PoliciesRequest(policies=[policy]))
    assert (yield client.policies.list()).total == 1
    yield client.policies.review_access(schemas.ReviewRequest(claims={"team": ["ml"]}, ids=[MODEL]))
    yield from on_refreshes(client, feed, jumping)
    [arrival] = (yield client.policies.arrivals(name)).arrivals
    approved = yield client.policies.approve(name, schemas.ApprovalRequest(ids=[arrival.id], reason="Checked"))
    assert (yield client.policies.approvals(name)).approvals == approved.approvals
    yield client.policies.withdraw(name, [arrival.id])
    yield client.policies.delete(name)
    entries = yield client.audit(page_size=2)
    assert entries[0].action == "policy.delete"
    assert len(entries) > 2


def on_documents(client: Any, document: dict[str, Any]) -> Scenario:
    """The catalog in the formats of other clients."""
    for path, operations in document["paths"].items():
        if operations.get("get", {}).get("tags") == ["dialects"]:
            found = yield client.document(path.format(**PATH_PARAMETERS))
            assert isinstance(found, Document)
            assert found.media_type in operations["get"]["responses"]["200"]["content"]
            assert found.content


def scenario(client: Any, feed: Path, document: dict[str, Any], *, jumping: str) -> Scenario:
    """All of it; ``jumping`` is the model whose price jumps, and in the names of all that is made.

    Models come last: a server that has just begun is recording its past, which their details wait for.
    """
    yield from on_tokens(client, jumping)
    yield from on_overlays(client, jumping)
    yield from on_policies(client, feed, jumping)
    yield from on_documents(client, document)
    yield from on_models(client)


def templates_of(asked: Asked, document: dict[str, Any]) -> set[str]:
    """The operations of the document that were asked for."""
    # What has no parameters comes before what does: a model's path matches all below the catalog's.
    paths = sorted(document["paths"], key=lambda it: (it.count("{"), -len(it)))
    patterns = {it: re.sub(r"\{\w+\}", "[^/]+", it.replace("{id}", ".+")) for it in paths}
    return {f"{method} {next(it for it in paths if re.fullmatch(patterns[it], path))}" for method, path in asked}


def test_every_operation_is_asked_for(server: RunningServer, feed: Path) -> None:
    document = server.client.get("/openapi.json").json()
    stated = {f"{method.upper()} {path}" for path, each in document["paths"].items() for method in each}
    recorder = Recorder()
    with Client(server.url, token=server.token, transport=recorder) as client:
        steps = scenario(client, feed, document, jumping="gpt-5.4")
        answer: Any = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                break
            answer = list(itertools.islice(step, 10)) if isinstance(step, Listing) else step
    assert templates_of(recorder.asked, document) == stated


@pytest.mark.anyio
async def test_every_operation_is_awaited(server: RunningServer, feed: Path) -> None:
    document = server.client.get("/openapi.json").json()
    stated = {f"{method.upper()} {path}" for path, each in document["paths"].items() for method in each}
    recorder = AsyncRecorder()
    async with AsyncClient(server.url, token=server.token, transport=recorder) as client:
        steps = scenario(client, feed, document, jumping="gpt-5.4-mini")
        answer: Any = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                break
            answer = [it async for it in step] if isinstance(step, AsyncListing) else await step
    assert templates_of(recorder.asked, document) == stated
