"""Dependencies of routes: the principal of a request, and the scope that it must hold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.http.requester import requester_of
from llmanac.service.access.audit import Author


async def authenticate(request: Request) -> Principal:
    """The principal of a request. Raises AuthenticationFailed."""
    return await requester_of(request.scope).verify()


BEARER = HTTPBearer(
    auto_error=False, description="A token, or a JWT of the organisation: `Authorization: Bearer llma_…`"
)
API_KEY = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same token in a header of its own")


def require(scope: Scope) -> Callable[..., Awaitable[Principal]]:
    """A dependency on a principal with this scope, which the OpenAPI document lists for the operation."""
    bearer, key = (Security(scheme, scopes=[scope.value]) for scheme in (BEARER, API_KEY))

    async def principal_with_scope(
        principal: Annotated[Principal, Depends(authenticate)], _bearer: object = bearer, _key: object = key
    ) -> Principal:
        principal.require(scope)
        return principal

    return principal_with_scope


async def author(request: Request) -> Author:
    """The author of a write, for the audit log. Raises AuthenticationFailed."""
    return Author(await authenticate(request), getattr(request.state, "request_id", None))
