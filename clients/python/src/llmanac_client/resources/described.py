"""How operations describe their calls: reads, writes, and what makes a write safe to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import uuid4

from llmanac_client.call import Call
from llmanac_client.json_format import Decoded

T = TypeVar("T")

PAGE = 100
"""Items that are asked for at once."""


def get(
    path: str, answer: type[T], *, names: Mapping[str, str] | None = None, query: Mapping[str, Any] | None = None
) -> Call[T]:
    """The call that reads what is at a path."""
    return Call("GET", path, Decoded(answer), names=names or {}, query=query or {})


def ask(path: str, answer: type[T], body: object) -> Call[T]:
    """The call that asks a question in a body; it writes nothing."""
    return Call("POST", path, Decoded(answer), body=body, is_repeatable=True)


def create(
    path: str,
    answer: type[T],
    body: object,
    *,
    key: str | None,
    names: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
) -> Call[T]:
    """The call that creates something; the server runs it once for its idempotency key, which is made up if None."""
    headers = {"idempotency-key": key or str(uuid4())}
    path_names, parameters = names or {}, query or {}
    return Call(
        "POST",
        path,
        Decoded(answer),
        names=path_names,
        query=parameters,
        body=body,
        headers=headers,
        is_repeatable=True,
    )


def precondition(version: int | None, *, is_new: bool = False) -> dict[str, str]:
    """The headers by which a write holds for one version, or only where there is none yet."""
    if is_new:
        return {"if-none-match": "*"}
    return {} if version is None else {"if-match": f'"{version}"'}
