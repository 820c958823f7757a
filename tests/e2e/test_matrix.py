"""Every operation of the OpenAPI document with every kind of credential."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from llmanac.auth.scope import Scope
from llmanac.clock import system_clock
from llmanac.service.access.tokens import Tokens
from llmanac.storage.database import open_sqlite

from .conftest import RunningServer, StartServer

PUBLIC = {("get", "/healthz"), ("get", "/readyz")}
"""The operations that need no token; everything else does."""

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Operation:
    """One method on one path, and the scope that the document names for it."""

    method: str
    path: str
    scope: str | None

    def ask(self, client: httpx2.Client, token: str | None, *, header: str = "authorization") -> httpx2.Response:
        headers = {}
        if token is not None:
            headers[header] = f"Bearer {token}" if header == "authorization" else token
        path = re.sub(r"\{[^}]*\}", "00000000", self.path)
        body: Any = {} if self.method in {"post", "put", "patch"} else None
        return client.request(self.method, path, headers=headers, json=body, timeout=60)


@dataclass(frozen=True)
class Matrix:
    """A server, its operations, and a token of each kind."""

    client: httpx2.Client
    operations: tuple[Operation, ...]
    scoped: dict[str, str]
    expired: str
    revoked: str


async def _make_tokens(data_dir: Path) -> tuple[dict[str, str], str, str]:
    database = await open_sqlite(data_dir)
    now, past = (
        Tokens(database.tokens, clock=system_clock),
        Tokens(database.tokens, clock=lambda: LONG_AGO),
    )
    scoped = {scope.value: (await now.create(f"only {scope.value}", scopes=[scope])).text for scope in Scope}
    expired = (await past.create("expired", scopes=["admin"], expires="1d")).text
    revoked = await now.create("revoked", scopes=["admin"])
    await now.revoke(revoked.record.id)
    await database.close()
    return scoped, expired, revoked.text


@pytest.fixture(scope="module")
def matrix(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    data_dir = tmp_path_factory.mktemp("matrix")
    scoped, expired, revoked = asyncio.run(_make_tokens(data_dir))
    server = start_server("--no-refresh", data_dir=data_dir, LLMANAC_FAILURES_PER_MINUTE="0")
    with httpx2.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        document = client.get("/openapi.json").json()
        operations = tuple(
            Operation(method, path, _scope_of(operation))
            for path, item in document["paths"].items()
            for method, operation in item.items()
        )
        yield Matrix(client, operations, scoped, expired, revoked)


def _scope_of(operation: dict[str, Any]) -> str | None:
    """The one scope that every way of sending a credential needs."""
    ways = operation.get("security", [])
    scopes = {scope for way in ways for names in way.values() for scope in names}
    assert len(scopes) == (1 if ways else 0), operation
    return scopes.pop() if scopes else None


def test_every_operation_names_a_scope_but_for_those_that_are_public(matrix: Matrix) -> None:
    assert len(matrix.operations) > 10
    assert {(it.method, it.path) for it in matrix.operations if it.scope is None} == PUBLIC
    assert {it.scope for it in matrix.operations} - {None} <= {scope.value for scope in Scope}


def test_none_expired_and_revoked_are_401_each_with_its_type(matrix: Matrix) -> None:
    for operation in matrix.operations:
        for token, kind in ((None, "authentication_error"), (matrix.expired, "expired_token_error"),
                            (matrix.revoked, "token_error"), ("llma_made_up", "token_error")):  # fmt: skip
            reply = operation.ask(matrix.client, token)
            if operation.scope is None:
                assert reply.status_code not in {401, 403}, operation
                continue
            assert (reply.status_code, reply.json()["type"]) == (401, kind), (operation, kind)
            assert reply.headers["www-authenticate"].startswith("Bearer")


def test_every_other_scope_is_403_and_the_right_one_is_named(matrix: Matrix) -> None:
    for operation in matrix.operations:
        for scope, token in matrix.scoped.items():
            if operation.scope is None or scope in {operation.scope, Scope.ADMIN}:
                continue
            reply = operation.ask(matrix.client, token)
            assert (reply.status_code, reply.json()["type"]) == (403, "forbidden_error"), (operation, scope)
            assert operation.scope in reply.json()["detail"]
            assert 'error="insufficient_scope"' in reply.headers["www-authenticate"]


def test_the_right_scope_is_let_in_by_either_header_and_so_is_admin(matrix: Matrix) -> None:
    for operation in matrix.operations:
        if operation.scope is None:
            continue
        for scope in (operation.scope, Scope.ADMIN.value):
            for header in ("authorization", "x-api-key"):
                reply = operation.ask(matrix.client, matrix.scoped[scope], header=header)
                assert reply.status_code not in {401, 403, 500}, (operation, reply.text)


@pytest.mark.parametrize(
    "path",
    [
        "//api/v1/inference/catalog",
        "/api//v1/inference/catalog",
        "/api/v1/inference/catalog/",
        "/api/v1/inference/catalog;x=1",
        "/api/v1/inference/%63atalog",
        "/healthz/../api/v1/inference/catalog",
        "/healthz/%2e%2e/api/v1/inference/catalog",
        "/API/V1/INFERENCE/CATALOG",
        "/docs/assets/../../api/v1/inference/catalog",
        "/api/v1/inference/catalog%00",
        "/api/v1/inference/catalog%20",
        "/readyz?/api/v1/inference/catalog",
    ],
)
def test_no_spelling_of_a_path_leads_around_the_gate(matrix: Matrix, path: str) -> None:
    reply = matrix.client.send(
        httpx2.Request("GET", httpx2.URL(matrix.client.base_url).copy_with(raw_path=path.encode()))
    )
    assert '"models":[' not in reply.text
    assert reply.status_code in {401, 404} or path.startswith("/readyz")


@pytest.mark.parametrize(
    "credential",
    [
        "Bearer x' OR pg_sleep(8)--",
        "Bearer ' UNION SELECT digest FROM tokens--",
        "Bearer llma_00000000_'; DROP TABLE tokens;--",
        "Bearer " + "llma_" + "'" * 59,
        "Bearer {{7*7}}",
        "Bearer ../../etc/passwd",
        "Bearer " + "A" * 8000,
        "Bearer llma_ÄÄÄÄÄÄÄÄ_" + "0" * 43 + "_000000",
        "Bearer ey" + "." * 1000,
    ],
)
def test_what_stands_in_a_credential_is_never_more_than_a_wrong_credential(matrix: Matrix, credential: str) -> None:
    reply = matrix.client.get("/api/v1/tokens", headers={b"authorization": credential.encode()})
    assert (reply.status_code, reply.json()["type"]) == (401, "token_error")
    assert reply.elapsed < timedelta(seconds=1)


class TestTokens:
    """`/api/v1/tokens` from outside."""

    PATH = "/api/v1/tokens"

    def make(self, server: RunningServer, key: str | None = None, **asked: Any) -> httpx2.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return server.client.post(self.PATH, json=asked, headers=headers)

    def test_a_token_is_made_used_rotated_and_revoked(self, server: RunningServer) -> None:
        made = self.make(server, name="from outside", expires="30d").json()
        use = {"Authorization": f"Bearer {made['token']}"}
        assert httpx2.get(f"{server.url}/api/v1/inference/catalog?limit=1", headers=use).status_code == 200
        renewed = server.client.post(f"{self.PATH}/{made['id']}/rotate", json={}).json()
        assert (renewed["name"], renewed["scopes"]) == ("from outside", ["catalog:read"])
        gone = server.client.delete(f"{self.PATH}/{renewed['id']}").json()
        assert gone["status"] == "revoked"
        assert self.eventually_refused(server, renewed["token"]) == "token_error"

    def eventually_refused(self, server: RunningServer, token: str) -> str:
        """A revocation is seen within five seconds."""
        until = system_clock() + timedelta(seconds=5)
        while system_clock() < until:
            reply = httpx2.get(f"{server.url}/api/v1/inference/catalog", headers={"Authorization": f"Bearer {token}"})
            if reply.status_code == 401:
                return str(reply.json()["type"])
        raise AssertionError("a revoked token was still good after five seconds")

    def test_a_name_that_is_in_use_is_409(self, server: RunningServer) -> None:
        assert self.make(server, name="twice").status_code == 201
        again = self.make(server, name="twice")
        assert (again.status_code, again.json()["type"]) == (409, "already_exists_error")

    def test_the_same_request_with_a_key_is_done_once(self, server: RunningServer) -> None:
        first, second = (self.make(server, "key-1", name="once") for _ in range(2))
        assert first.status_code == second.status_code == 201
        assert first.json() == second.json()
        assert second.headers["idempotency-replayed"] == "true"
        assert self.make(server, "key-1", name="another").status_code == 422

    def test_a_list_shows_no_secret(self, server: RunningServer) -> None:
        made = self.make(server, name="listed").json()
        listed = server.client.get(self.PATH).text
        assert made["id"] in listed
        assert made["token"].split("_")[2] not in listed

    def test_the_audit_log_names_the_request(self, server: RunningServer) -> None:
        reply = server.client.post(self.PATH, json={"name": "audited"}, headers={"X-Request-ID": "my-request"})
        entries = server.client.get("/api/v1/audit", params={"limit": 20}).json()["entries"]
        [entry] = [entry for entry in entries if entry["request_id"] == "my-request"]
        assert (entry["action"], entry["subject"]) == ("token.create", reply.json()["id"])

    def test_what_is_odd_is_422_and_located(self, server: RunningServer) -> None:
        for asked, name in (({"name": ""}, "name"), ({"name": "x", "scopes": ["root"]}, "scopes"),
                            ({"name": "x", "colour": 1}, "colour"), ({"name": "a\x00b"}, "name")):  # fmt: skip
            reply = self.make(server, **asked)
            assert reply.status_code == 422
            assert name in reply.json()["errors"][0]["loc"]
