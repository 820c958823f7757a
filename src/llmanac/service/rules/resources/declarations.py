"""The documents of one kind that are declared in an installation: in the store, and in files that are followed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, Generic

from llmanac.errors import InvalidParameters
from llmanac.service.rules.resources.followed_files import Document, FollowedFiles
from llmanac.service.rules.resources.resource import Resource, ResourceKind
from llmanac.service.rules.resources.store import ResourceStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(Generic[Document]):
    """A document, who wrote it, and where it is declared."""

    document: Document
    author: str
    """The name of the token or person, or of the file."""
    written_at: datetime
    created_at: datetime
    """When its name was first written; of a file's, when the file was."""
    version: int | None
    """None where a file declares it."""
    file: str | None
    """None where the store does."""


class Declarations(Generic[Document]):
    """Every document of a kind. Of one name, a file's is declared, and not the store's. Used from one event loop."""

    def __init__(
        self,
        store: ResourceStore,
        kind: ResourceKind,
        read: Callable[[Mapping[str, Any]], Document],
        *,
        files: FollowedFiles[Document] | None = None,
    ) -> None:
        """``read`` makes a document of its parsed JSON, as ``rules.documents.read_overlay`` does."""
        self._store = store
        self._kind = kind
        self._read: Callable[[Mapping[str, Any]], Document] = read
        self._files: FollowedFiles[Document] | None = files
        self._looking = asyncio.Lock()
        self._changes: int | None = None
        self._stored: Mapping[str, Declaration[Document]] = {}
        self.all: Mapping[str, Declaration[Document]] = {}
        """The declarations, by name."""
        self.unreadable: Mapping[str, str] = {}
        """The reason that a document of the store cannot be read, by its name."""

    @property
    def in_files(self) -> Mapping[str, str]:
        """The file of each document that a file declares, by name."""
        return {it.document.name: it.file for it in self._files.documents} if self._files else {}

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of documents of the store in whose place a file's are."""
        return tuple(name for name in self._stored if name in self.in_files)

    @property
    def trouble(self) -> str | None:
        """The reason that the files cannot be read as they are now, so that an earlier reading holds; else None."""
        return self._files.trouble if self._files else None

    async def open(self) -> None:
        """Read everything for the first time. Raises ConfigurationError for files, and StorageError."""
        if self._files is not None:
            await asyncio.to_thread(self._files.open)
        await self._read_store()
        self._combine()

    async def look(self) -> bool:
        """Read what has changed; True if anything has, in the store or in files. Raises StorageError."""
        async with self._looking:
            has_changed = await self._read_store()
            if self._files is not None:
                has_changed |= await asyncio.to_thread(self._files.look)
            if has_changed:
                self._combine()
            return has_changed

    async def _read_store(self) -> bool:
        """Read the store, if anything in it has changed, and return whether it had."""
        changes = await self._store.changes()
        if changes == self._changes:
            return False
        # Read after the number: a change in between is read now, and again next time.
        resources = await self._store.all(self._kind)
        unreadable: dict[str, str] = {}
        # A document of thousands of rules takes longer to read than a request may wait.
        self._stored = await asyncio.to_thread(lambda: dict(self._readable(resources, unreadable)))
        self.unreadable = unreadable
        self._changes = changes
        return True

    def _combine(self) -> None:
        of_files = {
            it.document.name: Declaration(
                document=it.document,
                author=PurePath(it.file).name,  # whoever reads the catalog may read it
                written_at=it.written_at,
                created_at=it.written_at,
                version=None,
                file=it.file,
            )
            for it in (self._files.documents if self._files else ())
        }
        self.all = {**self._stored, **of_files}

    def _readable(
        self, resources: Sequence[Resource], unreadable: dict[str, str]
    ) -> Iterator[tuple[str, Declaration[Document]]]:
        """The documents of resources; of those that cannot be read, the reason is put into ``unreadable``."""
        for it in resources:
            known = self._stored.get(it.name)
            try:
                if known is not None and known.version == it.version:
                    document = known.document
                else:
                    document = self._read(json.loads(it.content))
            except InvalidParameters as error:
                unreadable[it.name] = error.detail
                logger.error("The %s %s cannot be read: %s", self._kind, it.name, error.detail)  # noqa: TRY400 -- a traceback would add nothing
                continue
            yield (
                it.name,
                Declaration(
                    document=document,
                    author=it.updated_by,
                    written_at=it.updated_at,
                    created_at=it.created_at,
                    version=it.version,
                    file=None,
                ),
            )
