"""A call: one request to a server, described apart from how it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

T = TypeVar("T")
Item = TypeVar("Item")

READS = frozenset({"GET", "HEAD"})


class Reply(Struct, frozen=True):
    """A response as it came: its status, its headers by their names in lower case, and its bytes."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Call(Struct, Generic[T], frozen=True):
    """One request of an operation, and how to read what it answers."""

    method: str
    path: str
    """The path, as the OpenAPI document writes it: ``/api/v1/tokens/{token_id}``."""
    read: Callable[[Reply], T]
    """Turns the reply to a request that succeeded into its value. Raises UnreadableResponse."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The values of the parameters in the path."""
    query: Mapping[str, Any] = field(default_factory=dict)
    """The parameters of the query string; those that are None are left out."""
    body: object = None
    """The value that is sent as JSON; None for no body. Bytes are sent as they are, and so is, piece by piece and once,
    what an iterator gives: a ``Connection`` takes it, and an ``AsyncConnection`` an asynchronous one.
    """
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float | None = None
    """The longest wait for the next bytes of the response, where it is not the connection's."""
    is_repeatable: bool = False
    """Whether it does no harm to send it again after it may have been carried out."""

    @property
    def is_spent(self) -> bool:
        """Whether it cannot be sent again, since its body is used up."""
        return isinstance(self.body, Iterator | AsyncIterator)


class PagedCall(Struct, Generic[T, Item], frozen=True):
    """The call for the first page of a list, and where the items of a page are."""

    first: Call[T]
    items: Callable[[T], tuple[Item, ...]]

    def after(self, query: Mapping[str, Any]) -> Call[T]:
        """The call for a later page, whose parameters a response has told."""
        return replace(self.first, query=query)
