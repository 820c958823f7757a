"""A client for a server, over HTTP. The token is removed from every message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2

from llmanac import paths
from llmanac.cli.backend.client import Answer
from llmanac.errors import (
    ConfigurationError,
    LlmanacError,
    UpgradeRequired,
    UpstreamFailed,
    UpstreamStalled,
    UsageLimitExceeded,
)
from llmanac.user_agent import COMMAND, user_agent

if TYPE_CHECKING:  # a command makes one request, and most do without it
    from llmanac.dialects.clients import Client
    from llmanac.dialects.configs.config import Config
    from llmanac.dialects.dialect import Document, MadeDocument

TIMEOUT_S = 30.0
LEFT_OUT = re.compile(r'(\d+);reason="([^"]*)"')
"""A count in the header of a document of a dialect."""
IDS_AT_ONCE = 256
"""The most ids that the server accepts in one request."""


class RemoteClient:
    """A client for a server."""

    def __init__(
        self, url: str, *, token: str | None, in_path: bool = False, transport: httpx2.BaseTransport | None = None
    ) -> None:
        """``in_path`` sends the token as a key in the path."""
        self._token = token
        self._below = f"{paths.KEY_PREFIX}{token}" if token and in_path else ""
        self._url = _checked(url)
        headers = {"user-agent": user_agent(COMMAND), "accept": "application/json"}
        if token and not in_path:
            headers["authorization"] = f"Bearer {token}"
        self._client = httpx2.Client(base_url=self._url, headers=headers, timeout=TIMEOUT_S, transport=transport)

    def browse(self, parameters: Mapping[str, Any]) -> Answer:
        return self._get(paths.CATALOG, parameters)

    def document(self, document: Document, as_of: date | None) -> MadeDocument:
        return self._made(document.path, {} if as_of is None else {"as_of": as_of})

    def config(self, config: Config, parameters: Mapping[str, Any]) -> MadeDocument:
        return self._made(f"{paths.CONFIGS}/{config.name}", parameters)

    def _made(self, path: str, parameters: Mapping[str, Any]) -> MadeDocument:
        """What stands at an address, as it came. Raises what ``_ask`` does."""
        from llmanac.dialects.dialect import MadeDocument  # noqa: PLC0415 -- a command makes one request, and most do without it

        response = self._send("GET", path, params={name: _written(value) for name, value in parameters.items()})
        if response.is_success:
            counts = LEFT_OUT.findall(response.headers.get("llmanac-left-out", ""))
            return MadeDocument(response.content, {reason: int(count) for count, reason in counts})
        raise self._refusal(response.status_code, self._parsed(response), response.headers)

    def count_for(self, client: Client) -> int:
        """The number of models in what the server answers to a program that reads a dialect, asked as it asks."""
        response = self._send("GET", client.asks, headers=client.headers)
        if not response.is_success:
            raise self._refusal(response.status_code, self._parsed(response), response.headers)
        try:
            return client.count(response.json())
        except (AttributeError, KeyError, TypeError, ValueError):
            raise UpstreamFailed(f"{self._url}{client.asks} answered nothing that {client.label} reads.") from None

    def facets(self, parameters: Mapping[str, Any]) -> Answer:
        return self._get(paths.FACETS, parameters)

    def providers(self) -> Answer:
        return self._get(paths.PROVIDERS, {})

    def compare(self, ids: Sequence[str]) -> Answer:
        return self._get(paths.COMPARE, {"ids": list(ids)})

    def validate(self, ids: Sequence[str]) -> Answer:
        answers = [self._ask("POST", paths.VALIDATE, json={"ids": part}) for part in _parts(ids)]
        return {"verdicts": [verdict for answer in answers for verdict in answer["verdicts"]]}

    def estimate(self, question: Mapping[str, Any]) -> Answer:
        return self._ask("POST", paths.ESTIMATE, json={name: _plain(value) for name, value in question.items()})

    def show(self, id: str) -> Answer:  # noqa: A002 -- what is shown is an id's
        return self._get(f"{paths.CATALOG}/{quote(id, safe='/:@')}", {})

    def changes(self, parameters: Mapping[str, Any]) -> Answer:
        return self._get(paths.CHANGES, parameters)

    def conflicts(self, parameters: Mapping[str, Any]) -> Answer:
        return self._get(paths.CONFLICTS, parameters)

    def refresh(self, id: str) -> Answer:  # noqa: A002 -- what is shown is an id's
        """The record of one refresh."""
        return self._ask("GET", f"{paths.REFRESHES}/{quote(id, safe='')}")

    def refreshes(self, *, limit: int) -> Answer:
        """The records of the last refreshes."""
        return self._ask("GET", paths.REFRESHES, params={"limit": limit})

    def overlays(self) -> Answer:
        """Every overlay."""
        return self._ask("GET", paths.OVERLAYS)

    def preview_overlays(self, preview: Mapping[str, Any]) -> Answer:
        """The changes that overlays would make."""
        return self._ask("POST", f"{paths.OVERLAYS}/preview", json=preview)

    def apply_overlays(self, wanted: Mapping[str, Any]) -> Answer:
        """Write overlays, all of them or none."""
        return self._ask("PUT", paths.OVERLAYS, json=wanted)

    def delete_overlay(self, name: str) -> None:
        """Delete an overlay."""
        self._ask("DELETE", f"{paths.OVERLAYS}/{quote(name, safe='')}")

    def policies(self) -> Answer:
        """Every policy."""
        return self._ask("GET", paths.POLICIES)

    def preview_policy(self, policy: Mapping[str, Any]) -> Answer:
        """The preview of a policy."""
        return self._ask("POST", f"{paths.POLICIES}/preview", json=policy)

    def review_access(self, review: Mapping[str, Any]) -> Answer:
        """The catalog as somebody sees it."""
        return self._ask("POST", f"{paths.POLICIES}/access-review", json=review)

    def apply_policies(self, wanted: Mapping[str, Any]) -> Answer:
        """Write policies, all of them or none."""
        return self._ask("PUT", paths.POLICIES, json=wanted)

    def delete_policy(self, name: str) -> None:
        """Delete a policy."""
        self._ask("DELETE", _policy(name))

    def arrivals(self, policy: str, limit: int) -> Answer:
        """The new arrivals that wait for approval under a policy."""
        return self._ask("GET", f"{_policy(policy)}/arrivals", params={"limit": limit})

    def approve(self, policy: str, approval: Mapping[str, Any]) -> None:
        """Let new arrivals in under a policy."""
        self._ask("POST", f"{_policy(policy)}/approvals", json=approval)

    def withdraw(self, policy: str, ids: Sequence[str]) -> None:
        """Take back approvals under a policy."""
        self._ask("POST", f"{_policy(policy)}/approvals/withdraw", json={"ids": [*ids]})

    def _get(self, path: str, parameters: Mapping[str, Any]) -> Answer:
        return self._ask("GET", path, params={name: _written(value) for name, value in parameters.items()})

    def _ask(self, method: str, path: str, **content: Any) -> Answer:
        response = self._send(method, path, **content)
        answer = {} if response.status_code == HTTPStatus.NO_CONTENT else self._parsed(response)
        if response.is_success:
            return answer
        raise self._refusal(response.status_code, answer, response.headers)

    def _send(self, method: str, path: str, **content: Any) -> httpx2.Response:
        try:
            return self._client.request(method, f"{self._below}{path}", **content)
        except httpx2.TimeoutException:
            raise UpstreamStalled(f"{self._url} did not answer within {TIMEOUT_S:.0f} seconds.") from None
        except httpx2.HTTPError as error:
            raise UpstreamFailed(f"{self._url} cannot be reached: {self._scrubbed(str(error))}.") from None

    def _parsed(self, response: httpx2.Response) -> Answer:
        try:
            answer = response.json()
        except ValueError:
            raise UpstreamFailed(f"{self._url} answered something else than JSON; is it an llmanac server?") from None
        if not isinstance(answer, dict):
            raise UpstreamFailed(f"{self._url} answered something else than llmanac would.")
        return answer

    def _refusal(self, status: int, envelope: Answer, headers: Mapping[str, str]) -> LlmanacError:
        """The LlmanacError for an error response, by the ``type`` in its envelope."""
        detail = self._scrubbed(str(envelope.get("detail", f"{self._url} answered with status {status}.")))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return UsageLimitExceeded(detail, retry_after_s=_seconds(headers.get("retry-after", "")))
        if status == HTTPStatus.UPGRADE_REQUIRED:
            return UpgradeRequired(detail, upgrade=headers.get("upgrade", ""))
        kinds: dict[str, type[LlmanacError]] = {}
        for kind in _kinds(LlmanacError):
            kinds.setdefault(kind.type, kind)
        return kinds.get(str(envelope.get("type")), LlmanacError)(detail)

    def _scrubbed(self, text: str) -> str:
        return text.replace(self._token, "…") if self._token else text


def _checked(url: str) -> str:
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        parsed = httpx2.URL("")
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.userinfo:
        raise ConfigurationError("The server's address begins with http:// or https://, and has no password in it.")
    return str(parsed).rstrip("/")


def _policy(name: str) -> str:
    return f"{paths.POLICIES}/{quote(name, safe='')}"


def _parts(ids: Sequence[str]) -> Iterator[list[str]]:
    return ([*part] for part in (ids[start : start + IDS_AT_ONCE] for start in range(0, len(ids), IDS_AT_ONCE)))


def _plain(value: Any) -> Any:
    """Convert a value to one that JSON has."""
    return str(value) if isinstance(value, date) else value


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 0.0


def _written(value: Any) -> Any:
    """Convert a value to one for a query string."""
    return str(value).lower() if isinstance(value, bool | date) else value


def _kinds(kind: type[LlmanacError]) -> Iterator[type[LlmanacError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _kinds(narrower)
