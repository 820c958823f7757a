"""The clients: every operation of a server, with and without waiting."""

from __future__ import annotations

import os
from functools import cached_property
from types import TracebackType
from typing import Self, Unpack

import httpx2

from llmanac_client.async_connection import AsyncConnection
from llmanac_client.connection import Connection
from llmanac_client.errors import InvalidAddress
from llmanac_client.http_steps import Options
from llmanac_client.operation import AnyConnection_co
from llmanac_client.resources.catalog import CatalogOperations
from llmanac_client.resources.overlays import OverlayOperations
from llmanac_client.resources.policies import PolicyOperations
from llmanac_client.resources.refreshes import RefreshOperations
from llmanac_client.resources.server import ServerOperations
from llmanac_client.resources.tokens import TokenOperations

URL = "LLMANAC_URL"
TOKEN = "LLMANAC_TOKEN"  # noqa: S105 -- the name of a variable


class Operations(CatalogOperations[AnyConnection_co], ServerOperations[AnyConnection_co]):
    """Every operation of a server: those about models here, the others by what they are about."""

    @cached_property
    def refreshes(self) -> RefreshOperations[AnyConnection_co]:
        """When the sources were asked, and what came of it."""
        return RefreshOperations(self._connection)

    @cached_property
    def tokens(self) -> TokenOperations[AnyConnection_co]:
        """Who may do what."""
        return TokenOperations(self._connection)

    @cached_property
    def overlays(self) -> OverlayOperations[AnyConnection_co]:
        """What the organisation knows better than the sources."""
        return OverlayOperations(self._connection)

    @cached_property
    def policies(self) -> PolicyOperations[AnyConnection_co]:
        """Who may see and call what."""
        return PolicyOperations(self._connection)


class Client(Operations[Connection]):
    """A client that waits for each answer. Threads may share one.

    >>> with Client("http://127.0.0.1:8000", token="llma_…") as client:
    ...     for model in client.search("claude sonnet", capabilities=["vision"]):
    ...         print(model.id)
    """

    def __init__(self, url: str, *, transport: httpx2.BaseTransport | None = None, **options: Unpack[Options]) -> None:
        """``transport`` is an httpx2 transport in place of the network. Raises InvalidAddress and MalformedToken."""
        super().__init__(Connection(url, transport=transport, **options))

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """A client for the server that ``LLMANAC_URL`` names, with the token in ``LLMANAC_TOKEN``.

        Raises InvalidAddress, also where there is none, and MalformedToken.
        """
        return cls(_url(), **_with_token(options))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open to the server."""
        self._connection.close()


class AsyncClient(Operations[AsyncConnection]):
    """A client whose answers are awaited, in one asyncio event loop.

    >>> async with AsyncClient("http://127.0.0.1:8000", token="llma_…") as client:
    ...     async for model in client.search("claude sonnet", capabilities=["vision"]):
    ...         print(model.id)
    """

    def __init__(
        self, url: str, *, transport: httpx2.AsyncBaseTransport | None = None, **options: Unpack[Options]
    ) -> None:
        """``transport`` is an httpx2 transport in place of the network. Raises InvalidAddress and MalformedToken."""
        super().__init__(AsyncConnection(url, transport=transport, **options))

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """A client for the server that ``LLMANAC_URL`` names, with the token in ``LLMANAC_TOKEN``.

        Raises InvalidAddress, also where there is none, and MalformedToken.
        """
        return cls(_url(), **_with_token(options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close what is open to the server."""
        await self._connection.close()


def _url() -> str:
    url = os.environ.get(URL)
    if not url:
        raise InvalidAddress(f"{URL} is not set; it is the address of a server, such as http://127.0.0.1:8000.")
    return url


def _with_token(options: Options) -> Options:
    """The options with the token of the environment, where they have none."""
    return {"token": os.environ.get(TOKEN) or None, **options}
