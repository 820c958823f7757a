"""Policies on the pages, what they show while they are written, and the catalog as somebody else sees it."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.rules.documents import as_written

from ....small_policies import NO_BETA, policy
from .conftest import READER, Site

pytestmark = pytest.mark.anyio


async def test_a_policy_is_written_in_forms_with_its_effect_beside(site: Site) -> None:
    made = await site.post("/new-policy", action="save", name="eu-only", given_to__claims="groups = eu\ngroups = de")
    assert made.headers["location"] == "/policies/eu-only/rules/new"
    fields: dict[str, Any] = {"effect": "deny", "match": "acme/beta", "reason": "No contract"}

    preview = await site.post(made.headers["location"], expect=200, action="preview", **fields)
    assert "Hidden from now on" in preview.text
    assert "acme/beta" in preview.text
    await site.post(made.headers["location"], action="save", **fields)

    document = (await site.policies.policies.get("eu-only")).document
    assert as_written(document) == {
        "name": "eu-only",
        "given_to": {"claims": {"groups": ["eu", "de"]}},
        "rules": [{"effect": "deny", "match": ["acme/beta"], "reason": "No contract"}],
    }
    html = (await site.get("/policies/eu-only")).text
    assert "No contract" in html
    assert "groups = eu, de" in html
    assert "eu-only" in (await site.get("/policies")).text


async def test_a_policy_that_shows_nothing_is_written_only_where_that_is_meant(site: Site) -> None:
    refused = await site.post("/new-policy", expect=422, action="save", name="none", default="deny")
    assert "would show nothing of 3 offers" in refused.text
    await site.post("/new-policy", action="save", name="none", default="deny", allow_nothing="true")
    assert (await site.policies.policies.get("none")).document.default == "deny"


async def test_new_arrivals_are_let_in_by_a_rule_of_their_own(site: Site) -> None:
    await site.post("/new-policy", action="save", name="corp", new_arrivals="quarantine")
    await site.post("/policies/corp/approve/new", action="save", match="acme/gamma", reason="Known")
    document = (await site.policies.policies.get("corp")).document
    assert [(it.match, it.reason) for it in document.approve] == [(("acme/gamma",), "Known")]
    assert "/policies/corp/approve/1" in (await site.get("/policies/corp")).text


async def test_a_policy_that_tokens_name_is_not_deleted(site: Site) -> None:
    await site.policies.policies.create(policy("corp", NO_BETA))
    await site.policies.tokens.create("gateway", policies=["corp"])
    response = await site.post("/policies/corp/delete", expect=409)
    assert "gateway" in response.text


async def test_somebody_else_is_asked_about(site: Site) -> None:
    await site.policies.policies.create(policy("corp", NO_BETA, given_to={"claims": {"groups": ["eu"]}}))
    await site.policies.tokens.create("gateway", policies=["corp"])

    for who in ("token=gateway", "claims=groups+%3D+eu"):
        html = (await site.get(f"/access?{who}&ids=acme/beta")).text
        assert "2 of 3 offers" not in html  # one is LiteLLM's alone
        assert "1 of 2 offers" in html
        assert "No contract" in html
        assert '<td>rule 1</td><td class="num">1</td>' in html
    for faulty in ("token=nobody", "claims=nonsense", "token=gateway&claims=groups+%3D+eu"):
        response = await site.get(f"/access?{faulty}")
        assert response.status_code in {404, 422}
        assert 'role="alert"' in response.text


async def test_all_pages_are_seen_as_the_token_sees_them_until_that_ends(site: Site) -> None:
    await site.policies.policies.create(policy("corp", NO_BETA))
    await site.policies.tokens.create("gateway", policies=["corp"])

    begun = await site.post("/access/view-as", token="gateway")
    assert begun.headers["location"] == "/"
    html = (await site.get("/?featured=false")).text
    assert "acme/alpha" in html
    assert "acme/beta" not in html
    assert "<strong>gateway</strong>" in html
    assert (await site.get("/models/acme/beta")).status_code == 403
    assert (await site.get("/policies")).status_code == 200, "what may be written may be written still"

    await site.post("/access/view-as")
    html = (await site.get("/?featured=false")).text
    assert "acme/beta" in html
    assert "<strong>gateway</strong>" not in html


async def test_who_signs_in_next_sees_the_pages_as_themselves(site: Site) -> None:
    await site.policies.policies.create(policy("corp", NO_BETA))
    await site.policies.tokens.create("gateway", policies=["corp"])
    await site.post("/access/view-as", token="gateway")

    await site.post("/sign-out")

    assert "acme/beta" in (await site.get("/?featured=false")).text


async def test_nobody_sees_more_as_somebody_else_without_the_right_to(site: Site) -> None:
    await site.policies.policies.create(policy("corp", NO_BETA))
    free = await site.policies.tokens.create("free")
    site.bearer.principal = type(READER)(None, "bob", READER.scopes, policies=("corp",))

    await site.post("/access/view-as", expect=403, token="free")
    site.client.cookies.set("llmanac_view_as", free.record.id)
    assert "acme/beta" not in (await site.get("/?featured=false")).text


async def test_a_token_that_is_gone_is_not_looked_through_in_silence(site: Site) -> None:
    site.client.cookies.set("llmanac_view_as", "00000000")
    response = await site.get("/")
    assert response.status_code == 404
    assert "From now on you see it as yourself" in response.text
    assert 'llmanac_view_as=""' in response.headers["set-cookie"]


async def test_whoever_may_only_read_sees_none_of_it(site: Site) -> None:
    await site.policies.policies.create(policy("corp", NO_BETA))
    site.bearer.principal = READER
    for path in ("/policies", "/policies/corp", "/new-policy", "/policies/corp/rules/1", "/arrivals", "/access"):
        response = await site.get(path)
        assert response.status_code == 403
        assert "policies:write" in response.text
        assert "No contract" not in response.text
