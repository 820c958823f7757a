"""Overlays: what the organisation knows better than the sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from llmanac_client import schemas
from llmanac_client.call import Call
from llmanac_client.json_format import Decoded, read_nothing
from llmanac_client.operation import AnyConnection_co, Resource, operation
from llmanac_client.resources.described import ask, create, get, precondition

OVERLAYS = "/api/v1/overlays"
OVERLAY = f"{OVERLAYS}/{{name}}"

OverlayDocument: TypeAlias = schemas.Overlay | Mapping[str, Any]
"""An overlay, or the same as a mapping, such as a file of TOML is read as."""


class OverlayOperations(Resource[AnyConnection_co]):
    """The overlays of the server."""

    @operation
    def list(self) -> Call[schemas.OverlayList]:
        """List overlays, and what becomes of their rules."""
        return get(OVERLAYS, schemas.OverlayList)

    @operation
    def show(self, name: str) -> Call[schemas.OverlayState]:
        """One overlay, with its version."""
        return get(OVERLAY, schemas.OverlayState, names={"name": name})

    @operation
    def versions(self, name: str, *, limit: int = 20) -> Call[schemas.OverlayVersions]:
        """The versions of one, the newest first."""
        return get(f"{OVERLAY}/versions", schemas.OverlayVersions, names={"name": name}, query={"limit": limit})

    @operation
    def create(self, overlay: OverlayDocument, *, idempotency_key: str | None = None) -> Call[schemas.OverlayState]:
        """Create one. Raises AlreadyExists."""
        return create(OVERLAYS, schemas.OverlayState, overlay, key=idempotency_key)

    @operation
    def replace(
        self, name: str, overlay: OverlayDocument, *, version: int | None = None, is_new: bool = False
    ) -> Call[schemas.OverlayState]:
        """Replace one, or create it. Raises WriteConflict where it has not this version, or is not new as it should."""
        return Call(
            "PUT",
            OVERLAY,
            Decoded(schemas.OverlayState),
            names={"name": name},
            body=overlay,
            headers=precondition(version, is_new=is_new),
        )

    @operation
    def delete(self, name: str, *, version: int | None = None) -> Call[None]:
        """Delete one; its versions are kept. Raises WriteConflict where it has not this version."""
        return Call("DELETE", OVERLAY, read_nothing, names={"name": name}, headers=precondition(version))

    @operation
    def apply(self, request: schemas.OverlaysRequest | Mapping[str, Any]) -> Call[schemas.OverlayList]:
        """Write several, all of them or none."""
        return Call("PUT", OVERLAYS, Decoded(schemas.OverlayList), body=request)

    @operation
    def preview(self, request: schemas.PreviewRequest | Mapping[str, Any]) -> Call[schemas.OverlayPlan]:
        """What overlays would change, field by field; nothing is kept."""
        return ask(f"{OVERLAYS}/preview", schemas.OverlayPlan, request)
