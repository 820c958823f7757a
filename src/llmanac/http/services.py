"""What the application needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from opentelemetry.trace import Tracer
from starlette.routing import BaseRoute

from llmanac.auth.authenticator import Authenticator
from llmanac.clock import Clock, system_clock
from llmanac.dialects.dialect import Dialect
from llmanac.dialects.table import DIALECTS
from llmanac.http.middleware.access_log import AccessLog
from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.middleware.metrics import RequestMetrics
from llmanac.http.middleware.rate_limits import RateLimits
from llmanac.service.access.idempotency import Idempotency
from llmanac.service.access.store import AuditStore
from llmanac.service.access.tokens import Tokens
from llmanac.service.archive import Archive
from llmanac.service.editions.reader import Reader
from llmanac.service.refresh.freshness import Freshness
from llmanac.service.refresh.runner import RefreshRunner
from llmanac.user_agent import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the application needs from outside."""

    reader: Reader
    authenticator: Authenticator
    archive: Archive | None = None
    """The past; without it, questions about it are answered with 404."""
    refresh_runner: RefreshRunner | None = None
    freshness: Callable[[], Freshness] | None = None
    """Of what the reader serves at this moment."""
    pages: Callable[[], Sequence[BaseRoute]] = tuple
    """Makes the routes for people; they come after everything that is for programs."""
    dialects: tuple[Dialect, ...] = DIALECTS
    """Formats in which the catalog is listed, each at its address; what the reader serves has been made for them."""
    cors_origins: tuple[str, ...] = ()
    answer_capacity: int = 0
    """Bytes of memory for ready answers."""
    limits: RateLimits = field(default_factory=lambda: RateLimits(addresses=ClientAddress()))
    metrics: RequestMetrics = field(default_factory=RequestMetrics)
    access_log: AccessLog = AccessLog.NOTABLE
    tracer: Tracer | None = None
    minimum_client_version: Version | None = None
    tokens: Tokens | None = None
    """Together with the next two; without them, nobody may do what needs them."""
    audit: AuditStore | None = None
    idempotency: Idempotency | None = None
    clock: Clock = system_clock
    is_draining: Callable[[], bool] = lambda: False
    """The server is about to stop, and balancers should know."""
