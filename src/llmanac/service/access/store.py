"""The ports of access: the stores of tokens and of the audit log, which ``storage`` implements."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from llmanac.auth.token import TokenId
from llmanac.auth.token_record import TokenRecord
from llmanac.auth.verifier import TokenSource
from llmanac.service.access.audit import AuditEntry, NumberedEntry


class TokenStore(TokenSource, Protocol):
    """Keeps tokens for good: none is ever deleted. Each method may raise StorageError.

    A name belongs to at most one token that is neither revoked nor expired. Once a method has returned, what
    it wrote is durable, and seen by every process that shares the store. The audit entry of a write is kept
    with it or, where nothing is written, not at all.
    """

    async def add(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Keep a new token; False where a live token had its name when this one was created."""

    async def add_first(self, record: TokenRecord, *, entry: AuditEntry | None = None) -> bool:
        """Keep a new token if there has never been one; of several processes that try at once, one gets True."""

    async def replace(
        self, token_id: TokenId, successor: TokenRecord, *, until: datetime, entry: AuditEntry | None = None
    ) -> bool:
        """Replace a live token by one that takes its name; the old one stays valid until ``until`` at the latest.

        False where the token is unknown, or was not live when its successor was created.
        """

    async def revoke(self, token_id: TokenId, *, at: datetime, entry: AuditEntry | None = None) -> TokenRecord | None:
        """Revoke a token and return it, unchanged if it was revoked before; None where there is no such token."""


class AuditStore(Protocol):
    """Reads the audit log; may raise StorageError."""

    async def newest(self, limit: int, *, below: int | None = None) -> tuple[NumberedEntry, ...]:
        """The newest entries, newest first; those with numbers below ``below`` where it is given."""
