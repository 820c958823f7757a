"""Writes documents of one kind: new ones, in place of others, several together, each with its audit entry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Generic

from llmanac.clock import Clock
from llmanac.errors import InvalidParameters, NotFound, WriteConflict
from llmanac.rules.documents import write_document
from llmanac.service.access.audit import COMMAND_LINE, AuditEntry, Author
from llmanac.service.rules.resources.followed_files import Document
from llmanac.service.rules.resources.resource import ABSENT, ResourceKind, ResourceVersion, ResourceWrite
from llmanac.service.rules.resources.store import ResourceStore

MOST_VERSIONS = 100


class ResourceWriter(Generic[Document]):
    """Writes documents of one kind; what a file declares, the file alone does. Each method may raise StorageError."""

    def __init__(
        self,
        store: ResourceStore,
        kind: ResourceKind,
        *,
        in_files: Callable[[], Mapping[str, str]],
        look: Callable[[], Awaitable[object]],
        clock: Clock,
    ) -> None:
        """``in_files`` gives the file of each document that one declares; ``look`` reads what was written."""
        self._store = store
        self._kind = kind
        self._in_files = in_files
        self._look = look
        self._clock = clock

    async def versions(self, name: str) -> tuple[ResourceVersion, ...]:
        """The versions of a document in the store, the newest first. Raises NotFound where there never was one."""
        found = await self._store.versions(self._kind, name, limit=MOST_VERSIONS)
        if not found:
            raise NotFound(f"There is no {self._kind} named {name[:64]!r} in the store.")
        return found

    async def create(self, document: Document, *, by: Author = COMMAND_LINE) -> int:
        """Keep a new document; its version. Raises AlreadyExists, and WriteConflict for a name that a file declares."""
        return await self.apply([document], expected={document.name: ABSENT}, by=by)

    async def put(self, document: Document, *, expected: int | None = None, by: Author = COMMAND_LINE) -> int:
        """Keep a document in place of the one of its name, if any; its version.

        Raises WriteConflict where it is not in the version ``expected``, or a file declares it.
        """
        wanted = {} if expected is None else {document.name: expected}
        return await self.apply([document], expected=wanted, by=by)

    async def delete(self, name: str, *, expected: int | None = None, by: Author = COMMAND_LINE) -> None:
        """Delete a document; its versions stay. Raises NotFound, and WriteConflict as ``put`` does."""
        self._refuse_files([name])
        write = ResourceWrite(kind=self._kind, name=name, content=None, expected=expected)
        await self._write([write], by)

    async def apply(
        self,
        documents: Sequence[Document],
        *,
        expected: Mapping[str, int] | None = None,
        prune: bool = False,
        by: Author = COMMAND_LINE,
    ) -> int:
        """Keep all of these documents or none, in place of those of their names; the number of the change.

        ``expected`` has the versions that some must have. With ``prune``, all others are deleted. Raises WriteConflict,
        AlreadyExists and, for two of one name, InvalidParameters.
        """
        names = [it.name for it in documents]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise InvalidParameters(f"Two are named {twice!r}.")
        self._refuse_files(names)
        wanted = expected or {}
        writes = [
            ResourceWrite(kind=self._kind, name=it.name, content=write_document(it), expected=wanted.get(it.name))
            for it in documents
        ]
        if prune:
            gone = [it for it in await self._store.all(self._kind) if it.name not in names]
            writes += [ResourceWrite(kind=self._kind, name=it.name, content=None, expected=it.version) for it in gone]
        return await self._write(writes, by)

    async def _write(self, writes: Sequence[ResourceWrite], by: Author) -> int:
        now = self._clock()
        entries = [_entry(write, by, now) for write in writes]
        number = await self._store.write(writes, at=now, author=by.principal.name, entries=entries)
        await self._look()
        return number

    def _refuse_files(self, names: Sequence[str]) -> None:
        for name in names:
            file = self._in_files().get(name)
            if file is not None:
                raise WriteConflict(f"The {self._kind} {name!r} is declared in the file {file}: change it there.")


def _entry(write: ResourceWrite, by: Author, now: datetime) -> AuditEntry:
    verb = "delete" if write.content is None else "write"
    return by.entry(f"{write.kind}.{verb}", write.name, at=now)
