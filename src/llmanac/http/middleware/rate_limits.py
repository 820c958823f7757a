"""Rate limits on HTTP: a 429 for clients over a quota, and headers that show what is left of it.

``RateLimit`` and ``RateLimit-Policy`` are structured fields of draft-ietf-httpapi-ratelimit-headers-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from llmanac import paths
from llmanac.auth.principal import ANONYMOUS, Principal
from llmanac.auth.rate_limiter import Decision, RateLimiter, whole_seconds
from llmanac.errors import UsageLimitExceeded
from llmanac.http.middleware.client_address import ClientAddress
from llmanac.http.problems import problem
from llmanac.http.requester import Headers, requester_of

TOKEN = "token"  # noqa: S105 -- the name of a policy
ADDRESS = "address"

UNLIMITED_PATHS = frozenset({paths.HEALTH, paths.READINESS})
"""Health checks must not be refused."""

TOO_MANY_FAILURES = "Too many invalid credentials came from your address. Wait before you try another."
INVALID_TOKEN = b'error="invalid_token"'
"""The mark, in a WWW-Authenticate header, of a 401 for an invalid credential."""


class ChargedRequest(NamedTuple):
    """A request charged to a quota; a tuple, since one is made for every request."""

    policy: str
    limiter: RateLimiter
    key: str
    decision: Decision

    def headers(self) -> Headers:
        """The ``RateLimit-Policy`` and ``RateLimit`` headers."""
        quota, decision = self.limiter.quota, self.decision
        name = self.policy.encode()
        return [
            (b"ratelimit-policy", b'"%b";q=%d;w=%d' % (name, quota.requests, quota.seconds)),
            (b"ratelimit", b'"%b";r=%d;t=%d' % (name, decision.remaining, whole_seconds(decision.reset_s))),
        ]

    def block(self) -> bytes:
        """These headers as lines of a head."""
        return b"ratelimit-policy: %b\r\nratelimit: %b\r\n" % tuple(value for _, value in self.headers())

    def refund(self) -> ChargedRequest:
        """Return the charge to the quota; the request as it stands then."""
        self.limiter.refund(self.key)
        return ChargedRequest(self.policy, self.limiter, self.key, self.limiter.peek(self.key))


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """The quotas in force; None where there is no limit."""

    addresses: ClientAddress
    per_token: RateLimiter | None = None
    per_address: RateLimiter | None = None
    """For requests without a valid token."""
    failures: RateLimiter | None = None
    """For invalid credentials, per address."""

    def charge(self, principal: Principal | None, scope: Mapping[str, Any]) -> ChargedRequest | None:
        """Charge this request to its sender's quota; None where there is no limit."""
        policy, limiter, key = self._account(principal, scope)
        return None if limiter is None else ChargedRequest(policy, limiter, key, limiter.charge(key))

    def peek(self, principal: Principal | None, scope: Mapping[str, Any]) -> ChargedRequest | None:
        """The state of the sender's quota, for a request that is not charged; None where there is no limit."""
        policy, limiter, key = self._account(principal, scope)
        return None if limiter is None else ChargedRequest(policy, limiter, key, limiter.peek(key))

    def _account(self, principal: Principal | None, scope: Mapping[str, Any]) -> tuple[str, RateLimiter | None, str]:
        if principal is not None and principal is not ANONYMOUS:
            return TOKEN, self.per_token, principal.key
        return ADDRESS, self.per_address, self.addresses.site(scope) if self.per_address is not None else ""


class RateLimitMiddleware:
    """Charges requests, refuses those over a limit, and refunds a 304. It needs AuthenticationMiddleware before it."""

    def __init__(self, app: ASGIApp, *, limits: RateLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED_PATHS:
            await self._app(scope, receive, send)
            return
        requester = requester_of(scope)
        principal = requester.principal
        if principal is None and requester.credential is not None and (wait := self._lockout_s(scope)):
            await problem(UsageLimitExceeded(TOO_MANY_FAILURES, retry_after_s=wait))(scope, receive, send)
            return
        charge = self._limits.charge(principal, scope)
        if charge is not None and not charge.decision.allowed:
            refusal = problem(too_much(charge))
            refusal.raw_headers.extend(charge.headers())
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, _SendWithQuota(self, scope, send, charge=charge))

    def _lockout_s(self, scope: Scope) -> float:
        """Seconds until credentials from this address are checked again; known tokens are exempt."""
        failures = self._limits.failures
        return 0.0 if failures is None else failures.peek(self._limits.addresses.site(scope)).retry_after_s

    def fail(self, scope: Scope) -> None:
        """Count an invalid credential from this address."""
        if self._limits.failures is not None:
            self._limits.failures.charge(self._limits.addresses.site(scope))


class _SendWithQuota:
    """A ``send`` that adds the quota's headers, and watches for 304s and invalid credentials."""

    def __init__(self, limits: RateLimitMiddleware, scope: Scope, send: Send, *, charge: ChargedRequest | None) -> None:
        self._limits = limits
        self._scope = scope
        self._send = send
        self._charge = charge

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = list(message.get("headers", ()))
            charge = self._charge
            if charge is not None and status == HTTPStatus.NOT_MODIFIED:
                charge = charge.refund()
            if charge is not None:
                headers += charge.headers()
            if status == HTTPStatus.UNAUTHORIZED and any(INVALID_TOKEN in value for _, value in headers):
                self._limits.fail(self._scope)
            message = {**message, "headers": headers}
        await self._send(message)


def too_much(charge: ChargedRequest) -> UsageLimitExceeded:
    """The error for a request over its quota."""
    quota = charge.limiter.quota
    whose = "your token" if charge.policy == TOKEN else "your address"
    return UsageLimitExceeded(
        f"More than {quota.requests} requests in {quota.seconds:g} s came with {whose}. "
        f"Try again in {whole_seconds(charge.decision.retry_after_s)} s.",
        retry_after_s=charge.decision.retry_after_s,
    )
