"""Refreshes: when the sources were asked, what came of it, and what is held."""

from __future__ import annotations

from llmanac_client import schemas
from llmanac_client.call import Call
from llmanac_client.json_format import Decoded
from llmanac_client.operation import AnyConnection_co, Resource, operation
from llmanac_client.resources.described import get

REFRESHES = "/api/v1/refreshes"
WAIT_S = 600.0
"""The longest wait for a refresh to end."""


class RefreshOperations(Resource[AnyConnection_co]):
    """Asking the sources."""

    @operation
    def list(self, *, limit: int = 20) -> Call[schemas.RefreshList]:
        """List the last refreshes."""
        return get(REFRESHES, schemas.RefreshList, query={"limit": limit})

    @operation
    def show(self, refresh_id: str) -> Call[schemas.Refresh]:
        """The record of one, with what is held and why."""
        return get(f"{REFRESHES}/{{refresh_id}}", schemas.Refresh, names={"refresh_id": refresh_id})

    @operation
    def held(self, refresh_id: str) -> Call[schemas.HeldList]:
        """What a refresh holds, field by field beside what is served. Raises WriteConflict once that is settled."""
        return get(f"{REFRESHES}/{{refresh_id}}/held", schemas.HeldList, names={"refresh_id": refresh_id})

    @operation
    def start(self, *, wait: bool = False) -> Call[schemas.Refresh]:
        """Ask the sources now; with ``wait`` the record is that of the end."""
        return Call(
            "POST",
            REFRESHES,
            Decoded(schemas.Refresh),
            query={"wait": wait},
            timeout_s=WAIT_S if wait else None,
        )

    @operation
    def accept(self, refresh_id: str, *, wait: bool = False) -> Call[schemas.Refresh]:
        """Accept what a refresh held; with ``wait`` the record is that of the end."""
        return Call(
            "POST",
            f"{REFRESHES}/{{refresh_id}}/accept",
            Decoded(schemas.Refresh),
            names={"refresh_id": refresh_id},
            query={"wait": wait},
            timeout_s=WAIT_S if wait else None,
        )
