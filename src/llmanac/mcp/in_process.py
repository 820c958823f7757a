"""A connection to an application in this process: its requests are sent nowhere."""

from __future__ import annotations

import httpx2
from starlette.types import ASGIApp

from llmanac_client.async_connection import AsyncConnection
from llmanac_client.retries import Retries

ADDRESS = "http://llmanac"
ONCE = Retries(attempts=1)
"""An agent is told at once, and decides."""


def connect_in_process(app: ASGIApp) -> AsyncConnection:
    """A connection to an application that answers without the network."""
    return AsyncConnection(ADDRESS, transport=httpx2.ASGITransport(app), retries=ONCE, cache_bytes=0)
