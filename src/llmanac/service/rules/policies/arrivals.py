"""New arrivals: when each offer was first listed, and which of them wait for approval under a policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pyroaring import BitMap

from llmanac.clock import Clock
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.rules.policies.store import Approval, ArrivalStore

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""When offers were first seen that were there when this was first recorded: before any policy."""


class Arrivals:
    """Remembers when offers were first listed. Used from one event loop; ``waiting`` from threads, too."""

    def __init__(self, store: ArrivalStore, reader: Reader, *, clock: Clock) -> None:
        self._store = store
        self._reader = reader
        self._clock = clock
        self._first_seen: Mapping[str, datetime] = {}
        self._approvals: Mapping[str, Mapping[str, Approval]] = {}
        self._followed: Edition | None = None

    async def follow(self) -> None:
        """Record the offers that the served edition is the first to have. Raises StorageError."""
        edition = self._reader.edition
        if edition is self._followed:
            return
        self._first_seen = await self._store.first_seen()
        new = [id_ for id_ in edition.ids if id_ not in self._first_seen]
        if new:
            at = self._clock() if self._first_seen else ALWAYS
            await self._store.add(new, at=at)
            self._first_seen = await self._store.first_seen()
        self._followed = edition

    async def read_approvals(self) -> None:
        """Read who was let in. Raises StorageError."""
        self._approvals = await self._store.approvals()

    def approvals(self, policy: str) -> Mapping[str, Approval]:
        """The approvals under a policy, by offer."""
        return self._approvals.get(policy, {})

    def first_seen(self, offer: str) -> datetime | None:
        """When an offer was first listed; None for one that has arrived since this was last recorded."""
        return self._first_seen.get(offer)

    def waiting(self, policy: str, edition: Edition, *, since: datetime) -> BitMap:
        """The numbers of offers that were first seen after a time, and that nobody has approved under a policy.

        An offer of which nothing is recorded has just arrived.
        """
        first_seen, approved = self._first_seen, self.approvals(policy)
        return BitMap(
            [
                number
                for number, id_ in enumerate(edition.ids)
                if id_ not in approved and ((seen := first_seen.get(id_)) is None or seen > since)
            ]
        )
