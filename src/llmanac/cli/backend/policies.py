"""Policies for commands: those of the database on this machine, or of a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import orjson

from llmanac import bootstrap, database
from llmanac.cli.backend.client import Answer
from llmanac.cli.backend.remote import RemoteClient
from llmanac.rules.documents import as_written
from llmanac.rules.policy import Policy
from llmanac.service.json_encoder import encode
from llmanac.service.rules.policies.policies import Policies
from llmanac.service.rules.resources.declarations import Declaration
from llmanac.settings import Settings

MOST_ARRIVALS = 1000
"""Maximum number of arrivals that are listed."""

Result = TypeVar("Result")


class PolicyClient(Protocol):
    """The work of commands on policies; the answers are those of the API, as parsed JSON."""

    def list(self) -> Answer: ...

    def preview(self, policy: Policy) -> Answer: ...

    def review(self, token: str | None, claims: Mapping[str, Sequence[str]], ids: Sequence[str]) -> Answer: ...

    def apply(self, policies: Sequence[Policy], *, prune: bool, allow_nothing: bool) -> None: ...

    def delete(self, name: str) -> None: ...

    def arrivals(self, name: str) -> Answer: ...

    def approve(self, name: str, ids: Sequence[str], reason: str | None) -> None:
        """Let these new arrivals in; without any, all that wait."""

    def withdraw(self, name: str, ids: Sequence[str]) -> None: ...


def open_policies(chosen: Settings) -> PolicyClient:
    """The policies of the server that the settings name, else of this machine's database."""
    if chosen.url is None:
        return LocalPolicies(chosen)
    return RemotePolicies(RemoteClient(chosen.url, token=chosen.token.get_secret_value() if chosen.token else None))


class LocalPolicies:
    """Policies of this machine's database, which is created if it is missing."""

    def __init__(self, chosen: Settings) -> None:
        self._chosen = chosen

    def list(self) -> Answer:
        if not database.has_database(self._chosen) and self._chosen.policies is None:
            return {"policies": [], "total": 0, "trouble": None, "unreadable": {}}

        async def listed(policies: Policies) -> Answer:
            declared = await policies.all()
            return {
                "policies": [_described(it) for it in declared],
                "total": len(declared),
                "trouble": policies.trouble,
                "unreadable": dict(policies.unreadable),
            }

        return self._run(listed)

    def preview(self, policy: Policy) -> Answer:
        return self._ask(lambda service: service.preview(policy))

    def review(self, token: str | None, claims: Mapping[str, Sequence[str]], ids: Sequence[str]) -> Answer:
        return self._ask(lambda service: service.review(token=token, claims=claims, ids=ids))

    def apply(self, policies: Sequence[Policy], *, prune: bool, allow_nothing: bool) -> None:
        self._run(lambda service: service.apply(policies, prune=prune, allow_nothing=allow_nothing))

    def delete(self, name: str) -> None:
        self._run(lambda service: service.delete(name))

    def arrivals(self, name: str) -> Answer:
        async def listed(service: Policies) -> Answer:
            waiting = await service.waiting(name)
            return {"arrivals": orjson.loads(encode(waiting[:MOST_ARRIVALS])), "total": len(waiting)}

        return self._run(listed)

    def approve(self, name: str, ids: Sequence[str], reason: str | None) -> None:
        self._run(lambda service: service.approve(name, ids, reason=reason))

    def withdraw(self, name: str, ids: Sequence[str]) -> None:
        self._run(lambda service: service.withdraw(name, ids))

    def _ask(self, job: Callable[[Policies], Awaitable[Any]]) -> Answer:
        async def run(policies: Policies) -> Answer:
            answer: Answer = orjson.loads(encode(await job(policies)))
            return answer

        return self._run(run)

    def _run(self, job: Callable[[Policies], Awaitable[Result]]) -> Result:
        async def run() -> Result:
            async with bootstrap.open_policies(self._chosen) as policies:
                return await job(policies)

        return asyncio.run(run())


class RemotePolicies:
    """Policies of a server."""

    def __init__(self, client: RemoteClient) -> None:
        self._client = client

    def list(self) -> Answer:
        return self._client.policies()

    def preview(self, policy: Policy) -> Answer:
        return self._client.preview_policy(as_written(policy))

    def review(self, token: str | None, claims: Mapping[str, Sequence[str]], ids: Sequence[str]) -> Answer:
        return self._client.review_access({"token": token, "claims": claims, "ids": [*ids]})

    def apply(self, policies: Sequence[Policy], *, prune: bool, allow_nothing: bool) -> None:
        self._client.apply_policies(
            {"policies": [*map(as_written, policies)], "prune": prune, "allow_nothing": allow_nothing}
        )

    def delete(self, name: str) -> None:
        self._client.delete_policy(name)

    def arrivals(self, name: str) -> Answer:
        return self._client.arrivals(name, MOST_ARRIVALS)

    def approve(self, name: str, ids: Sequence[str], reason: str | None) -> None:
        self._client.approve(name, {"ids": [*ids], "all": not ids, "reason": reason})

    def withdraw(self, name: str, ids: Sequence[str]) -> None:
        self._client.withdraw(name, ids)


def _described(declared: Declaration[Policy]) -> Answer:
    return {
        "policy": as_written(declared.document),
        "version": declared.version,
        "file": declared.file,
        "author": declared.author,
        "written_at": declared.written_at.isoformat(),
    }
