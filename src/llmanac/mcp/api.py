"""The API as tools ask it, wherever it is."""

from __future__ import annotations

from typing import Protocol, TypeVar

from llmanac_client.call import Call

Value = TypeVar("Value")


class Api(Protocol):
    """The API under the credential of one caller."""

    async def run(self, call: Call[Value]) -> Value:
        """The value of a call. Raises ClientError."""
