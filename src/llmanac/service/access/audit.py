"""The audit log: an entry for each write, kept in the same transaction as the write itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope


@dataclass(frozen=True, slots=True)
class Author:
    """The principal behind a write, and the id of its request."""

    principal: Principal
    request_id: str | None = None

    def entry(self, action: str, subject: str, *, at: datetime, detail: str = "") -> AuditEntry:
        """Build the audit log entry of a write by this author."""
        return AuditEntry(
            at=at,
            author=self.principal.key,
            author_name=self.principal.name,
            action=action,
            subject=subject,
            detail=detail,
            request_id=self.request_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One write, as the audit log records it. Never holds a secret: ids and names, not tokens."""

    at: datetime
    author: str
    """The id of a token; for a principal without one, its name."""
    author_name: str
    action: str
    """A noun and a verb: ``token.create``."""
    subject: str
    """The id of what was written."""
    detail: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry with its number in the log."""

    number: int
    entry: AuditEntry


def local_author(name: str) -> Author:
    """An author on the machine itself, with every right: it could write to the database anyway."""
    return Author(Principal(None, name, frozenset({Scope.ADMIN})))


COMMAND_LINE = local_author("command line")
FIRST_START = local_author("first start")
