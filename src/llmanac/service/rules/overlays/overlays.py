"""The use cases of overlays: what is declared, what would change, and writing them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from llmanac.clock import Clock
from llmanac.domain.own_facts import OVERLAYS
from llmanac.errors import NotFound
from llmanac.rules.overlay import Overlay
from llmanac.rules.rules_in_force import DeclaredOverlay, in_order
from llmanac.service.editions.reader import Reader
from llmanac.service.rules.overlays.baselines import Baselines
from llmanac.service.rules.overlays.declarations import OverlayDeclarations
from llmanac.service.rules.overlays.plan import MOST_SHOWN, OverlayPlan, RuleState, plan, rule_states
from llmanac.service.rules.resources.resource import Resource, ResourceKind
from llmanac.service.rules.resources.store import ResourceStore
from llmanac.service.rules.resources.writer import ResourceWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayRecord:
    """An overlay as it is declared now."""

    document: Overlay
    version: int | None
    """None where a file declares it."""
    file: str | None
    """The file that declares it; None where the store does."""
    author: str
    written_at: datetime
    rules: tuple[RuleState, ...]


class Overlays(ResourceWriter[Overlay]):
    """The overlays of an installation. Each method may raise StorageError."""

    def __init__(
        self,
        store: ResourceStore,
        declarations: OverlayDeclarations,
        *,
        reader: Reader,
        baselines: Baselines,
        clock: Clock,
    ) -> None:
        """``reader`` has the edition that plans and states are about, and which ``baselines`` follow."""
        super().__init__(
            store,
            ResourceKind.OVERLAY,
            in_files=lambda: declarations.in_files,
            look=declarations.look,
            clock=clock,
        )
        self._declarations = declarations
        self._reader = reader
        self._baselines = baselines

    @property
    def trouble(self) -> str | None:
        """The reason that followed files cannot be read as they are, so that an earlier reading holds; else None."""
        return self._declarations.trouble

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The reason that an overlay of the store cannot be read, by its name."""
        return self._declarations.unreadable

    async def all(self) -> tuple[OverlayRecord, ...]:
        """Every overlay, from the lowest to the highest."""
        await self._declarations.look()
        await self._baselines.follow()
        resources = {it.name: it for it in await self._store.all(ResourceKind.OVERLAY)}
        declared = self._declarations.declared
        states = await asyncio.to_thread(self._states, declared)
        return tuple(_record(it, resources.get(it.overlay.name), states) for it in declared)

    async def get(self, name: str) -> OverlayRecord:
        """The overlay of this name. Raises NotFound."""
        found = next((it for it in await self.all() if it.document.name == name), None)
        if found is None:
            raise NotFound(f"There is no overlay named {name[:64]!r}.")
        return found

    async def plan(
        self, overlays: Sequence[Overlay], *, without: Sequence[str] = (), prune: bool = False, shown: int = MOST_SHOWN
    ) -> OverlayPlan:
        """The changes by these overlays, in place of those of their names; ``without`` names those that would go."""
        await self._declarations.look()
        now = self._clock()
        of_files = self._declarations.in_files
        given = {it.name: DeclaredOverlay(overlay=it, author="this plan", written_at=now) for it in overlays}
        kept = {
            it.overlay.name: it
            for it in self._declarations.declared
            if it.overlay.name not in without and (not prune or it.overlay.name in of_files)
        }
        declared = in_order({**kept, **given}.values())
        edition = self._reader.edition
        return await asyncio.to_thread(lambda: plan(edition, declared, now, shown=shown))

    def _states(self, declared: Sequence[DeclaredOverlay]) -> tuple[RuleState, ...]:
        edition, feed = self._reader.edition, self._declarations.feed
        served = next((ref.sha256 for ref in edition.feed_refs if ref.name == OVERLAYS), None)
        # Until the edition has the rules as they are now, what became of those before tells nothing of them.
        outcomes = edition.overlay_rules if feed is not None and feed.ref.sha256 == served else ()
        moved = self._baselines.moved if outcomes else {}
        return tuple(rule_states(declared, outcomes, self._clock(), moved=moved))


def _record(declared: DeclaredOverlay, resource: Resource | None, states: Sequence[RuleState]) -> OverlayRecord:
    name = declared.overlay.name
    return OverlayRecord(
        document=declared.overlay,
        version=None if declared.file or resource is None else resource.version,
        file=declared.file,
        author=declared.author,
        written_at=declared.written_at,
        rules=tuple(it for it in states if it.overlay == name),
    )
