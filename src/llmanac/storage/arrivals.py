"""Arrivals and approvals in a SQL database, the same code for SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from llmanac.service.access.audit import AuditEntry
from llmanac.service.rules.policies.store import Approval
from llmanac.storage import audit
from llmanac.storage.db_errors import wrap_db_errors
from llmanac.storage.resources import changing
from llmanac.storage.schema import approvals, arrivals
from llmanac.storage.transactions import writing

AT_ONCE = 1000
"""Rows or ids in one statement: databases take a limited number of parameters."""


class SqlArrivalStore:
    """An ArrivalStore on a migrated database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reader = engine
        self._writer = writing(engine)

    async def first_seen(self) -> Mapping[str, datetime]:
        """When each offer was first listed, by its id."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                rows = await connection.execute(select(arrivals.c.offer, arrivals.c.first_seen))
                return {offer: first_seen for offer, first_seen in rows}  # noqa: C416 -- rows are no pairs to mypy

    async def add(self, offers: Collection[str], *, at: datetime) -> None:
        """Keep that these offers were first listed at a time, where nothing is known of them."""
        with wrap_db_errors():
            async with self._writer.begin() as connection:
                for part in _parts(sorted(offers)):
                    found = await connection.execute(select(arrivals.c.offer).where(arrivals.c.offer.in_(part)))
                    known = {offer for (offer,) in found}
                    rows = [{"offer": offer, "first_seen": at} for offer in part if offer not in known]
                    if rows:
                        await connection.execute(insert(arrivals), rows)

    async def approvals(self) -> Mapping[str, Mapping[str, Approval]]:
        """The approvals under each policy, by offer id."""
        with wrap_db_errors():
            async with self._reader.connect() as connection:
                found: defaultdict[str, dict[str, Approval]] = defaultdict(dict)
                for row in await connection.execute(select(approvals)):
                    found[row.policy][row.offer] = Approval(at=row.at, author=row.author, reason=row.reason)
                return found

    async def approve(
        self, policy: str, offers: Collection[str], approval: Approval, *, entry: AuditEntry | None = None
    ) -> None:
        """Approve offers under a policy; what was approved before stays as it is."""
        async with changing(self._writer) as connection:
            found = await connection.execute(select(approvals.c.offer).where(approvals.c.policy == policy))
            known = {offer for (offer,) in found}
            for part in _parts(sorted(set(offers) - known)):
                rows = [{"policy": policy, "offer": offer, "reason": approval.reason} for offer in part]
                await connection.execute(
                    insert(approvals), [{**row, "at": approval.at, "author": approval.author} for row in rows]
                )
            await audit.record(connection, entry)

    async def withdraw(self, policy: str, offers: Collection[str], *, entry: AuditEntry | None = None) -> None:
        """Take back approvals under a policy."""
        async with changing(self._writer) as connection:
            for part in _parts(sorted(offers)):
                of_offers = (approvals.c.policy == policy, approvals.c.offer.in_(part))
                await connection.execute(delete(approvals).where(*of_offers))
            await audit.record(connection, entry)


def _parts(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
