"""Under a policy, no operation and no page says anything of a hidden model; without one, nearly all of them do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from llmanac import paths
from llmanac.auth.principal import Principal
from llmanac.auth.scope import DEFAULT_SCOPES
from llmanac.dialects.configs.table import CONFIGS
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.pages.routes import ADMIN_VIEWS, VIEWS, AdminView
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.storage.database import Database

from ..small_pages import Bearer, page_routes
from ..small_past import FIRST, NOON, THIRD, edition_of, installation_on, litellm, model, models_dev
from ..small_policies import InstalledPolicies, policy

pytestmark = pytest.mark.anyio

HIDDEN = "secret"
"""Stands in everything that tells of the hidden model and of its host: id, names, alias, tag, family, owner."""
RULES: list[dict[str, Any]] = [
    {"add_host": {"id": "secret-rack", "name": "Secret rack"}, "reason": "Secret"},
    {
        "add": {"id": "secret-rack/secret-one", "like": "acme/alpha"},
        "set": {
            "name": "Secret One",
            "aliases": "secret-alias",
            "tags": "secret-tag",
            "owner": "secret-owner",
            "family": "secret-family",
            "rates": {"input": 0.001},
            "successor": "acme/alpha",
        },
        "reason": "Secret",
    },
    {"match": "acme/beta", "set": {"successor": "secret-rack/secret-one"}, "reason": "Ours"},
    {"match": "acme/alpha", "set": {"aliases": "open-alias"}, "reason": "Ours"},
]
QUERIES = (
    "",
    "?query=secret-alias",
    "?tags=secret-tag",
    "?provider=secret-rack",
    "?query=se",
    "?max_price=0.01",
)
CATALOG = "/api/v1/inference"
IDS = ["acme/alpha", "secret-alias", "secret-rack/secret-one", "secret-one"]


def served_edition() -> Edition:
    overlay = Overlay.model_validate({"name": "corp", "rules": RULES})
    own = feed_of([DeclaredOverlay(overlay=overlay, author="ann", written_at=NOON)], NOON)
    assert own is not None
    feeds = [models_dev(THIRD, alpha=model(), beta=model(), gamma=model()), litellm(), own]
    return build_overlaid(feeds).edition()


Client = Callable[[Principal], httpx2.AsyncClient]


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    edition = served_edition()
    stood_on = installation_on(database, served=edition)
    installed = InstalledPolicies(database)
    installed.reader.publish(edition)
    await installed.open()
    await installed.policies.create(policy("open", {"effect": "deny", "match": "secret-rack/*", "reason": "Not yours"}))
    await stood_on.archive.history.follow()
    opened: list[httpx2.AsyncClient] = []

    def of(principal: Principal) -> httpx2.AsyncClient:
        def pages() -> Any:
            return page_routes(stood_on, Bearer(principal), policies=installed)

        services = Services(
            reader=stood_on.reader,
            authenticator=Bearer(principal),
            door=installed.access,
            archive=stood_on.archive,
            pages=pages,
            clock=lambda: NOON,
        )
        transport = httpx2.ASGITransport(create_app(services), raise_app_exceptions=False)
        made = httpx2.AsyncClient(transport=transport, base_url="http://test", headers={"authorization": "Bearer x"})
        opened.append(made)
        return made

    yield of
    for it in opened:
        await it.aclose()


UNDER = Principal(None, "ann", DEFAULT_SCOPES, policies=("open",))
FREE = Principal(None, "bob", DEFAULT_SCOPES)

READS = [
    *(f"{CATALOG}/{part}{query}" for part in ("catalog", "catalog/facets") for query in QUERIES),
    *(
        f"{CATALOG}/catalog{query}"
        for query in (
            "?query=se&limit=5",
            "?query=alpha&sort=price",
            "?ids=litellm",
            "?listed_by=any",
            "?tags=secret-tag&limit=1",
        )
    ),
    *(f"{CATALOG}/catalog/explain?query={text}" for text in ("alpha", "one", "alias")),
    *(f"{CATALOG}/catalog/acme/{name}" for name in ("alpha", "beta", "gamma")),
    *(f"{CATALOG}/catalog/acme/{name}/alternatives" for name in ("alpha", "beta", "gamma")),
    f"{CATALOG}/changes?since={FIRST}",
    f"{CATALOG}/changes?since={FIRST}&provider=secret-rack",
    f"{CATALOG}/conflicts",
    f"{CATALOG}/providers",
    f"{CATALOG}/compare?ids=acme/alpha&ids=acme/beta",
    *(f"/{query}" for query in QUERIES),
    "/export.csv",
    "/export.json",
    *(f"/export/{it.name}?featured=false" for it in CONFIGS),
    *(f"{paths.CONFIGS}/{it.name}" for it in CONFIGS),
    "/models/acme/alpha",
    "/models/acme/beta",
    "/compare?ids=acme/alpha&ids=acme/beta",
    "/changes",
    "/hosts",
    "/sources",
    "/connect",
    "/estimate",
    paths.MODELS,
    f"{paths.MODELS}?client_version=1",
    f"{paths.MODELS}/secret-alias",
    paths.MODELS_DEV,
    paths.MODELS_DEV_MODELS,
    paths.MODELS_DEV_CATALOG,
    f"{paths.LOGOS}/acme.svg",
    paths.LITELLM,
    f"{paths.OPENROUTER}/models",
    f"{paths.OPENROUTER}/models/count",
    f"{paths.OPENROUTER}/models/acme/alpha/endpoints",
    f"{paths.OPENROUTER}/model/acme/alpha",
    paths.GENAI_PRICES,
    paths.AI_GATEWAY,
    paths.CATWALK,
]


QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    (f"{CATALOG}/validate", {"ids": ["acme/beta", "one", "acme/none"]}),
    (
        f"{CATALOG}/estimate",
        {"models": ["acme/alpha", "acme/beta"], "tokens": {"input": 1000, "output": 10}},
    ),
    (f"{CATALOG}/estimate", {"filter": {"max_price": 100}, "tokens": {"input": 1000, "output": 10}}),
    *(
        (
            f"{CATALOG}/price",
            {"time": "2026-07-10T00:00:00Z", "model": id_, "usage": {"prompt_tokens": 9, "completion_tokens": 1}},
        )
        for id_ in ("acme/alpha", "one", "secret-rack/secret-one", "secret-alias")
    ),
]
CLOSED = {f"{paths.REFRESHES}", f"{paths.REFRESHES}/{{refresh_id}}", f"{paths.REFRESHES}/{{refresh_id}}/held"}
"""The paths that tell of all that a refresh has found; they are closed to whoever is under a policy."""


def _fits(path: str, template: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]*\}", ".+", template), path) is not None


def told(response: httpx2.Response, asked: str) -> bool:
    """Whether a response tells of the hidden model; its own question, repeated, tells nothing."""
    assert response.status_code in {200, 403, 404}, (asked, response.text)
    text = response.text.lower()
    for word in ("secret-alias", "secret-tag", "secret-rack/secret-one", "secret-rack", "secret-one"):
        if word in asked:
            text = text.replace(word, "")
    return HIDDEN in text


@pytest.mark.slow
async def test_nothing_that_is_read_tells_of_a_hidden_model(client: Client) -> None:
    under, free = client(UNDER), client(FREE)

    tells_all = [path for path in READS if told(await free.get(path), path)]
    leaks = [path for path in READS if told(await under.get(path), path)]

    assert leaks == []
    assert len(tells_all) > len(READS) / 2, "else this test could not fail"


@pytest.mark.slow
async def test_every_operation_and_page_that_reads_the_catalog_is_among_these(client: Client) -> None:
    """By the routing table: one that is added has to be added here."""
    document = (await client(FREE).get("/openapi.json")).json()
    operations = {
        (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if any("catalog:read" in names for way in operation.get("security", []) for names in way.values())
    }
    pages = {("get", re.sub(r":path", "", path)) for path in VIEWS}
    asked = {("get", path.partition("?")[0]) for path in READS} | {("post", path) for path, _ in QUESTIONS}

    unasked = {
        (method, template)
        for method, template in operations | pages
        if template not in CLOSED and not any(it == method and _fits(path, template) for it, path in asked)
    }

    assert unasked == set()
    for path in CLOSED:
        assert (await client(UNDER).get(path.format(refresh_id="latest"))).status_code == 403, path


@pytest.mark.parametrize("view", ADMIN_VIEWS, ids=lambda view: view.path)
async def test_no_page_of_those_who_may_write_is_open_to_who_may_only_read(client: Client, view: AdminView) -> None:
    path = re.sub(r"\{[^}]*\}", "1", view.path)
    response = await client(UNDER).request(view.methods[0], path, headers={"sec-fetch-site": "same-origin"})
    assert response.status_code == 403
    assert view.scope in response.text


async def test_anthropics_list_tells_nothing_of_a_hidden_model(client: Client) -> None:
    """At an address that others ask too, by a header of its own."""
    headers = {"anthropic-version": "2023-06-01"}
    for path in (paths.MODELS, f"{paths.MODELS}/secret-alias"):
        assert not told(await client(UNDER).get(path, headers=headers), path)
        assert told(await client(FREE).get(path, headers=headers), path)


@pytest.mark.parametrize(("path", "body"), QUESTIONS)
async def test_no_question_that_is_posted_tells_of_a_hidden_model(
    client: Client, path: str, body: dict[str, Any]
) -> None:
    response = await client(UNDER).post(path, json=body)

    assert response.status_code == 200, response.text
    assert not told(response, str(body))


async def test_asking_for_a_hidden_model_gets_the_rule_and_no_fact(client: Client) -> None:
    under = client(UNDER)

    for id_ in ("secret-rack/secret-one", "secret-alias"):
        about = f"{CATALOG}/catalog/{id_}"
        for path in (about, f"{about}/alternatives", f"{CATALOG}/compare?ids=acme/alpha&ids={id_}"):
            response = await under.get(path)
            assert (response.status_code, response.json()["type"]) == (403, "forbidden_error"), path
            assert "Not yours" in response.json()["detail"]
            assert "Secret One" not in response.text
        assert (await under.get(f"/models/{id_}")).status_code in {403, 404}
        assert "Secret One" not in (await under.get(f"/models/{id_}")).text

    verdicts = (await under.post(f"{CATALOG}/validate", json={"ids": IDS})).json()["verdicts"]
    assert verdicts[0]["standing"] != "disallowed"
    assert verdicts[1]["standing"] == "disallowed"
    assert verdicts[2]["standing"] == "disallowed"
    assert "Secret One" not in str(verdicts)


async def test_answers_of_others_are_not_served_from_a_cache(client: Client) -> None:
    free, under = client(FREE), client(UNDER)
    path = f"{CATALOG}/catalog?query=one&limit=3"

    assert told(await free.get(path), path)
    assert not told(await under.get(path), path)
    assert told(await free.get(path), path)
    first, second = await free.get(f"{CATALOG}/catalog"), await under.get(f"{CATALOG}/catalog")
    assert first.headers["etag"] != second.headers["etag"]
    assert first.json()["total"] == second.json()["total"] + 1


async def test_an_edition_under_a_policy_is_the_one_of_a_catalog_without_the_hidden(client: Client) -> None:
    under = client(UNDER)
    plain = edition_of(models_dev(THIRD, alpha=model(), beta=model(), gamma=model()), litellm())

    listed = (await under.get(f"{CATALOG}/catalog?limit=100")).json()
    ids = sorted(it["id"] for it in listed["models"])

    assert ids == sorted(offer.id for offer in plain.offers)
