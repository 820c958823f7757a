"""Policies on a real database, as a server has them, over a catalog of three models that grows to five."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from llmanac.auth.principal import Principal
from llmanac.auth.scope import DEFAULT_SCOPES
from llmanac.rules.documents import read_policy
from llmanac.rules.policy import Policy
from llmanac.service.access.tokens import Tokens
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.rules.policies.access import Access
from llmanac.service.rules.policies.arrivals import Arrivals
from llmanac.service.rules.policies.policies import Policies
from llmanac.service.rules.resources.followed_files import POLICY_FILES, FollowedFiles
from llmanac.service.rules.resources.resource import ResourceKind, ResourceWrite
from llmanac.storage.database import Database

from .small_past import SECOND, THIRD, edition_of, litellm, model, models_dev

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BEFORE = edition_of(models_dev(SECOND, alpha=model(), beta=model()), litellm())
AFTER = edition_of(models_dev(THIRD, alpha=model(), beta=model(), gamma=model(), delta=model()), litellm())
NO_BETA = {"effect": "deny", "match": "acme/beta", "reason": "No contract"}
"""A rule."""


class HandClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class InstalledPolicies:
    """Policies, and a server's reader."""

    def __init__(self, database: Database, *, file: Path | None = None) -> None:
        self.database = database
        self.clock = HandClock()
        self.reader = Reader(BEFORE)
        self.arrivals = Arrivals(database.arrivals, self.reader, clock=self.clock)
        files = FollowedFiles(file, POLICY_FILES) if file else None
        self.access = Access(database.resources, self.arrivals, clock=self.clock, files=files)
        self.tokens = Tokens(database.tokens, clock=self.clock, known_policies=self._known)
        self.policies = Policies(
            database.resources,
            self.access,
            arrivals=database.arrivals,
            tokens=database.tokens,
            reader=self.reader,
            clock=self.clock,
        )

    async def open(self) -> InstalledPolicies:
        """Read everything, as a server does when it starts."""
        await self.arrivals.follow()
        await self.access.open()
        return self

    async def serve(self, edition: Edition) -> None:
        """Publish an edition, as a refresh does, an hour later."""
        self.clock.now += HOUR
        self.reader.publish(edition)
        await self.arrivals.follow()

    async def seen_by(self, principal: Principal) -> list[str]:
        """The ids of all offers that somebody is shown."""
        edition = await self.access.edition(principal, self.reader.edition)
        return sorted(offer.id for offer in [*edition.offers, *edition.litellm_offers])

    async def write(self, name: str, content: str) -> None:
        """Write what another version of the program, or a person with SQL, may write."""
        write = ResourceWrite(kind=ResourceKind.POLICY, name=name, content=content)
        await self.database.resources.write([write], at=NOON, author="bob")
        await self.access.look()

    async def _known(self) -> frozenset[str]:
        return frozenset(self.access.declarations.all)


def policy(name: str = "corp", *rules: dict[str, Any], **changes: Any) -> Policy:
    """A policy of this name, with these rules."""
    return read_policy({"name": name, "rules": list(rules), **changes})


def under(*names: str) -> Principal:
    """The bearer of a token that names these policies."""
    return Principal(None, "ann", DEFAULT_SCOPES, policies=names)
