"""Whatever overlays state and policies say, everything that a token can read agrees with a plain reading of the rules.

What there is to read is found in the routing table: each operation and each page that needs no more than the scope to
read the catalog. Each model's name is a word of its own, which must stand in no response to somebody under a policy
that hides it.
"""

from __future__ import annotations

import asyncio
import csv
import fnmatch
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmanac.auth.principal import Principal
from llmanac.auth.scope import DEFAULT_SCOPES
from llmanac.dialects.configs.table import CONFIGS
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.pages.routes import VIEWS
from llmanac.paths import CONFIGS as CONFIGS_PATH
from llmanac.paths import REFRESHES
from llmanac.rules.documents import read_policy
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.storage.database import Database, open_sqlite

from ..small_pages import Bearer, page_routes
from ..small_past import NOON, THIRD, Installation, installation_on, litellm, model, models_dev
from ..small_policies import InstalledPolicies

WORDS = ("amberly", "birchard", "cedarwyn", "dunlinne", "elderfin", "fernaway")
"""No word is a part of another, or of anything else that a page says."""
PRICES = {word: price for price, word in zip((1, 2, 5, 8, 20, 40), WORDS, strict=True)}
TAGS = ("contract", "trial")

LISTS = ("/api/v1/inference/catalog", "/api/v1/inference/catalog/facets", "/", "/export.csv", "/export.json")
QUERIES = ("", "?query=er", "?query=acme&sort=price", "?tags=contract", "?max_price=9", "?limit=1", "?provider=acme")

PATTERNS = st.sampled_from((*(f"acme/{word}" for word in WORDS), "acme/*", "*/*er*", "acme/*n?", "acme/?i*"))
MATCHES = st.lists(PATTERNS, min_size=1, max_size=3)
STATEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.sampled_from(TAGS).map(lambda tag: f"+{tag}"),
        "approved": st.booleans(),
        "rates": st.fixed_dictionaries(
            {"input": st.sampled_from((1, 3, 9, 30)), "output": st.sampled_from((1, 9, 50))}
        ),
    },
).filter(bool)
OVERLAY_RULES = st.lists(st.fixed_dictionaries({"match": MATCHES, "set": STATEMENTS}), max_size=4)
FILTERS = st.one_of(
    st.sampled_from(TAGS).map(lambda tag: {"tags": tag}),
    st.booleans().map(lambda approved: {"approved": approved}),
    st.sampled_from((2, 9, 30)).map(lambda price: {"max_price": price}),
    st.sampled_from((2, 9, 30)).map(lambda price: {"min_price": price}),
)
POLICY_RULES = st.lists(
    st.builds(
        lambda effect, about: {"effect": effect, **about},
        st.sampled_from(("allow", "deny")),
        st.one_of(
            st.fixed_dictionaries({"match": MATCHES}),
            st.fixed_dictionaries({"where": FILTERS}),
            st.fixed_dictionaries({"match": MATCHES, "where": FILTERS}),
        ),
    ),
    max_size=4,
)
POLICIES = st.fixed_dictionaries({"default": st.sampled_from(("allow", "deny")), "rules": POLICY_RULES})


@dataclass
class Facts:
    """What is served of one model, as far as rules speak of it."""

    input: Decimal
    output: Decimal
    tags: tuple[str, ...] = ()
    approved: bool | None = None


def facts_by(rules: Sequence[Mapping[str, Any]]) -> dict[str, Facts]:
    """The plain reading of overlays: each rule in its turn, over what there is by then."""
    facts = {f"acme/{word}": Facts(Decimal(price), Decimal(price)) for word, price in PRICES.items()}
    for rule in rules:
        for id_, known in facts.items():
            if any(fnmatch.fnmatchcase(id_, pattern) for pattern in rule["match"]):
                stated = rule["set"]
                if "tags" in stated:
                    known.tags = tuple(dict.fromkeys((*known.tags, stated["tags"][1:])))
                known.approved = stated.get("approved", known.approved)
                known.input = Decimal(stated.get("rates", {}).get("input", known.input))
                known.output = Decimal(stated.get("rates", {}).get("output", known.output))
    return facts


def is_about(rule: Mapping[str, Any], id_: str, facts: Facts) -> bool:
    """The plain reading of what a policy's rule is about."""
    price = max(facts.input, facts.output)
    tests: dict[str, Callable[[Any], bool]] = {
        "tags": lambda tag: tag in facts.tags,
        "approved": lambda approved: facts.approved is approved,
        "max_price": lambda most: price <= most,
        "min_price": lambda least: price >= least,
    }
    patterns = rule.get("match")
    named = patterns is None or any(fnmatch.fnmatchcase(id_, pattern) for pattern in patterns)
    return named and all(tests[name](value) for name, value in rule.get("where", {}).items())


def is_shown(policy: Mapping[str, Any], id_: str, facts: Facts) -> bool:
    """The plain reading of a policy: the first rule about a model decides, else the default."""
    decided = (rule["effect"] for rule in policy["rules"] if is_about(rule, id_, facts))
    effect: str = next(decided, policy["default"])
    return effect == "allow"


def edition_by(rules: Sequence[Mapping[str, Any]]) -> Edition:
    """The edition of the six models under these rules."""
    models = {
        word: model(name=word.title(), family=f"{word}-family", cost={"input": price, "output": price})
        for word, price in PRICES.items()
    }
    overlay = Overlay.model_validate({"name": "corp", "rules": [{**rule, "reason": "Ours"} for rule in rules]})
    own = feed_of([DeclaredOverlay(overlay=overlay, author="ann", written_at=NOON)], NOON) if rules else None
    return build_overlaid([models_dev(THIRD, **models), litellm(), *([own] if own else [])]).edition()


class Server:
    """A server whose edition and policy change, and somebody under that policy."""

    def __init__(self, database: Database, edition: Edition) -> None:
        self.installation: Installation = installation_on(database, served=edition)
        self.installed = InstalledPolicies(database)
        bearer = Bearer(Principal(None, "ann", DEFAULT_SCOPES, policies=("random",)))
        services = Services(
            reader=self.installation.reader,
            authenticator=bearer,
            door=self.installed.access,
            archive=self.installation.archive,
            pages=lambda: page_routes(self.installation, bearer, policies=self.installed),
            clock=lambda: NOON,
        )
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(create_app(services), raise_app_exceptions=False),
            base_url="http://test",
            headers={"authorization": "Bearer x"},
        )
        self.paths: tuple[str, ...] = ()
        """The templates of all that is read by a GET."""

    async def open(self) -> Server:
        await self.installed.open()
        await self.installation.archive.history.follow()
        self.paths = tuple(await self._templates())
        return self

    async def serve(self, edition: Edition, policy: Mapping[str, Any]) -> None:
        self.installation.reader.publish(edition)
        self.installed.reader.publish(edition)
        document = read_policy({"name": "random", **policy})
        await self.installed.policies.put(document, allow_nothing=True)

    async def _templates(self) -> list[str]:
        document = (await self.client.get("/openapi.json")).json()
        operations = [
            path + "".join(f"?{it['name']}={{{it['name']}}}" for it in required(item["get"]))
            for path, item in document["paths"].items()
            if "get" in item and reads_the_catalog(item["get"]) and not path.startswith(REFRESHES)
        ]
        return [*operations, *(path.replace(":path", "") for path in VIEWS)]


def required(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parameters of the query string that an operation needs."""
    return [it for it in operation.get("parameters", []) if it["in"] == "query" and it.get("required")]


def reads_the_catalog(operation: Mapping[str, Any]) -> bool:
    return any("catalog:read" in names for way in operation.get("security", []) for names in way.values())


def addresses(templates: Sequence[str], seen: Sequence[str]) -> Iterator[str]:
    """The addresses of all that is read, about models that are seen, and about nothing in particular."""
    values = {"ids": seen[0] if seen else "acme/none", "query": "acme", "since": "2026-05-01", "name": "acme"}
    values["config"] = "opencode"
    for template in templates:
        by_id = re.sub(r"\{id\}|\{author\}/\{slug\}", "{model}", template)
        for id_ in (*seen, "acme/none") if by_id != template else ("",):
            yield by_id.format(model=id_, **values)
    for query in (
        "",
        "?query=er",
        "?query=acme&sort=price",
        "?tags=contract",
        "?max_price=9",
        "?limit=1",
        "?provider=acme",
    ):
        for path in (
            "/api/v1/inference/catalog",
            "/api/v1/inference/catalog/facets",
            "/",
            "/export.csv",
            "/export.json",
            *(f"{CONFIGS_PATH}/{it.name}" for it in CONFIGS),
        ):
            yield path + query


async def check(server: Server, rules: Sequence[Mapping[str, Any]], policy: Mapping[str, Any]) -> None:
    facts = facts_by(rules)
    seen = [id_ for id_, known in facts.items() if is_shown(policy, id_, known)]
    hidden = [id_.partition("/")[2] for id_ in facts if id_ not in seen]
    await server.serve(edition_by(rules), policy)

    for address in addresses(server.paths, seen):
        response = await server.client.get(address)
        assert response.status_code in {200, 400, 403, 404, 422}, (address, response.text)
        told = [word for word in hidden if word in response.text.lower()]
        assert told == [], (address, told)

    listed = (await server.client.get("/api/v1/inference/catalog?limit=100")).json()
    assert sorted(it["id"] for it in listed["models"]) == sorted(seen)
    assert listed["total"] == len(seen)
    assert {it["id"]: (it["cost"]["input"], it["cost"]["output"]) for it in listed["models"]} == {
        id_: (facts[id_].input, facts[id_].output) for id_ in seen
    }
    rows = csv.DictReader(io.StringIO((await server.client.get("/export.csv?featured=false")).text))
    assert sorted(row["id"] for row in rows) == sorted(seen)
    hosts = (await server.client.get("/api/v1/inference/providers")).json()["providers"]
    assert sum(it["offers"] for it in hosts if it["id"] == "acme") == len(seen)
    for word in WORDS:
        status = (await server.client.get(f"/api/v1/inference/catalog/acme/{word}")).status_code
        assert status == (200 if f"acme/{word}" in seen else 403), word


@pytest.mark.slow
def test_everything_that_is_read_agrees_with_a_plain_reading_of_the_rules(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        database = runner.run(open_sqlite(tmp_path))
        server = runner.run(Server(database, edition_by(())).open())
        assert len(server.paths) > 15

        @settings(max_examples=25)
        @given(rules=OVERLAY_RULES, policy=POLICIES)
        def agrees(rules: list[dict[str, Any]], policy: dict[str, Any]) -> None:
            runner.run(check(server, rules, policy))

        agrees()
        runner.run(server.client.aclose())
        runner.run(database.close())
