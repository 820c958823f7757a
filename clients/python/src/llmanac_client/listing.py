"""Lists that a server answers page by page, as iterables: the pages are asked for when they are reached."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs

from msgspec.structs import replace

from llmanac_client.async_connection import AsyncConnection
from llmanac_client.call import Call, PagedCall, Reply
from llmanac_client.connection import Connection

Page = TypeVar("Page")
Item = TypeVar("Item")

NEXT = re.compile(r'<[^<>?]*\?([^<>]*)>\s*;\s*rel="?next"?')
"""The query of the link to the next page. Its address is that of the list, also behind a proxy that knows another."""


class Listing(Generic[Page, Item]):
    """A list. Each iteration asks the server anew; ``first_page`` has what stands beside the items, such as totals."""

    def __init__(self, connection: Connection, call: PagedCall[Page, Item]) -> None:
        self._connection = connection
        self._call = call

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from self._call.items(page)

    def pages(self) -> Iterator[Page]:
        """The pages, one after another."""
        call: Call[Page] | None = self._call.first
        while call is not None:
            page, call = self._connection.run(_with_next(self._call, call))
            yield page

    def first_page(self) -> Page:
        """The first page alone."""
        return self._connection.run(self._call.first)


class AsyncListing(Generic[Page, Item]):
    """A list. Each iteration asks the server anew; ``first_page`` has what stands beside the items, such as totals."""

    def __init__(self, connection: AsyncConnection, call: PagedCall[Page, Item]) -> None:
        self._connection = connection
        self._call = call

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in self._call.items(page):
                yield item

    async def pages(self) -> AsyncIterator[Page]:
        """The pages, one after another."""
        call: Call[Page] | None = self._call.first
        while call is not None:
            page, call = await self._connection.run(_with_next(self._call, call))
            yield page

    async def first_page(self) -> Page:
        """The first page alone."""
        return await self._connection.run(self._call.first)


def _with_next(paged: PagedCall[Page, Any], call: Call[Page]) -> Call[tuple[Page, Call[Page] | None]]:
    """The same call, whose value is the page and the call for the one after it."""

    def read(reply: Reply) -> tuple[Page, Call[Page] | None]:
        following = NEXT.search(reply.headers.get("link", ""))
        return call.read(reply), None if following is None else paged.after(
            parse_qs(following[1], keep_blank_values=True)
        )

    return replace(call, read=read)  # type: ignore[arg-type]  # -- the type of a call is that of what it reads
