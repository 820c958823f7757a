"""The services that the HTTP application is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from opentelemetry.trace import Tracer
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

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
from llmanac.service.rules.overlays.overlays import Overlays
from llmanac.service.rules.policies.access import Door, OpenDoor
from llmanac.service.rules.policies.policies import Policies
from llmanac.user_agent import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services and options of the application."""

    reader: Reader
    authenticator: Authenticator
    door: Door = field(default_factory=OpenDoor)
    """Gives everyone the edition that they may see."""
    archive: Archive | None = None
    """The past; without it, requests about the past get 404."""
    refresh_runner: RefreshRunner | None = None
    freshness: Callable[[], Freshness] | None = None
    """The freshness of the edition that the reader holds at the moment."""
    pages: Callable[[], Sequence[BaseRoute]] = tuple
    """A maker of the routes of the web pages, which come after those of the API."""
    agents: Callable[[ASGIApp], Sequence[BaseRoute]] = lambda _: ()
    """A maker of the routes of agents, which ask the application that it is given."""
    dialects: tuple[Dialect, ...] = DIALECTS
    """The formats of the catalog's lists; the reader's editions must be built for them."""
    cors_origins: tuple[str, ...] = ()
    response_capacity: int = 0
    """Bytes of memory for cached responses."""
    limits: RateLimits = field(default_factory=lambda: RateLimits(addresses=ClientAddress()))
    metrics: RequestMetrics = field(default_factory=RequestMetrics)
    access_log: AccessLog = AccessLog.NOTABLE
    tracer: Tracer | None = None
    minimum_client_version: Version | None = None
    tokens: Tokens | None = None
    """Needed, with the next four, by the operations on tokens, overlays, policies and the audit log."""
    overlays: Overlays | None = None
    policies: Policies | None = None
    audit: AuditStore | None = None
    idempotency: Idempotency | None = None
    clock: Clock = system_clock
    is_draining: Callable[[], bool] = lambda: False
    """Whether the server is about to stop, which readiness reports to load balancers."""
