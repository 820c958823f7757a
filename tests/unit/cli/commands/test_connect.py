from __future__ import annotations

import json

import httpx2
import pytest
from typer.testing import CliRunner

from llmanac.cli.backend.remote import RemoteClient
from llmanac.cli.commands.connect import app
from llmanac.dialects.clients import CLIENTS, Client
from llmanac.errors import InvalidToken, NotFound, UpstreamFailed

NAMED = {it.name: it for it in CLIENTS}
KEY = "llma_secret"


def run(*arguments: str) -> tuple[str, str]:
    """Standard output and standard error of the command. Raises what it raises."""
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return done.stdout, done.stderr


def test_without_a_name_the_clients_are_listed() -> None:
    listed, _ = run()
    assert all(it.name in listed for it in CLIENTS)
    assert {it["client"] for it in json.loads(run("--json")[0])} == NAMED.keys()


def test_the_lines_alone_are_standard_output() -> None:
    lines, remarks = run("opencode", "--url", "https://models.example/")
    assert lines.splitlines() == [
        'export OPENCODE_MODELS_URL="https://models.example/k/$LLMANAC_TOKEN"',
        "opencode models --refresh",
    ]
    assert "In a shell" in remarks
    assert "--in-path" in remarks


def test_a_token_is_written_into_the_lines() -> None:
    assert f"/k/{KEY}/catwalk" in run("crush", "--token", KEY)[0]
    assert f'OPENAI_API_KEY="{KEY}"' in run("openai", "--token", KEY)[0]


def test_a_client_that_is_not_known_is_an_error_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="did you mean opencode"):
        run("opncode")
    with pytest.raises(NotFound, match="there are opencode, litellm"):
        run("zzz")


def asked(client: Client, status: int, answer: object) -> tuple[int, httpx2.Request]:
    """The count of models, and the request that was sent for it."""
    requests: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(status, json=answer)

    transport = httpx2.MockTransport(respond)
    server = RemoteClient("http://models.example", token=KEY, in_path=not client.sends_credential, transport=transport)
    return server.count_for(client), requests[0]


def test_a_check_asks_as_the_client_would() -> None:
    count, request = asked(NAMED["opencode"], 200, {"acme": {"models": {"a": {}, "b": {}}}})
    assert (count, request.url.path) == (2, f"/k/{KEY}/api.json")
    assert "authorization" not in request.headers

    count, request = asked(NAMED["anthropic"], 200, {"data": [{}]})
    assert (count, request.url.path) == (1, "/v1/models")
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_a_check_that_fails_says_why_without_the_token() -> None:
    with pytest.raises(InvalidToken) as refused:
        asked(NAMED["crush"], 401, {"detail": f"{KEY} is unknown", "type": "token_error", "code": 401})
    assert KEY not in refused.value.detail
    with pytest.raises(UpstreamFailed, match=r"models\.example/v1/models answered nothing that"):
        asked(NAMED["openai"], 200, {"models": []})
