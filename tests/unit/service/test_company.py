"""The company of the docs: own models, a discount, a promotion, two teams, an arrival, and a price that moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from llmanac import settings
from llmanac.auth.principal import Principal
from llmanac.auth.scope import DEFAULT_SCOPES
from llmanac.ingest.decode.feed import Feed
from llmanac.rules.documents import read_overlays, read_policies
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.service.editions.reader import Reader
from llmanac.service.offers.resolution import Disallowed
from llmanac.service.rules.overlays.baselines import Baselines
from llmanac.service.rules.overlays.declarations import OverlayDeclarations
from llmanac.service.rules.overlays.overlays import Overlays
from llmanac.service.rules.policies.access import Access
from llmanac.service.rules.policies.arrivals import Arrivals
from llmanac.service.rules.policies.policies import Policies
from llmanac.standalone import open_feeds
from llmanac.storage.database import Database

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

DOCS = Path(__file__).resolve().parents[3] / "docs"
STARTED = datetime(2026, 11, 27, 12, tzinfo=UTC)
HEALTH = Principal(None, "ann", DEFAULT_SCOPES, claims=frozenset({("groups", "health")}))
RESEARCH = Principal(None, "bob", DEFAULT_SCOPES, claims=frozenset({("groups", "research")}))
EVERYBODY = Principal(None, "eve", DEFAULT_SCOPES)
MINI = "azure/gpt-5-mini"
NEW = "azure/gpt-9"


def example(page: str, heading: str) -> str:
    """The TOML under a heading of a page of the docs."""
    section = (DOCS / page).read_text().partition(f"\n## {heading}\n")[2]
    found = re.search(r"^```toml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


class Company:
    """Its installation, with a clock that is set by hand."""

    def __init__(self, database: Database) -> None:
        self.now = STARTED
        self.feeds = list(open_feeds(settings.load()))
        self.reader = Reader(build_overlaid(self.feeds).edition())
        clock = self._clock
        self.declarations = OverlayDeclarations(database.resources, clock=clock)
        self.baselines = Baselines(database.baselines, self.reader, clock=clock)
        self.overlays = Overlays(
            database.resources, self.declarations, reader=self.reader, baselines=self.baselines, clock=clock
        )
        self.arrivals = Arrivals(database.arrivals, self.reader, clock=clock)
        self.access = Access(database.resources, self.arrivals, clock=clock)
        self.policies = Policies(
            database.resources,
            self.access,
            arrivals=database.arrivals,
            tokens=database.tokens,
            reader=self.reader,
            clock=clock,
        )

    async def open(self) -> Company:
        await self.declarations.open()
        await self.arrivals.follow()
        await self.access.open()
        return self

    async def serve(self) -> None:
        """Serve the rules in force over what the sources state now."""
        await self.declarations.look()
        own = self.declarations.feed
        self.reader.publish(build_overlaid([*self.feeds, *([own] if own else [])]).edition())
        await self.baselines.follow()
        await self.arrivals.follow()

    def refresh(self, change: Callable[[Any], None]) -> None:
        """Change what models.dev says of the models of Azure, as a refresh finds it."""
        place = next(number for number, feed in enumerate(self.feeds) if feed.name == "models.dev")
        content = orjson.loads(self.feeds[place].text)
        change(content["azure"]["models"])
        self.feeds[place] = Feed.of(orjson.dumps(content), name="models.dev", origin="seed", date="2026-12-01")

    async def seen_by(self, principal: Principal) -> Edition:
        return await self.access.edition(principal, self.reader.edition)

    def _clock(self) -> datetime:
        return self.now


def input_price(edition: Edition, id_: str) -> Any:
    return edition.services.resolver.offer(id_).price.rates.input


async def test_the_company_of_the_docs(database: Database) -> None:
    company = await Company(database).open()
    upstream = input_price(company.reader.edition, MINI)
    ids = {*company.reader.edition.ids}

    # Its overlays: a plan, and then the same in every answer.
    overlays = read_overlays(example("overlays.md", "A company, from end to end"), origin="docs")
    plan = await company.overlays.plan(overlays)
    assert (plan.added, plan.removed, plan.warnings) == (2, 0, ())
    await company.overlays.apply(overlays)
    await company.serve()
    edition = company.reader.edition
    assert {*edition.ids} - ids == {"rack/assistant", "rack/draft"}
    assert edition.services.resolver.offer("assistant").id == "rack/assistant"
    assert float(input_price(edition, MINI)) == pytest.approx(0.1)

    # Its policies: each team sees its part, and nothing of which nobody knows enough.
    await company.policies.apply(read_policies(example("policies.md", "Two teams"), origin="docs"))
    health, research = await company.seen_by(HEALTH), await company.seen_by(RESEARCH)
    assert {offer.provider for offer in health.offers} == {"azure", "rack"}
    assert all(offer.own and "eu" in offer.own.regions for offer in health.offers)
    assert all(offer.own and offer.own.trains_on_data is False for offer in research.offers)
    assert "rack/draft" in {offer.id for offer in research.offers}
    hidden = health.services.resolver.resolve("rack/draft")
    assert isinstance(hidden, Disallowed)
    assert "'eu-only'" in hidden.reason
    assert await company.seen_by(EVERYBODY) is edition

    # A refresh: a model arrives, and a price moves under the promotion.
    def news(models: Any) -> None:
        models["gpt-9"] = {**models["gpt-5-mini"], "id": "gpt-9", "name": "GPT-9"}
        models["gpt-5-mini"]["cost"]["input"] = 2 * models["gpt-5-mini"]["cost"]["input"]

    company.now = STARTED.replace(day=28)
    company.refresh(news)
    await company.serve()
    health = await company.seen_by(HEALTH)
    assert NEW in {offer.id for offer in (await company.seen_by(RESEARCH)).offers}
    assert NEW not in {offer.id for offer in health.offers}
    assert [it.id for it in await company.policies.waiting("eu-only")] == [NEW]
    await company.policies.approve("eu-only", [NEW], reason="Looked at")
    assert NEW in {offer.id for offer in (await company.seen_by(HEALTH)).offers}
    states = {(rule.overlay, rule.rule): rule for it in await company.overlays.all() for rule in it.rules}
    assert MINI in states["contracts", 2].upstream_changed
    assert float(input_price(company.reader.edition, MINI)) == pytest.approx(0.1)

    # The promotion ends by itself: the discount on the new price is what holds then.
    company.now = datetime(2027, 1, 1, tzinfo=UTC)
    await company.serve()
    assert float(input_price(company.reader.edition, MINI)) == pytest.approx(float(upstream) * 2 * 0.85)
