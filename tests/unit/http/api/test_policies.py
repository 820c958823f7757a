"""``/api/v1/policies``: writing with preconditions, previews, reviews, approvals, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from llmanac.auth.principal import Principal
from llmanac.clock import system_clock
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.access.idempotency import Idempotency
from llmanac.storage.database import Database

from ...small_policies import AFTER, InstalledPolicies

pytestmark = pytest.mark.anyio

ADMIN = Principal(None, "ops", frozenset({"admin"}))
CORP = {"name": "corp", "rules": [{"effect": "deny", "match": ["acme/beta"], "reason": "No contract"}]}


class Everyone:
    """An authenticator that takes everyone for an administrator."""

    def known(self, token: str | None) -> Principal | None:  # noqa: ARG002 -- the same for every token
        return ADMIN

    async def verify(self, token: str | None) -> Principal:  # noqa: ARG002 -- the same for every token
        return ADMIN


@pytest.fixture
async def installed(database: Database) -> InstalledPolicies:
    return await InstalledPolicies(database).open()


@pytest.fixture
async def client(installed: InstalledPolicies) -> AsyncIterator[httpx2.AsyncClient]:
    services = Services(
        reader=installed.reader,
        authenticator=Everyone(),
        policies=installed.policies,
        idempotency=Idempotency(installed.database.idempotency, clock=system_clock),
    )
    transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test/api/v1/policies") as client:
        yield client


@pytest.mark.slow
async def test_a_policy_is_created_read_replaced_and_deleted(client: httpx2.AsyncClient) -> None:
    created = await client.post("", json=CORP)
    assert (created.status_code, created.headers["location"]) == (201, "/api/v1/policies/corp")
    assert created.json()["policy"] == CORP
    tag = created.headers["etag"]

    shown = await client.get("/corp")
    assert (shown.json(), shown.headers["etag"]) == (created.json(), tag)
    changed = await client.put("/corp", json={**CORP, "description": "Changed"}, headers={"If-Match": tag})
    assert changed.headers["etag"] != tag
    assert [it["policy"]["name"] for it in (await client.get("")).json()["policies"]] == ["corp"]
    versions = (await client.get("/corp/versions")).json()["versions"]
    assert [it["policy"].get("description") for it in versions] == ["Changed", None]

    assert (await client.delete("/corp")).status_code == 204
    assert (await client.get("/corp")).status_code == 404


async def test_preconditions_and_names_that_are_taken_are_409(client: httpx2.AsyncClient) -> None:
    tag = (await client.post("", json=CORP)).headers["etag"]
    await client.put("/corp", json={**CORP, "default": "deny", "rules": [{"effect": "allow", "match": "acme/*"}]})

    taken = await client.post("", json=CORP)
    stale = await client.put("/corp", json=CORP, headers={"If-Match": tag})
    gone = await client.delete("/corp", headers={"If-Match": tag})
    exists = await client.put("/corp", json=CORP, headers={"If-None-Match": "*"})

    assert (taken.status_code, taken.json()["type"]) == (409, "already_exists_error")
    assert (stale.status_code, stale.json()["type"]) == (409, "conflict_error")
    assert "in version 2 by now, not in version 1" in stale.json()["detail"]
    assert (gone.status_code, exists.status_code) == (409, 409)


async def test_a_policy_that_live_tokens_name_is_not_deleted(
    client: httpx2.AsyncClient, installed: InstalledPolicies
) -> None:
    await client.post("", json=CORP)
    await installed.tokens.create("ci", policies=["corp"])

    response = await client.delete("/corp")

    assert (response.status_code, response.json()["type"]) == (409, "conflict_error")
    assert "ci" in response.json()["detail"]


@pytest.mark.parametrize(
    ("body", "where", "said"),
    [
        ({"name": "Corp"}, ["body", "name"], "match pattern"),
        ({"name": "corp", "rules": [{"effect": "forbid", "match": "*"}]}, ["body", "rules", 0, "effect"], "'allow'"),
        ({"name": "corp", "rules": [{"effect": "deny"}]}, ["body", "rules", 0], "what it is about"),
        (
            {"name": "corp", "rules": [{"effect": "deny", "where": {"providr": "azure"}}]},
            ["body", "rules", 0, "where"],
            "the nearest is 'provider'",
        ),
        ({"name": "corp", "allow": []}, ["body", "allow"], ""),
    ],
)
async def test_a_fault_is_told_with_its_place(
    client: httpx2.AsyncClient, body: dict[str, Any], where: list[str | int], said: str
) -> None:
    response = await client.post("", json=body)

    assert (response.status_code, response.json()["type"]) == (422, "validation_error")
    [fault] = response.json()["errors"]
    assert fault["loc"] == where
    assert said in fault["msg"]


async def test_a_policy_that_hides_everything_is_refused_unless_that_is_meant(client: httpx2.AsyncClient) -> None:
    closed = {"name": "corp", "default": "deny"}

    refused = await client.post("", json=closed)
    taken = await client.post("?allow_nothing=true", json=closed)

    assert (refused.status_code, taken.status_code) == (422, 201)
    assert "allow_nothing" in refused.json()["detail"]


@pytest.mark.slow
async def test_several_are_written_together_or_not_at_all(client: httpx2.AsyncClient) -> None:
    refused = await client.put("", json={"policies": [CORP, {"name": "none", "default": "deny"}]})
    assert (refused.status_code, (await client.get("")).json()["total"]) == (422, 0)

    await client.put("", json={"policies": [CORP, {"name": "other"}]})
    kept = await client.put("", json={"policies": [CORP], "prune": True, "expected": {"corp": 1}})

    assert [it["policy"]["name"] for it in kept.json()["policies"]] == ["corp"]


async def test_a_preview_keeps_nothing(client: httpx2.AsyncClient) -> None:
    preview = (await client.post("/preview", json=CORP)).json()

    assert (preview["total"], preview["visible"], preview["rules"][0]["removes"]) == (3, 2, 1)
    assert (await client.get("")).json()["total"] == 0


async def test_the_name_in_the_address_is_the_documents(client: httpx2.AsyncClient) -> None:
    response = await client.put("/other", json=CORP)

    assert (response.status_code, response.json()["errors"][0]["loc"]) == (422, ["body", "name"])


async def test_what_a_file_declares_is_changed_there(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "policies.toml"
    file.write_text('[[policies]]\nname = "corp"\n')
    installed = await InstalledPolicies(database, file=file).open()
    services = Services(reader=installed.reader, authenticator=Everyone(), policies=installed.policies)
    transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=False)

    async with httpx2.AsyncClient(transport=transport, base_url="http://test/api/v1/policies") as client:
        shown = await client.get("/corp")
        refused = await client.put("/corp", json=CORP)

    assert (shown.json()["file"], shown.json()["version"], "etag" in shown.headers) == (str(file), None, False)
    assert (refused.status_code, refused.json()["type"]) == (409, "conflict_error")
    assert str(file) in refused.json()["detail"]


@pytest.mark.slow
async def test_new_arrivals_are_listed_approved_and_taken_back(
    client: httpx2.AsyncClient, installed: InstalledPolicies
) -> None:
    await client.post("", json={"name": "corp", "new_arrivals": "quarantine"})
    await installed.serve(AFTER)

    waiting = (await client.get("/corp/arrivals?limit=1")).json()
    assert (waiting["total"], [it["id"] for it in waiting["arrivals"]]) == (2, ["acme/delta"])
    approved = await client.post("/corp/approvals", json={"ids": ["acme/delta"], "reason": "Fine"})
    assert [(it["id"], it["author"], it["reason"]) for it in approved.json()["approvals"]] == [
        ("acme/delta", "ops", "Fine")
    ]
    rest = await client.post("/corp/approvals", json={"all": True})
    assert sorted(it["id"] for it in rest.json()["approvals"]) == ["acme/delta", "acme/gamma"]
    assert (await client.post("/corp/approvals/withdraw", json={"ids": ["acme/gamma"]})).status_code == 204
    for body in ({}, {"ids": ["acme/gamma"], "all": True}):
        assert (await client.post("/corp/approvals", json=body)).status_code == 422
    unknown = await client.post("/corp/approvals", json={"ids": ["acme/none"]})
    assert (unknown.status_code, unknown.json()["type"]) == (404, "not_found_error")
    assert (await client.post("/corp/approvals/withdraw", json={"ids": ["acme/delta"]})).status_code == 204
    assert (await client.get("/corp/approvals")).json() == {"approvals": [], "total": 0}
    assert (await client.get("/nobody/arrivals")).status_code == 404


async def test_a_review_says_what_somebody_sees_and_why_not_more(
    client: httpx2.AsyncClient, installed: InstalledPolicies
) -> None:
    await client.post("", json={**CORP, "given_to": {"claims": {"groups": "eu"}}})
    token = await installed.tokens.create("ci", policies=["corp"])

    by_token = (await client.post("/access-review", json={"token": token.record.id, "ids": ["acme/beta"]})).json()
    by_claims = (await client.post("/access-review", json={"claims": {"groups": ["eu"]}})).json()
    both = await client.post("/access-review", json={"token": token.record.id, "claims": {"groups": ["eu"]}})
    nobody = await client.post("/access-review", json={"token": "00000000"})

    assert (by_token["policies"], by_token["visible"], by_token["total"]) == (["corp"], 1, 2)
    assert by_token["ids"][0]["is_shown"] is False
    assert "No contract" in by_token["ids"][0]["reason"]
    assert (by_claims["policies"], by_claims["visible"]) == (["corp"], 1)
    assert (both.status_code, nobody.status_code) == (422, 404)
