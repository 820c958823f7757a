"""The port of arrivals and approvals, which ``storage`` implements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from llmanac.service.access.audit import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """That a person let a new arrival in under a policy."""

    at: datetime
    author: str
    """The name of the token or the person."""
    reason: str | None = None


class ArrivalStore(Protocol):
    """Keeps when each offer was first listed, and who approved it. Each method may raise StorageError."""

    async def first_seen(self) -> Mapping[str, datetime]:
        """When each offer was first listed, by its id."""

    async def add(self, offers: Collection[str], *, at: datetime) -> None:
        """Keep that these offers were first listed at a time; of those that are known, the earlier time stays."""

    async def approvals(self) -> Mapping[str, Mapping[str, Approval]]:
        """The approvals under each policy, by offer id."""

    async def approve(
        self, policy: str, offers: Collection[str], approval: Approval, *, entry: AuditEntry | None = None
    ) -> None:
        """Approve offers under a policy; what was approved before stays as it is. Counts as a change of resources."""

    async def withdraw(self, policy: str, offers: Collection[str], *, entry: AuditEntry | None = None) -> None:
        """Take back approvals under a policy. Counts as a change of resources."""
