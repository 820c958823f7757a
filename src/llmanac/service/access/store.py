"""What access keeps: tokens and the audit log, as ``storage`` implements it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from llmanac.auth.token import TokenId
from llmanac.auth.token_record import TokenRecord
from llmanac.auth.verifier import TokenSource
from llmanac.service.access.audit import AuditEntry, NumberedEntry


class TokenStore(TokenSource, Protocol):
    """Keeps tokens for good: none is ever deleted. Each method may raise StorageError.

    A name belongs to at most one token that is neither revoked nor expired. What a method has returned
    from is durable, and seen by every process that shares the store. The audit entry of a write is kept
    with it or, where nothing is written, not at all.
    """

    async def add(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Keep a new token, unless another held its name when this one was created; whether it was kept."""

    async def add_first(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Keep a new token if there never was one; whether it was kept, as by one of several that try at once."""

    async def replace(
        self, token_id: TokenId, successor: TokenRecord, *, until: datetime, entry: AuditEntry | None = None
    ) -> bool:
        """Keep a new token in place of a live one, which gives it its name and is good until then at the longest.

        Whether that was done: False where the token is unknown, or was not live when its successor was created.
        """

    async def revoke(self, token_id: TokenId, *, at: datetime, entry: AuditEntry | None = None) -> TokenRecord | None:
        """The token, revoked at this time or, if it was before, as it was; None where there is no such token."""


class AuditStore(Protocol):
    """Reads the audit log; may raise StorageError."""

    async def newest(self, limit: int, *, below: int | None = None) -> tuple[NumberedEntry, ...]:
        """The newest entries with numbers below this one, newest first."""
