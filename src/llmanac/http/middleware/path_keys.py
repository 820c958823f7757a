"""Keys in paths: ``/k/<token>/…`` is ``/…`` with that token, for clients that send no credential.

The key is taken out of the path before anything else sees that, so no log, metric, trace or error has it.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac.http.requester import PATH_KEY
from llmanac.paths import KEY_PREFIX


def take_key(scope: MutableMapping[str, Any]) -> None:
    """Move the key of a path, if it has one, to its place in the scope; addresses in the response begin with it."""
    path: str = scope["path"]
    if not path.startswith(KEY_PREFIX) or PATH_KEY in scope:
        return
    key, _, rest = path.removeprefix(KEY_PREFIX).partition("/")
    scope[PATH_KEY] = key
    scope["root_path"] = f"{scope.get('root_path', '')}{KEY_PREFIX}{key}"
    scope["path"] = f"/{rest}"
    scope["raw_path"] = b"/" + scope["raw_path"].split(b"/", 3)[-1] if rest else b"/"


class PathKeyMiddleware:
    """Takes keys out of paths. Whether a key is good, the Requester says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            take_key(scope)
        await self._app(scope, receive, send)
