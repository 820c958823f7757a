"""The port of resources, which ``storage`` implements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from llmanac.service.access.audit import AuditEntry
from llmanac.service.rules.resources.resource import Resource, ResourceKind, ResourceVersion, ResourceWrite


class ResourceStore(Protocol):
    """Keeps resources with all of their versions. Each method may raise StorageError.

    Once ``write`` has returned, what it wrote is durable, and seen by every process that shares the store.
    """

    async def changes(self) -> int:
        """The number of the last change of any resource; while it stays, nothing need be read again."""

    async def all(self, kind: ResourceKind) -> tuple[Resource, ...]:
        """The resources of a kind, by name."""

    async def find(self, kind: ResourceKind, name: str) -> Resource | None:
        """The resource of this name; None where there is none."""

    async def versions(self, kind: ResourceKind, name: str, *, limit: int) -> tuple[ResourceVersion, ...]:
        """The newest versions of a resource, the newest first; also of one that was deleted."""

    async def write(
        self, writes: Sequence[ResourceWrite], *, at: datetime, author: str, entries: Sequence[AuditEntry] = ()
    ) -> int:
        """Write documents, all of them or none, with their audit entries; the number of the change.

        Raises AlreadyExists, WriteConflict, and NotFound for one to be deleted, each with the name and its version.
        """
