"""A connection to a server that runs the steps of an exchange and waits for each."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx2

from llmanac_client.call import Call
from llmanac_client.exchange import Result, Send, Step
from llmanac_client.http_steps import Options, exchange_with, failure_of, reply_of, uses_tls

T = TypeVar("T")


class Connection:
    """A connection to a server that runs calls one after another, in each thread that uses it."""

    def __init__(self, url: str, *, transport: httpx2.BaseTransport | None = None, **options: Unpack[Options]) -> None:
        """``transport`` is an httpx2 transport in place of the network. Raises InvalidAddress and MalformedToken."""
        self._exchange = exchange_with(url, options)
        self._http = httpx2.Client(transport=transport, verify=uses_tls(url))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._exchange.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open to the server."""
        self._http.close()

    def run(self, call: Call[T]) -> T:
        """The value of a call. Raises ClientError."""
        steps = self._exchange.steps(call)
        result: Result = None
        while True:
            try:
                step = steps.send(result)
            except StopIteration as end:
                value: T = end.value
                return value
            result = self._do(step)

    def _do(self, step: Step) -> Result:
        if not isinstance(step, Send):
            time.sleep(step.seconds)
            return None
        try:
            response = self._http.request(
                step.method, step.url, headers=step.headers, content=step.content, timeout=step.timeout_s
            )
        except httpx2.HTTPError as error:
            return failure_of(error, step, server=self._exchange.url)
        return reply_of(response)
