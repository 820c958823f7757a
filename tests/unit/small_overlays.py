"""A small catalog with the organisation's word: three offers of a host, one of LiteLLM's, and one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from llmanac.ingest.decode.feed import Feed
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, feed_of
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.overlaid_build import build_overlaid
from llmanac.service.editions.reader import Reader
from llmanac.service.rules.overlays.baselines import Baselines
from llmanac.service.rules.overlays.declarations import OverlayDeclarations
from llmanac.service.rules.overlays.overlays import Overlays
from llmanac.service.rules.resources.followed_files import OVERLAY_FILES, FollowedFiles
from llmanac.storage.database import Database

from .small_past import THIRD, litellm, model, models_dev, small_past
from .small_policies import HandClock

NOW = datetime(2026, 7, 10, tzinfo=UTC)

RULES: list[dict[str, Any]] = [
    {
        "match": "acme/*",
        "set": {"tags": "contract", "regions": "eu", "retention_days": 30, "trains_on_data": False, "discount": 0.5},
        "reason": "Agreement",
        "valid_until": "2027-12-31",
    },
    {
        "match": "acme/alpha",
        "set": {"rates": {"input": 1}, "aliases": "work-horse", "approved": True, "owner": "platform"},
        "reason": "Negotiated",
    },
    {
        "match": ["acme/beta", "acme/gamma"],
        "set": {"aliases": "+shared", "approved": False, "successor": "acme/alpha", "status": "deprecated"},
        "reason": "No agreement",
    },
    {"match": "openai/gpt-x", "set": {"tags": "rare", "aliases": "rarity"}, "reason": "Seldom asked for"},
    {"add_host": {"id": "rack", "name": "Our rack"}, "reason": "Our machines"},
    {"add": {"id": "rack/own", "like": "acme/alpha"}, "set": {"rates": {"input": 0.1}}, "reason": "Our own"},
]


def overlaid_edition(*rules: dict[str, Any]) -> Edition:
    """The small catalog with these rules over it, or with all of RULES; their author is Ann."""
    overlay = Overlay.model_validate({"name": "corp", "rules": rules or RULES})
    own = feed_of([DeclaredOverlay(overlay=overlay, author="ann", written_at=NOW)], NOW)
    assert own is not None
    return build_overlaid([models_dev(THIRD, alpha=model(), beta=model(), gamma=model()), litellm(), own]).edition()


UPSTREAM = [seed.feed for seed in small_past()[-1].seeds.values()]
"""What the sources state beside overlays that are written on a database."""


class InstalledOverlays:
    """Overlays on a real database, and a server's reader that is given the edition of the rules in force."""

    def __init__(
        self,
        database: Database,
        *,
        clock: HandClock | None = None,
        file: Path | None = None,
        reader: Reader | None = None,
    ) -> None:
        files = FollowedFiles(file, OVERLAY_FILES) if file else None
        self.clock = clock or HandClock()
        self.declarations = OverlayDeclarations(database.resources, clock=self.clock, files=files)
        self.reader = reader or Reader(build_overlaid(UPSTREAM).edition())
        self.baselines = Baselines(database.baselines, self.reader, clock=self.clock)
        self.overlays = Overlays(
            database.resources, self.declarations, reader=self.reader, baselines=self.baselines, clock=self.clock
        )

    async def open(self) -> InstalledOverlays:
        """Read everything, as a server does when it starts."""
        await self.declarations.open()
        return self

    async def serve(self, upstream: Sequence[Feed] = UPSTREAM) -> None:
        """Lay the rules in force over what the sources state, as a server does."""
        await self.declarations.look()
        feeds: list[Feed] = [*upstream, *([self.declarations.feed] if self.declarations.feed else [])]
        self.reader.publish(build_overlaid(feeds).edition())
