"""The exchange of a call with a server, without input or output: its requests, its waits, and its value.

A generator yields what is to be done next, and is sent what came of it, so that a synchronous and an asynchronous
connection run the same code.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from datetime import date
from enum import Enum
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from llmanac_client.call import READS, Call, Reply
from llmanac_client.errors import (
    STATUSES,
    TYPES,
    APIError,
    ClientError,
    InvalidAddress,
    MalformedToken,
    ParameterFault,
    ServerError,
    TransportError,
)
from llmanac_client.etag_cache import ETagCache
from llmanac_client.json_format import encode
from llmanac_client.retries import Retries

T = TypeVar("T")

WITH_SLASHES = {"id"}
"""Parameters of paths in which a slash is one: the ids of models."""


Content: TypeAlias = bytes | Iterator[bytes] | AsyncIterator[bytes]


class Send(Struct, frozen=True, kw_only=True):
    """A request to be sent; what came of it is a reply, or a TransportError."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: Content | None
    timeout_s: float

    def __repr__(self) -> str:  # without the headers, which hold the token
        return f"{type(self).__name__}({self.method} {self.url})"


class Wait(Struct, frozen=True):
    """A time to be waited for; nothing comes of it."""

    seconds: float


Step: TypeAlias = Send | Wait
Result: TypeAlias = Reply | TransportError | None


class Exchange:
    """Exchanges calls with one server, for one token."""

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        token: str | None,
        timeout_s: float,
        retries: Retries,
        cache: ETagCache,
    ) -> None:
        """``url`` is as ``checked_address`` gives it; ``headers`` are sent with each request."""
        self.url = url
        self._headers = headers
        self._token = token
        self._timeout_s = timeout_s
        self._retries = retries
        self._cache = cache

    def steps(self, call: Call[T]) -> Generator[Step, Result, T]:
        """The steps of a call, up to its value. Raises ClientError."""
        attempt = 1
        while True:
            try:
                return call.read((yield from self._reply(call)))
            except ClientError as error:
                wait_s = self._retries.wait_s(error, call, attempt=attempt)
                if wait_s is None:
                    raise
            yield Wait(wait_s)
            attempt += 1

    def _reply(self, call: Call[Any]) -> Generator[Step, Result, Reply]:
        """Send a call once; its reply, which may be one that was kept."""
        request = self._request(call)
        key = f"{request.url} {request.headers.get('accept')}"
        kept = self._cache.find(key) if call.method in READS else None
        if kept is not None:
            request = replace(request, headers={**request.headers, "if-none-match": kept.headers["etag"]})
        result = yield request
        if isinstance(result, TransportError):
            raise result
        if not isinstance(result, Reply):
            raise TypeError(f"A request was sent, and {result!r} came of it.")
        if kept is not None and result.status == HTTPStatus.NOT_MODIFIED:
            return kept
        if not HTTPStatus.OK <= result.status < HTTPStatus.MULTIPLE_CHOICES:
            raise self._error(result)
        if call.method in READS:
            self._cache.keep(key, result)
        return result

    def _request(self, call: Call[Any]) -> Send:
        names = {name: quote(it, safe="/:@" if name in WITH_SLASHES else "") for name, it in call.names.items()}
        path = call.path.format_map(names)
        query = urlencode(
            [
                (name, _text(each))
                for name, value in call.query.items()
                if value is not None
                for each in (value if isinstance(value, list | tuple | set | frozenset) else [value])
            ]
        )
        headers = {**self._headers, **call.headers}
        content: Content | None = None
        if isinstance(call.body, bytes | Iterator | AsyncIterator):
            content = call.body
        elif call.body is not None:
            content = encode(call.body)
            headers["content-type"] = "application/json"
        url = f"{self.url}{path}?{query}" if query else f"{self.url}{path}"
        return Send(
            method=call.method,
            url=url,
            headers=headers,
            content=content,
            timeout_s=self._timeout_s if call.timeout_s is None else call.timeout_s,
        )

    def _error(self, reply: Reply) -> APIError:
        """The exception for an error response, by the ``type`` in its envelope, else by its status."""
        envelope = _envelope(reply.content)
        fallback = ServerError if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR else APIError
        kind = TYPES.get(str(envelope.get("type")), STATUSES.get(reply.status, fallback))
        detail = str(envelope.get("detail") or f"{self.url} answered with status {reply.status}.")
        return kind(
            detail.replace(self._token, "…") if self._token else detail,
            code=reply.status,
            type=str(envelope.get("type") or ""),
            errors=tuple(_faults(envelope.get("errors"))),
            headers=reply.headers,
        )


def checked_address(url: str) -> str:
    """The address of a server, without a slash at its end. Raises InvalidAddress."""
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
        is_valid = is_valid and not (parts.query or parts.fragment) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid:
        raise InvalidAddress("A server's address begins with http:// or https://, and has no password in it.")
    return url.rstrip("/")


def checked_token(token: str | None) -> str | None:
    """A token that a header can hold; None for none. Raises MalformedToken."""
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise MalformedToken("The token has characters that no token has: it is ASCII, without spaces or line breaks.")
    return token or None


def _text(value: object) -> str:
    """A value as it stands in a query string."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _envelope(content: bytes) -> Mapping[str, Any]:
    """The envelope of an error; an empty one for a response that has none."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    inner = value.get("error")  # the envelope at the address of another client's format
    return {"detail": inner.get("message")} if isinstance(inner, dict) else value


def _faults(errors: object) -> Any:
    for it in errors if isinstance(errors, list) else []:
        if isinstance(it, dict):
            yield ParameterFault(tuple(it.get("loc") or ()), str(it.get("msg", "")), str(it.get("type", "")))
