"""The local and the remote client give the same responses; a server's error envelope becomes an LlmanacError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from llmanac.auth.verifier import OpenVerifier
from llmanac.catalog.history import CatalogHistory
from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.backend.local import LocalClient
from llmanac.cli.backend.remote import RemoteClient
from llmanac.cli.output.terminal import Exit, exit_code
from llmanac.dialects.configs.config import Config
from llmanac.dialects.configs.table import CONFIGS
from llmanac.dialects.table import EXPORTED
from llmanac.errors import (
    ConfigurationError,
    ExpiredToken,
    Forbidden,
    InvalidParameters,
    InvalidRequest,
    LlmanacError,
    NotFound,
    UpgradeRequired,
    UpstreamFailed,
    UpstreamStalled,
    UsageLimitExceeded,
)
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.history.changes import ChangePage, ChangeSummary, Interest

WORK: dict[str, Any] = {
    "at": "2026-11-27T09:30:00+00:00",
    "tokens": {"input": 300_000, "cache_read": 1_000, "output": 100},
    "requests": 3,
    "batch_share": "0.5",
    "service": "priority",
    "limit": 5,
    "offset": 1,
    "budget": "12.5",
}


class NoHistory:
    """The history of a server that keeps none."""

    def edition(self, day: date) -> Edition | None:  # noqa: ARG002 -- the same for every day
        raise NotFound("This server keeps no history.")

    def changes(self, interest: Interest) -> Iterator[ChangeSummary]:
        raise NotImplementedError


@dataclass(frozen=True)
class WithoutPast:
    """An installation without a history."""

    served: Edition

    def edition(self) -> Edition:
        return self.served

    def past_edition(self, day: date) -> Edition:
        raise NotImplementedError

    def history(self) -> CatalogHistory:
        return NoHistory()

    def changes(self, interest: Interest, *, cursor: str | None, limit: int) -> ChangePage:
        raise NotImplementedError


@pytest.fixture(scope="module")
def embedded(embedded_edition: Edition) -> CatalogClient:
    return LocalClient(WithoutPast(embedded_edition))


@pytest.fixture(scope="module")
def remote(embedded_edition: Edition) -> Iterator[CatalogClient]:
    app = create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier()))
    with TestClient(app) as client:
        yield RemoteClient("http://testserver/", token="llma_x", transport=client._transport)


def call(client: CatalogClient, method: str, argument: Any) -> Any:
    """Call a method of a client; None stands for no argument."""
    bound = getattr(client, method)
    return bound() if argument is None else bound(argument)


@pytest.mark.parametrize(
    ("method", "argument"),
    [
        ("browse", {"query": "claude sonnet", "limit": 3}),
        ("browse", {"capabilities": ["vision", "tools"], "open_weights": False, "featured": True}),
        ("facets", {"query": "claude", "provider": "nobody", "max_price": 2.5}),
        ("providers", None),
        ("compare", ["claude-sonnet-5", "gemini/gemini-3.5-flash-lite"]),
        ("validate", ["gpt-4-0613", "azure/gpt-4.1", "zzz"]),
        ("estimate", {**WORK, "models": ["gpt-5.6-sol", "claude-sonnet-5"]}),
        ("estimate", {**WORK, "filter": {"provider": "openai", "capabilities": ["tools"]}}),
        ("conflicts", {"limit": 5, "offset": 2}),
        ("conflicts", {"provider": "openai", "field": ["input", "output"], "limit": 500, "offset": 0}),
    ],
)
def test_both_clients_give_the_same_response(
    embedded: CatalogClient, remote: CatalogClient, method: str, argument: Any
) -> None:
    assert call(embedded, method, argument) == call(remote, method, argument)


LOG = b"""{"time": "2026-10-02T09:30:00Z", "model": "gpt-4o", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
{"time": "2026-10-02T09:30:00", "model": "gpt-4o", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
nonsense
"""


@pytest.mark.parametrize(
    "question", [{"by": ["model"], "listed": 2}, {"by": ["user", "day"], "listed": 9, "timezone": "UTC"}]
)
def test_both_clients_give_the_same_bill(
    embedded: CatalogClient, remote: CatalogClient, tmp_path: Path, question: dict[str, Any]
) -> None:
    log = tmp_path / "usage.jsonl"
    log.write_bytes(LOG)
    bill = embedded.price([str(log)], question)
    assert bill == remote.price([str(log)], question)
    assert bill["not_priced"] == 3


def test_a_server_takes_one_log_at_a_time(remote: CatalogClient, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="one log at a time"):
        remote.price([str(tmp_path / "a"), str(tmp_path / "b")], {"by": ["model"], "listed": 1})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        remote.price([str(tmp_path / "a")], {"by": ["model"], "listed": 1})


@pytest.mark.parametrize("name", EXPORTED)
def test_both_clients_give_the_same_bytes_of_a_document(
    embedded: CatalogClient, remote: CatalogClient, name: str
) -> None:
    assert embedded.document(EXPORTED[name], None) == remote.document(EXPORTED[name], None)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda it: it.name)
@pytest.mark.parametrize("parameters", [{"provider": "groq"}, {"query": "claude", "capabilities": ["vision"]}])
def test_both_clients_give_the_same_bytes_of_a_configuration(
    embedded: CatalogClient, remote: CatalogClient, config: Config, parameters: dict[str, Any]
) -> None:
    assert embedded.config(config, parameters) == remote.config(config, parameters)


@pytest.mark.parametrize(
    ("method", "argument", "kind"),
    [
        ("compare", ["claude-sonnet-5", "zzz"], NotFound),
        ("compare", ["claude-sonnet-5"], InvalidRequest),
        ("browse", {"min_context": 2, "max_context": 1}, InvalidRequest),
        ("estimate", {**WORK, "models": ["zzz"]}, NotFound),
        ("estimate", {**WORK, "tokens": {"input": 1, "cache_read": 2}, "filter": {}}, InvalidParameters),
        ("estimate", {**WORK, "service": "warp", "filter": {}}, InvalidParameters),
    ],
)
def test_both_clients_raise_the_same_error(
    embedded: CatalogClient, remote: CatalogClient, method: str, argument: Any, *, kind: type[LlmanacError]
) -> None:
    for client in (embedded, remote):
        with pytest.raises(kind) as refused:
            call(client, method, argument)
        assert type(refused.value) is kind


def test_many_ids_are_validated_in_several_requests(embedded: CatalogClient, remote: CatalogClient) -> None:
    ids = [f"acme/gpt-{number}" for number in range(300)]
    assert [it["id"] for it in remote.validate(ids)["verdicts"]] == ids
    assert embedded.validate([]) == remote.validate([]) == {"verdicts": []}


def answering(reply: Callable[[httpx2.Request], httpx2.Response]) -> RemoteClient:
    return RemoteClient("https://models.example.org", token="llma_secret", transport=httpx2.MockTransport(reply))


@pytest.mark.parametrize(
    ("status", "type_", "kind", "code"),
    [
        (401, "expired_token_error", ExpiredToken, Exit.NOT_ALLOWED),
        (403, "forbidden_error", Forbidden, Exit.NOT_ALLOWED),
        (404, "not_found_error", NotFound, Exit.NOT_FOUND),
        (426, "upgrade_required_error", UpgradeRequired, Exit.FAILED),
        (429, "usage_limit_exceeded_error", UsageLimitExceeded, Exit.LIMITED),
        (502, "bad_gateway_error", UpstreamFailed, Exit.UNREACHABLE),
        (500, "configuration_error", ConfigurationError, Exit.USAGE),
        (500, "something_new_error", LlmanacError, Exit.FAILED),
    ],
)
def test_an_error_response_is_raised_as_its_type(status: int, type_: str, kind: type[LlmanacError], code: Exit) -> None:
    envelope = {"code": status, "detail": "No, llma_secret.", "type": type_, "errors": None}
    client = answering(lambda _: httpx2.Response(status, json=envelope, headers={"retry-after": "7"}))
    with pytest.raises(kind) as refused:
        client.providers()
    assert type(refused.value) is kind
    assert refused.value.detail == "No, …."
    assert exit_code(refused.value) == code


def timed_out(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("slow", request=request)


def cut_off(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route for llma_secret", request=request)


def prose(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, text="<html>")


def a_list(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, json=[1])


def a_redirect(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(302, headers={"location": "/x"}, json={})


@pytest.mark.parametrize(
    ("response", "kind", "message"),
    [
        (timed_out, UpstreamStalled, "did not answer within 30 seconds"),
        (cut_off, UpstreamFailed, "cannot be reached: no route for …"),
        (prose, UpstreamFailed, "something else than JSON"),
        (a_list, UpstreamFailed, "something else than llmanac would"),
        (a_redirect, LlmanacError, "status 302"),
    ],
)
def test_a_response_from_no_llmanac_is_reported_without_the_token(
    response: Callable[[httpx2.Request], httpx2.Response], kind: type[LlmanacError], message: str
) -> None:
    with pytest.raises(kind, match=message) as refused:
        answering(response).browse({})
    assert "llma_secret" not in refused.value.detail


@pytest.mark.parametrize("url", ["models.example.org", "ftp://x", "http://", "https://me:secret@x", "http://[::1"])
def test_an_address_is_that_of_a_server(url: str) -> None:
    with pytest.raises(ConfigurationError, match="begins with http") as refused:
        RemoteClient(url, token=None)
    assert "secret" not in refused.value.detail


def test_the_token_travels_in_its_header_and_ids_as_they_are() -> None:
    seen: list[httpx2.Request] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={})

    answering(reply).show("mirror/a b/ü?c#d")
    assert seen[0].headers["authorization"] == "Bearer llma_secret"
    assert seen[0].url.raw_path == b"/api/v1/inference/catalog/mirror/a%20b/%C3%BC%3Fc%23d"
