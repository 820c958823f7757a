"""Policies: who may see and call what, and the new arrivals that wait for approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from llmanac_client import schemas
from llmanac_client.call import Call
from llmanac_client.json_format import Decoded, read_nothing
from llmanac_client.operation import AnyConnection_co, Resource, operation
from llmanac_client.resources.described import PAGE, ask, create, get, precondition

POLICIES = "/api/v1/policies"
POLICY = f"{POLICIES}/{{name}}"

PolicyDocument: TypeAlias = schemas.Policy | Mapping[str, Any]
"""A policy, or the same as a mapping, such as a file of TOML is read as."""


class PolicyOperations(Resource[AnyConnection_co]):
    """The policies of the server."""

    @operation
    def list(self) -> Call[schemas.PolicyList]:
        """List policies, and what cannot be read."""
        return get(POLICIES, schemas.PolicyList)

    @operation
    def show(self, name: str) -> Call[schemas.PolicyState]:
        """One policy, with its version."""
        return get(POLICY, schemas.PolicyState, names={"name": name})

    @operation
    def versions(self, name: str, *, limit: int = 20) -> Call[schemas.PolicyVersions]:
        """The versions of one, the newest first."""
        return get(f"{POLICY}/versions", schemas.PolicyVersions, names={"name": name}, query={"limit": limit})

    @operation
    def create(
        self, policy: PolicyDocument, *, allow_nothing: bool = False, idempotency_key: str | None = None
    ) -> Call[schemas.PolicyState]:
        """Create one; ``allow_nothing`` if it may hide everything. Raises AlreadyExists."""
        query = {"allow_nothing": allow_nothing}
        return create(POLICIES, schemas.PolicyState, policy, key=idempotency_key, query=query)

    @operation
    def replace(
        self,
        name: str,
        policy: PolicyDocument,
        *,
        version: int | None = None,
        is_new: bool = False,
        allow_nothing: bool = False,
    ) -> Call[schemas.PolicyState]:
        """Replace one, or create it. Raises WriteConflict where it has not this version, or is not new as it should."""
        return Call(
            "PUT",
            POLICY,
            Decoded(schemas.PolicyState),
            names={"name": name},
            query={"allow_nothing": allow_nothing},
            body=policy,
            headers=precondition(version, is_new=is_new),
        )

    @operation
    def delete(self, name: str, *, version: int | None = None) -> Call[None]:
        """Delete one that no live token names; its versions are kept."""
        return Call("DELETE", POLICY, read_nothing, names={"name": name}, headers=precondition(version))

    @operation
    def apply(self, request: schemas.PoliciesRequest | Mapping[str, Any]) -> Call[schemas.PolicyList]:
        """Write several, all of them or none."""
        return Call("PUT", POLICIES, Decoded(schemas.PolicyList), body=request)

    @operation
    def preview(self, policy: PolicyDocument) -> Call[schemas.PolicyPreview]:
        """What one would show, and what each rule hides; nothing is kept."""
        return ask(f"{POLICIES}/preview", schemas.PolicyPreview, policy)

    @operation
    def review_access(self, request: schemas.ReviewRequest) -> Call[schemas.AccessReview]:
        """What a token, or whoever has these claims, sees."""
        return ask(f"{POLICIES}/access-review", schemas.AccessReview, request)

    @operation
    def arrivals(self, name: str, *, limit: int = PAGE) -> Call[schemas.ArrivalList]:
        """The new arrivals that wait for approval under a policy."""
        return get(f"{POLICY}/arrivals", schemas.ArrivalList, names={"name": name}, query={"limit": limit})

    @operation
    def approvals(self, name: str, *, limit: int = PAGE) -> Call[schemas.ApprovalList]:
        """What was approved under a policy."""
        return get(f"{POLICY}/approvals", schemas.ApprovalList, names={"name": name}, query={"limit": limit})

    @operation
    def approve(self, name: str, request: schemas.ApprovalRequest) -> Call[schemas.ApprovalList]:
        """Approve new arrivals."""
        return Call("POST", f"{POLICY}/approvals", Decoded(schemas.ApprovalList), names={"name": name}, body=request)

    @operation
    def withdraw(self, name: str, ids: Sequence[str]) -> Call[None]:
        """Take back approvals."""
        body = schemas.WithdrawalRequest(ids=tuple(ids))
        return Call("POST", f"{POLICY}/approvals/withdraw", read_nothing, names={"name": name}, body=body)
