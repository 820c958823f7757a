"""Freshness headers of responses about the catalog, as structured fields (RFC 9651).

    Last-Modified: Mon, 23 Nov 2026 06:00:00 GMT
    LLManac-Snapshot: "82a7aa91a6e7ed64"
    LLManac-Sources: models.dev;date="2026-11-23";checked=@1795416000, litellm;date="2026-11";stale

With the Date of every response, Last-Modified gives the age of the snapshot, wherever the response was cached.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac.http.requester import Headers
from llmanac.service.refresh.freshness import Freshness, SourceFreshness

FRESH_STATUSES = frozenset({200, 304})

SNAPSHOT = "LLManac-Snapshot"
SOURCES = "LLManac-Sources"
IS_PAST = "is_past"
"""The key in a request's state that marks its response as one about a past day."""
NAMES = ("Last-Modified", SNAPSHOT, SOURCES)


class FreshnessHeaders:
    """The current freshness headers, encoded again only when the freshness changes."""

    def __init__(self, look: Callable[[], Freshness]) -> None:
        self._look = look
        self._encoded: Freshness | None = None
        self._headers: Headers = []

    def __call__(self) -> Headers:
        freshness = self._look()
        if freshness is not self._encoded:
            self._encoded, self._headers = freshness, headers_of(freshness)
        return self._headers


class FreshnessMiddleware:
    """Adds freshness headers to successful responses about the current catalog.

    Those about the past have none: their handlers call ``mark_past``.
    """

    def __init__(self, app: ASGIApp, *, headers: Callable[[], Headers], paths: tuple[str, ...]) -> None:
        """``paths`` are path prefixes."""
        self._app = app
        self._paths = paths
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._paths):
            await self._app(scope, receive, send)
            return
        headers = self._headers()
        state = scope.setdefault("state", {})

        async def send_fresh(message: Message) -> None:
            # If another snapshot was published meanwhile, it is unknown which one the response is from.
            is_known = self._headers() is headers and IS_PAST not in state
            if message["type"] == "http.response.start" and message["status"] in FRESH_STATUSES and is_known:
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._app(scope, receive, send_fresh)


def mark_past(scope: Scope) -> None:
    """Mark the response to this request as one about a past day."""
    scope.setdefault("state", {})[IS_PAST] = True


def headers_of(freshness: Freshness) -> Headers:
    """The freshness headers, with lower-case names."""
    sources = ", ".join(map(_member, freshness.sources))
    return [
        (b"last-modified", format_datetime(freshness.modified_at.replace(microsecond=0), usegmt=True).encode("ascii")),
        (SNAPSHOT.lower().encode("ascii"), f'"{freshness.snapshot}"'.encode("ascii")),
        (SOURCES.lower().encode("ascii"), sources.encode("ascii")),
    ]


def _member(source: SourceFreshness) -> str:
    checked = f";checked=@{int(source.checked_at.timestamp())}" if source.checked_at else ""
    return f'{source.name};date="{source.date}"{checked}{";stale" if source.is_stale else ""}'
