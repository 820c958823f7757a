"""Tokens in memory, in place of a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from llmanac.auth.token import TokenId
from llmanac.auth.token_record import TokenRecord, TokenStatus
from llmanac.service.access.audit import AuditEntry


class MemoryTokenStore:
    """A TokenStore that forgets everything when the process ends."""

    def __init__(self) -> None:
        self._records: dict[TokenId, TokenRecord] = {}
        self._changes = 0
        self._replaced: set[TokenId] = set()
        self.entries: list[AuditEntry] = []
        """The audit log."""

    async def changes(self) -> int:
        """A number that grows with every change to any token."""
        return self._changes

    async def all(self) -> tuple[TokenRecord, ...]:
        """Every token that ever was, oldest first."""
        return tuple(sorted(self._records.values(), key=lambda record: (record.created_at, record.id)))

    async def find(self, digest: bytes) -> TokenRecord | None:
        """The token with this SHA-256."""
        return next((record for record in self._records.values() if record.digest == digest), None)

    async def add(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Keep a new token, unless another held its name when this one was created."""
        now = record.created_at
        if any(
            other.name == record.name and other.status(now) is TokenStatus.LIVE and other.id not in self._replaced
            for other in self._records.values()
        ):
            return False
        self._keep(record, entry)
        return True

    async def add_first(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Keep a new token if there never was one."""
        if self._records:
            return False
        self._keep(record, entry)
        return True

    async def replace(
        self, token_id: TokenId, successor: TokenRecord, *, until: datetime, entry: AuditEntry | None = None
    ) -> bool:
        """Keep a new token in place of a live one, which gives it its name and is good until then at the longest."""
        old = self._records.get(token_id)
        if old is None or token_id in self._replaced or old.status(successor.created_at) is not TokenStatus.LIVE:
            return False
        self._replaced.add(token_id)
        self._records[token_id] = replace(old, expires_at=min(until, old.expires_at or until))
        self._keep(successor, entry)
        return True

    async def revoke(self, token_id: TokenId, *, at: datetime, entry: AuditEntry | None = None) -> TokenRecord | None:
        """The token, revoked at this time or, if it was before, as it was; None where there is no such token."""
        record = self._records.get(token_id)
        if record is None or record.revoked_at is not None:
            return record
        return self._keep(replace(record, revoked_at=at), entry)

    def _keep(self, record: TokenRecord, entry: AuditEntry | None) -> TokenRecord:
        self._records[record.id] = record
        self._changes += 1
        if entry is not None:
            self.entries.append(entry)
        return record
