"""The application: the catalog's fast path in front, the framework behind it, one envelope around both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from llmanac import paths
from llmanac.dialects.dialect import Dialect, QueriedDialect
from llmanac.http import problems
from llmanac.http.fast.document_cache import DocumentCache
from llmanac.http.fast.fast_path import FastPath, FastPathServices
from llmanac.http.fast.response_cache import ResponseCache
from llmanac.http.lazy_app import LazyApp
from llmanac.http.middleware import freshness
from llmanac.http.middleware.access_log import AccessLog, AccessLogMiddleware, request_ids
from llmanac.http.middleware.addresses import AddressMiddleware, HeadMiddleware
from llmanac.http.middleware.authentication import AuthenticationMiddleware
from llmanac.http.middleware.client_versions import ClientVersionMiddleware
from llmanac.http.middleware.dialects import DialectMiddleware
from llmanac.http.middleware.freshness import FreshnessHeaders, FreshnessMiddleware
from llmanac.http.middleware.path_keys import PathKeyMiddleware
from llmanac.http.middleware.rate_limits import RateLimitMiddleware
from llmanac.http.middleware.security_headers import SecurityHeadersMiddleware
from llmanac.http.middleware.tracing import TracingMiddleware
from llmanac.http.server.request_cycle import FastHandler
from llmanac.http.services import Services
from llmanac.service.editions.edition import Edition


@dataclass(frozen=True, slots=True)
class Application:
    """The whole HTTP application."""

    asgi: ASGIApp
    framework: LazyApp
    fast_path: FastHandler | None = None
    """Responds to what needs no awaiting, for a server that can save the task."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.asgi(scope, receive, send)


def create_app(services: Services) -> Application:
    """The application, from the outside in: tracing, request ids, addresses, dialects, headers, errors, limits."""
    cache = ResponseCache(services.reader, capacity=services.response_capacity)
    documents = DocumentCache()
    framework = LazyApp(lambda: _build_framework(services, cache, documents))
    fresh = None if services.freshness is None else FreshnessHeaders(services.freshness)
    make_id = request_ids()
    versions = None
    app: ASGIApp = HeadMiddleware(framework)
    if fresh is not None:
        app = FreshnessMiddleware(app, headers=fresh, paths=(f"{paths.INFERENCE}/", *_addresses(services.dialects)))
    app = RateLimitMiddleware(app, limits=services.limits)
    app = AuthenticationMiddleware(app, authenticator=services.authenticator)
    if services.minimum_client_version is not None:
        app = versions = ClientVersionMiddleware(app, minimum=services.minimum_client_version)
    app = SecurityHeadersMiddleware(_with_cors(services.cors_origins, problems.ErrorBoundary(app)))
    app = DialectMiddleware(app, dialects=services.dialects)
    app = AddressMiddleware(app)
    app = AccessLogMiddleware(
        app,
        metrics=services.metrics,
        addresses=services.limits.addresses,
        make_id=make_id,
        access_log=services.access_log,
    )
    if services.tracer is not None:
        app = TracingMiddleware(app, tracer=services.tracer)
    app = PathKeyMiddleware(app)
    if services.access_log is AccessLog.ALL or services.tracer is not None:
        # Every request must be logged or traced, which the fast path has no time for.
        return Application(app, framework)
    fast_path = FastPath(
        app,
        FastPathServices(
            dialects=services.dialects,
            authenticator=services.authenticator,
            response_cache=cache,
            documents=documents,
            editions=_editions(services),
            door=services.door,
            limits=services.limits,
            metrics=services.metrics,
            make_id=make_id,
            versions=versions,
            freshness=fresh,
        ),
    )
    return Application(fast_path, framework, fast_path.respond)


def _with_cors(origins: tuple[str, ...], app: ASGIApp) -> ASGIApp:
    """The application, open to pages of these origins by CORS; without any, to those of its own alone."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "X-API-Key",
            "If-None-Match",
            "Idempotency-Key",
            "X-Request-ID",
            "MCP-Protocol-Version",
            "Mcp-Method",
            "Mcp-Name",
        ],
        expose_headers=[
            "ETag",
            "Link",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "X-Request-ID",
            *freshness.NAMES,
        ],
    )


def _editions(services: Services) -> Callable[[date | None], Edition | None]:
    """A lookup of the edition of a day; None for one that is not in memory."""
    if services.archive is not None:
        return services.archive.past.ready
    return lambda day: services.reader.edition if day is None else None


def _addresses(dialects: Iterable[Dialect]) -> Iterator[str]:
    """The addresses of dialects, up to where they have parameters."""
    for dialect in dialects:
        if isinstance(dialect, QueriedDialect):
            yield dialect.path
        yield from (it.path.partition("{")[0] for it in dialect.documents)


def _build_framework(services: Services, cache: ResponseCache, documents: DocumentCache) -> ASGIApp:
    from llmanac.http.api.router import build_framework  # noqa: PLC0415 -- takes a third of a second: see LazyApp

    return build_framework(services, cache, documents)
