"""Operations: each is described once, as a call, and is a method of both clients.

The description is a method that returns a call. Of a resource on a ``Connection`` it becomes a method that returns the
call's value; of one on an ``AsyncConnection``, a coroutine function. Its parameters stay as they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from llmanac_client.async_connection import AsyncConnection
from llmanac_client.call import Call, PagedCall
from llmanac_client.connection import Connection
from llmanac_client.listing import AsyncListing, Listing

P = ParamSpec("P")
T = TypeVar("T")
Page = TypeVar("Page")
Item = TypeVar("Item")
AnyConnection_co = TypeVar("AnyConnection_co", bound=Connection | AsyncConnection, covariant=True)


class Resource(Generic[AnyConnection_co]):
    """Operations over one connection."""

    def __init__(self, connection: AnyConnection_co) -> None:
        self._connection = connection

    def __repr__(self) -> str:
        return f"<{type(self).__name__} on {self._connection!r}>"


class operation(Generic[P, T]):  # noqa: N801 -- a decorator
    """Makes an operation of the description of its call."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Call[T]]) -> None:
        self.describe = describe

    @overload
    def __get__(self, resource: None, owner: type) -> Callable[Concatenate[Any, P], Call[T]]: ...
    @overload
    def __get__(self, resource: Resource[Connection], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, resource: Resource[AsyncConnection], owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type) -> Any:
        if resource is None:
            return self.describe
        run = resource._connection.run

        @wraps(self.describe)
        def method(*args: P.args, **options: P.kwargs) -> Any:
            return run(self.describe(resource, *args, **options))

        return method


class listing(Generic[P, Page, Item]):  # noqa: N801 -- a decorator
    """Makes an operation that lists, page by page, of the description of its call."""

    def __init__(self, describe: Callable[Concatenate[Any, P], PagedCall[Page, Item]]) -> None:
        self.describe = describe

    @overload
    def __get__(self, resource: None, owner: type) -> Callable[Concatenate[Any, P], PagedCall[Page, Item]]: ...
    @overload
    def __get__(self, resource: Resource[Connection], owner: type) -> Callable[P, Listing[Page, Item]]: ...
    @overload
    def __get__(self, resource: Resource[AsyncConnection], owner: type) -> Callable[P, AsyncListing[Page, Item]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type) -> Any:
        if resource is None:
            return self.describe
        connection = resource._connection
        kind: Any = Listing if isinstance(connection, Connection) else AsyncListing

        @wraps(self.describe)
        def method(*args: P.args, **options: P.kwargs) -> Any:
            return kind(connection, self.describe(resource, *args, **options))

        return method
