"""When a request is sent again, and after how long."""

from __future__ import annotations

import random
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from msgspec import Struct

from llmanac_client.call import READS, Call
from llmanac_client.errors import APIError, ClientError, TransportError

GATEWAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
"""Statuses of which a request that is sent later may hear nothing."""


class Retries(Struct, frozen=True, kw_only=True):
    """How often a request is sent again, and how long is waited before.

    Only what does no harm is sent again: whatever has not reached the server or was refused for a limit (429); and,
    where the server cannot be reached in the middle or a gateway says so (502, 503, 504), reads and those writes that
    may be repeated. Before it passes what ``Retry-After`` asks for, or else a random part of a span that doubles.
    """

    attempts: int = 3
    """The most times that a request is sent; 1 for no retries."""
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    """The longest wait. A server that asks for a longer one is not asked again."""
    random: Callable[[], float] = random.random
    """A number from 0 to 1 by chance, so that clients do not return all at once."""

    def wait_s(self, error: ClientError, call: Call[Any], *, attempt: int) -> float | None:
        """The seconds until the call is sent again after its ``attempt``-th error; None where it is not."""
        if attempt >= self.attempts or call.is_spent or not _may_help(error, call):
            return None
        asked_for = error.retry_after_s if isinstance(error, APIError) else None
        if asked_for is None:
            return float(min(self.first_wait_s * 2 ** (attempt - 1), self.longest_wait_s) * self.random())
        # Never before its time; later by chance, so that not all who were refused come back together.
        wait = asked_for + self.first_wait_s * self.random()
        return wait if wait <= self.longest_wait_s else None


def _may_help(error: ClientError, call: Call[Any]) -> bool:
    is_repeatable = call.is_repeatable or call.method in READS
    if isinstance(error, TransportError):
        return error.is_unsent or is_repeatable
    if isinstance(error, APIError):
        return error.code == HTTPStatus.TOO_MANY_REQUESTS or (error.code in GATEWAY and is_repeatable)
    return False
