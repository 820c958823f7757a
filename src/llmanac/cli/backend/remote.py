"""A client for a server, over HTTP. The token is removed from every message."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from llmanac import paths
from llmanac.cli.backend.client import Answer, open_logs
from llmanac.errors import (
    ConfigurationError,
    InvalidRequest,
    LlmanacError,
    UpgradeRequired,
    UpstreamFailed,
    UpstreamStalled,
    UsageLimitExceeded,
)
from llmanac.user_agent import COMMAND, user_agent
from llmanac_client.call import Call, Reply
from llmanac_client.connection import Connection
from llmanac_client.errors import APIError, ClientError, InvalidAddress, MalformedToken, TimedOut, UnreadableResponse
from llmanac_client.json_format import read_nothing, read_object
from llmanac_client.retries import Retries

if TYPE_CHECKING:  # a command makes one request, and most do without it
    from llmanac.dialects.clients import Client
    from llmanac.dialects.configs.config import Config
    from llmanac.dialects.dialect import Document, MadeDocument

Value = TypeVar("Value")

LONG_TIMEOUT_S = 600.0
"""For a server to price a whole log."""
PIECE = 1 << 16
"""Bytes of a log that are sent at a time."""

LEFT_OUT = re.compile(r'(\d+);reason="([^"]*)"')
"""A count in the header of a document of a dialect."""
IDS_AT_ONCE = 256
"""The most ids that the server accepts in one request."""
POLICY = f"{paths.POLICIES}/{{name}}"
NO_RETRIES = Retries(attempts=1)
"""Whoever typed a command is told at once, and decides."""


class RemoteClient:
    """A client for a server."""

    def __init__(
        self, url: str, *, token: str | None, in_path: bool = False, transport: httpx2.BaseTransport | None = None
    ) -> None:
        """``in_path`` sends the token as a key in the path."""
        self._token = token
        self._url = url.rstrip("/")
        try:
            self._connection = Connection(
                f"{self._url}{paths.KEY_PREFIX}{token}" if token and in_path else url,
                token=None if in_path else token,
                retries=NO_RETRIES,
                cache_bytes=0,
                user_agent=user_agent(COMMAND),
                transport=transport,
            )
        except (InvalidAddress, MalformedToken) as error:
            raise ConfigurationError(str(error)) from None

    def browse(self, parameters: Mapping[str, Any]) -> Answer:
        return self._ask("GET", paths.CATALOG, query=parameters)

    def document(self, document: Document, as_of: date | None) -> MadeDocument:
        return self._made(document.path, {"as_of": as_of})

    def config(self, config: Config, parameters: Mapping[str, Any]) -> MadeDocument:
        return self._made(f"{paths.CONFIGS}/{config.name}", parameters)

    def _made(self, path: str, parameters: Mapping[str, Any]) -> MadeDocument:
        """What stands at an address, as it came. Raises what ``_ask`` does."""
        from llmanac.dialects.dialect import MadeDocument  # noqa: PLC0415 -- a command makes one request, and most do without it

        reply = self._run(Call("GET", path, _as_it_is, query=parameters))
        counts = LEFT_OUT.findall(reply.headers.get("llmanac-left-out", ""))
        return MadeDocument(reply.content, {reason: int(count) for count, reason in counts})

    def count_for(self, client: Client) -> int:
        """The number of models in what the server answers to a program that reads a dialect, asked as it asks."""
        reply = self._run(Call("GET", client.asks, _as_it_is, headers=client.headers))
        try:
            return client.count(json.loads(reply.content))
        except (AttributeError, KeyError, TypeError, ValueError):
            raise UpstreamFailed(f"{self._url}{client.asks} answered nothing that {client.label} reads.") from None

    def facets(self, parameters: Mapping[str, Any]) -> Answer:
        return self._ask("GET", paths.FACETS, query=parameters)

    def providers(self) -> Answer:
        return self._ask("GET", paths.PROVIDERS)

    def compare(self, ids: Sequence[str]) -> Answer:
        return self._ask("GET", paths.COMPARE, query={"ids": [*ids]})

    def validate(self, ids: Sequence[str]) -> Answer:
        answers = [self._ask("POST", paths.VALIDATE, body={"ids": part}) for part in _parts(ids)]
        return {"verdicts": [verdict for answer in answers for verdict in answer["verdicts"]]}

    def estimate(self, question: Mapping[str, Any]) -> Answer:
        return self._ask("POST", paths.ESTIMATE, body=question)

    def price(self, files: Sequence[str], question: Mapping[str, Any]) -> Answer:
        if len(files) != 1:
            raise InvalidRequest("A server prices one log at a time: name one file, or price all on this machine.")
        with open_logs(files) as logs:
            _, file = next(logs)
            pieces = iter(partial(file.read, PIECE), b"")
            return self._ask("POST", paths.PRICE, query=question, body=pieces, timeout_s=LONG_TIMEOUT_S)

    def alternatives(self, id: str, parameters: Mapping[str, Any]) -> Answer:  # noqa: A002 -- what is replaced is an id's
        return self._ask("GET", f"{paths.CATALOG}/{{id}}/alternatives", names={"id": id}, query=parameters)

    def show(self, id: str) -> Answer:  # noqa: A002 -- what is shown is an id's
        return self._ask("GET", f"{paths.CATALOG}/{{id}}", names={"id": id})

    def changes(self, parameters: Mapping[str, Any]) -> Answer:
        return self._ask("GET", paths.CHANGES, query=parameters)

    def conflicts(self, parameters: Mapping[str, Any]) -> Answer:
        return self._ask("GET", paths.CONFLICTS, query=parameters)

    def refresh(self, id: str) -> Answer:  # noqa: A002 -- what is shown is an id's
        """The record of one refresh."""
        return self._ask("GET", f"{paths.REFRESHES}/{{refresh_id}}", names={"refresh_id": id})

    def refreshes(self, *, limit: int) -> Answer:
        """The records of the last refreshes."""
        return self._ask("GET", paths.REFRESHES, query={"limit": limit})

    def overlays(self) -> Answer:
        """Every overlay."""
        return self._ask("GET", paths.OVERLAYS)

    def preview_overlays(self, preview: Mapping[str, Any]) -> Answer:
        """The changes that overlays would make."""
        return self._ask("POST", f"{paths.OVERLAYS}/preview", body=preview)

    def apply_overlays(self, wanted: Mapping[str, Any]) -> Answer:
        """Write overlays, all of them or none."""
        return self._ask("PUT", paths.OVERLAYS, body=wanted)

    def delete_overlay(self, name: str) -> None:
        """Delete an overlay."""
        self._run(Call("DELETE", f"{paths.OVERLAYS}/{{name}}", read_nothing, names={"name": name}))

    def policies(self) -> Answer:
        """Every policy."""
        return self._ask("GET", paths.POLICIES)

    def preview_policy(self, policy: Mapping[str, Any]) -> Answer:
        """The preview of a policy."""
        return self._ask("POST", f"{paths.POLICIES}/preview", body=policy)

    def review_access(self, review: Mapping[str, Any]) -> Answer:
        """The catalog as somebody sees it."""
        return self._ask("POST", f"{paths.POLICIES}/access-review", body=review)

    def apply_policies(self, wanted: Mapping[str, Any]) -> Answer:
        """Write policies, all of them or none."""
        return self._ask("PUT", paths.POLICIES, body=wanted)

    def delete_policy(self, name: str) -> None:
        """Delete a policy."""
        self._run(Call("DELETE", POLICY, read_nothing, names={"name": name}))

    def arrivals(self, policy: str, limit: int) -> Answer:
        """The new arrivals that wait for approval under a policy."""
        return self._ask("GET", f"{POLICY}/arrivals", names={"name": policy}, query={"limit": limit})

    def approve(self, policy: str, approval: Mapping[str, Any]) -> None:
        """Let new arrivals in under a policy."""
        self._ask("POST", f"{POLICY}/approvals", names={"name": policy}, body=approval)

    def withdraw(self, policy: str, ids: Sequence[str]) -> None:
        """Take back approvals under a policy."""
        self._run(
            Call("POST", f"{POLICY}/approvals/withdraw", read_nothing, names={"name": policy}, body={"ids": [*ids]})
        )

    def _ask(self, method: str, path: str, **content: Any) -> Answer:
        """The JSON object that an operation answers with; ``content`` is what else the call has."""
        return self._run(Call(method, path, read_object, **content))

    def _run(self, call: Call[Value]) -> Value:
        try:
            return self._connection.run(call)
        except ClientError as error:
            raise self._refusal(error) from None

    def _refusal(self, error: ClientError) -> LlmanacError:
        """The LlmanacError for an error of the client."""
        text = self._scrubbed(str(error))
        match error:
            case APIError(type=UsageLimitExceeded.type):
                return UsageLimitExceeded(text, retry_after_s=error.retry_after_s or 0.0)
            case APIError(type=UpgradeRequired.type):
                return UpgradeRequired(text, upgrade=error.headers.get("upgrade", ""))
            case APIError():
                return _kinds().get(error.type, LlmanacError)(text)
            case UnreadableResponse():
                return UpstreamFailed(f"{self._url} answered something else than llmanac would. {text}")
            case TimedOut():
                return UpstreamStalled(text)
            case _:
                return UpstreamFailed(text)

    def _scrubbed(self, text: str) -> str:
        return text.replace(self._token, "…") if self._token else text


def _parts(ids: Sequence[str]) -> Iterator[list[str]]:
    return ([*part] for part in (ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)))


def _as_it_is(reply: Reply) -> Reply:
    return reply


def _kinds() -> dict[str, type[LlmanacError]]:
    """The class for each type of an envelope: the widest of those that have it."""
    kinds: dict[str, type[LlmanacError]] = {}
    ahead = [LlmanacError]
    while ahead:
        kind = ahead.pop(0)
        kinds.setdefault(kind.type, kind)
        ahead += kind.__subclasses__()
    return kinds
