"""A connection to a server that runs the steps of an exchange and awaits each."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx2

from llmanac_client.call import Call
from llmanac_client.exchange import Result, Send, Step
from llmanac_client.http_steps import Options, exchange_with, failure_of, reply_of, uses_tls

T = TypeVar("T")


class AsyncConnection:
    """A connection to a server that runs calls beside one another, in one asyncio event loop."""

    def __init__(
        self, url: str, *, transport: httpx2.AsyncBaseTransport | None = None, **options: Unpack[Options]
    ) -> None:
        """``transport`` is an httpx2 transport in place of the network. Raises InvalidAddress and MalformedToken."""
        self._exchange = exchange_with(url, options)
        self._http = httpx2.AsyncClient(transport=transport, verify=uses_tls(url))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._exchange.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close what is open to the server."""
        await self._http.aclose()

    async def run(self, call: Call[T]) -> T:
        """The value of a call. Raises ClientError."""
        steps = self._exchange.steps(call)
        result: Result = None
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            result = await self._do(step)

    async def _do(self, step: Step) -> Result:
        if not isinstance(step, Send):
            await asyncio.sleep(step.seconds)
            return None
        try:
            response = await self._http.request(
                step.method, step.url, headers=step.headers, content=step.content, timeout=step.timeout_s
            )
        except httpx2.HTTPError as error:
            return failure_of(error, step, server=self._exchange.url)
        return reply_of(response)
