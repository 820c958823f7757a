"""How fresh an answer is, in its headers, as structured fields (RFC 9651).

    Last-Modified: Mon, 23 Nov 2026 06:00:00 GMT
    LLManac-Snapshot: "82a7aa91a6e7ed64"
    LLManac-Sources: models.dev;date="2026-11-23";checked=@1795416000, litellm;date="2026-11";stale

With the Date that every answer has, Last-Modified tells the snapshot's age, wherever the answer was kept meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac.http.requester import Headers
from llmanac.service.refresh.freshness import Freshness, SourceFreshness

GOOD = frozenset({200, 304})

SNAPSHOT = "LLManac-Snapshot"
SOURCES = "LLManac-Sources"
IS_PAST = "is_past"
"""In a request's state: its answer is of a day that was asked for."""
NAMES = ("Last-Modified", SNAPSHOT, SOURCES)


class FreshnessHeaders:
    """The headers of now: made once for as long as nothing changes, so that giving them costs nothing."""

    def __init__(self, look: Callable[[], Freshness]) -> None:
        self._look = look
        self._of: Freshness | None = None
        self._headers: Headers = []

    def __call__(self) -> Headers:
        freshness = self._look()
        if freshness is not self._of:
            self._of, self._headers = freshness, headers_of(freshness)
        return self._headers


class FreshnessMiddleware:
    """Tells with every good answer about the catalog how fresh it is; an answer about the past never gets fresher.

    Which that is, whoever answers says with ``mark_past``.
    """

    def __init__(self, app: ASGIApp, *, headers: Callable[[], Headers], paths: tuple[str, ...]) -> None:
        """``paths`` are beginnings of addresses."""
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
            # Where another snapshot has come meanwhile, nobody here knows which of them the answer is from.
            is_known = self._headers() is headers and IS_PAST not in state
            if message["type"] == "http.response.start" and message["status"] in GOOD and is_known:
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._app(scope, receive, send_fresh)


def mark_past(scope: Scope) -> None:
    """The answer to this request is of a day that was asked for."""
    scope.setdefault("state", {})[IS_PAST] = True


def headers_of(freshness: Freshness) -> Headers:
    """What an answer says of its freshness."""
    sources = ", ".join(map(_member, freshness.sources))
    return [
        (b"last-modified", format_datetime(freshness.modified_at.replace(microsecond=0), usegmt=True).encode("ascii")),
        (SNAPSHOT.lower().encode("ascii"), f'"{freshness.snapshot}"'.encode("ascii")),
        (SOURCES.lower().encode("ascii"), sources.encode("ascii")),
    ]


def _member(source: SourceFreshness) -> str:
    checked = f";checked=@{int(source.checked_at.timestamp())}" if source.checked_at else ""
    return f'{source.name};date="{source.date}"{checked}{";stale" if source.is_stale else ""}'
