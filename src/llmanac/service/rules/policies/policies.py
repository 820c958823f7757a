"""The use cases of policies: what each shows, to whom it is given, what waits for approval, and writing them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from llmanac.auth.principal import Principal
from llmanac.auth.scope import DEFAULT_SCOPES
from llmanac.auth.token_record import TokenStatus
from llmanac.clock import Clock
from llmanac.domain.documented import ANSWER
from llmanac.errors import Forbidden, InvalidParameters, NotFound, ParameterFault, WriteConflict
from llmanac.rules.policy import Policy
from llmanac.rules.visibility import PolicyReading
from llmanac.service.access.audit import COMMAND_LINE, Author
from llmanac.service.access.store import TokenStore
from llmanac.service.access.tokens import choose_token
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.rules.policies.access import Access
from llmanac.service.rules.policies.preview import MOST_EXAMPLES, PolicyPreview, preview
from llmanac.service.rules.policies.store import Approval, ArrivalStore
from llmanac.service.rules.resources.declarations import Declaration
from llmanac.service.rules.resources.resource import ABSENT, ResourceKind
from llmanac.service.rules.resources.store import ResourceStore
from llmanac.service.rules.resources.writer import ResourceWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A new arrival that waits for approval."""

    __pydantic_config__ = ANSWER

    id: str
    name: str | None
    first_seen: datetime | None
    """When it was first listed; null for one that has arrived just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdAccess:
    """Whether somebody is shown the model with an id."""

    __pydantic_config__ = ANSWER

    id: str
    is_shown: bool | None
    """None where the id is of no listed model."""
    offer: str | None
    """The id of the offer that it means; null where there is none, or where it is hidden."""
    reason: str | None
    """Why it is not shown, in a sentence; null where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRemoval:
    """The offers that a part of a policy hides, those that only LiteLLM lists included."""

    __pydantic_config__ = ANSWER

    policy: str
    part: str
    """``rule 2``, its place from 1; ``default``; ``new arrivals``, which wait; ``unreadable``, which hides all."""
    removes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReview:
    """The catalog as somebody sees it."""

    __pydantic_config__ = ANSWER

    policies: tuple[str, ...]
    """The policies that are given to them; all of them have to show a model. Without any, everything is shown."""
    visible: int
    """The number of listed models that they are shown."""
    total: int
    """The number of all listed models."""
    removals: tuple[PolicyRemoval, ...]
    """The number that each part of these policies hides, where it is any; of one policy no offer is counted twice."""
    ids: tuple[IdAccess, ...]
    """The access to each of the ids asked for, in their order."""


class Policies(ResourceWriter[Policy]):
    """The policies of an installation. Each method may raise StorageError."""

    def __init__(
        self,
        store: ResourceStore,
        access: Access,
        *,
        arrivals: ArrivalStore,
        tokens: TokenStore,
        reader: Reader,
        clock: Clock,
    ) -> None:
        """``reader`` has the edition that previews are about."""
        super().__init__(
            store,
            ResourceKind.POLICY,
            in_files=lambda: access.declarations.in_files,
            look=access.look,
            clock=clock,
        )
        self._access = access
        self._arrivals = arrivals
        self._tokens = tokens
        self._reader = reader

    @property
    def in_files(self) -> Mapping[str, str]:
        """The file of each policy that a file declares, by name."""
        return self._access.declarations.in_files

    @property
    def trouble(self) -> str | None:
        """The reason that followed files cannot be read as they are, so that an earlier reading holds; else None."""
        return self._access.declarations.trouble

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The reason that a policy of the store cannot be read, by its name: it denies everything to everyone."""
        return self._access.declarations.unreadable

    async def all(self) -> tuple[Declaration[Policy], ...]:
        """Every policy, by name."""
        await self._access.look()
        return tuple(it for _, it in sorted(self._access.declarations.all.items()))

    async def get(self, name: str) -> Declaration[Policy]:
        """The policy of this name. Raises NotFound."""
        await self._access.look()
        found = self._access.declarations.all.get(name)
        if found is None:
            raise NotFound(f"There is no policy named {name[:64]!r}.")
        return found

    async def create(self, document: Policy, *, allow_nothing: bool = False, by: Author = COMMAND_LINE) -> int:
        """Keep a new policy; its version. Raises as ``apply`` does."""
        return await self.apply([document], expected={document.name: ABSENT}, allow_nothing=allow_nothing, by=by)

    async def put(
        self,
        document: Policy,
        *,
        expected: int | None = None,
        allow_nothing: bool = False,
        by: Author = COMMAND_LINE,
    ) -> int:
        """Keep a policy in place of the one of its name, if any; its version. Raises as ``apply`` does."""
        wanted = {} if expected is None else {document.name: expected}
        return await self.apply([document], expected=wanted, allow_nothing=allow_nothing, by=by)

    async def apply(
        self,
        documents: Sequence[Policy],
        *,
        expected: Mapping[str, int] | None = None,
        prune: bool = False,
        allow_nothing: bool = False,
        by: Author = COMMAND_LINE,
    ) -> int:
        """Keep all of these policies or none, in place of those of their names; the number of the change.

        Raises as ``ResourceWriter.apply`` does; InvalidParameters for one that would show nothing at all, unless
        ``allow_nothing``; and WriteConflict where ``prune`` would delete one that live tokens name.
        """
        if not allow_nothing:
            for place, policy in enumerate(documents):
                await self._refuse_empty(policy, place)
        if prune:
            kept = {it.name for it in documents}
            await self._refuse_in_use({it.document.name for it in await self.all()} - kept - self.in_files.keys())
        return await super().apply(documents, expected=expected, prune=prune, by=by)

    async def delete(self, name: str, *, expected: int | None = None, by: Author = COMMAND_LINE) -> None:
        """Delete a policy. Raises as ``ResourceWriter.delete`` does, and WriteConflict while live tokens name it."""
        await self._refuse_in_use({name})
        await super().delete(name, expected=expected, by=by)

    async def preview(self, policy: Policy) -> PolicyPreview:
        """The part that a policy would show, beside what the one of its name shows now; keeps nothing."""
        await self._access.look()
        edition, declared = self._reader.edition, self._access.declarations.all.get(policy.name)
        since = declared.created_at if declared else None
        return await asyncio.to_thread(self._preview, policy, edition, declared, since=since)

    async def review(
        self, *, token: str | None = None, claims: Mapping[str, Sequence[str]] | None = None, ids: Sequence[str] = ()
    ) -> AccessReview:
        """The catalog as the bearer of a token or of a JWT's claims sees it, and whether each id is shown to them.

        ``token`` is the token's id or name. Raises NotFound for an unknown one; InvalidParameters where both are given.
        """
        await self._access.look()
        principal = await self._principal(token, claims or {})
        whole = self._reader.edition
        edition = await self._access.edition(principal, whole)
        return await asyncio.to_thread(
            lambda: AccessReview(
                policies=self._access.names_of(principal),
                visible=edition.shown,
                total=whole.shown,
                removals=tuple(
                    removal
                    for reading in self._access.readings(principal, whole)
                    for removal in _removals(reading, whole)
                ),
                ids=tuple(_access_to(id_, edition) for id_ in ids),
            )
        )

    async def bearer_of(self, token: str) -> Principal:
        """The bearer of the token with this id or name, under its policies. Raises NotFound."""
        found = choose_token(token, await self._tokens.all(), self._clock())
        return Principal(found.id, found.name, found.scopes, found.policies)

    async def waiting(self, name: str) -> tuple[Arrival, ...]:
        """The new arrivals that wait for approval under a policy, the newest first. Raises NotFound."""
        declared, edition = await self.get(name), self._reader.edition
        reading = await asyncio.to_thread(
            lambda: self._access.read(declared.document, edition, since=declared.created_at)
        )
        found = [self._arrival(edition, number) for number in reading.waiting]
        found.sort(key=lambda it: it.id)
        found.sort(key=lambda it: (it.first_seen is None, it.first_seen), reverse=True)
        return tuple(found)

    async def approvals(self, name: str) -> tuple[tuple[str, Approval], ...]:
        """The ids that were approved under a policy, and by whom; the newest first. Raises NotFound."""
        await self.get(name)
        found = sorted(self._access.arrivals.approvals(name).items())
        return tuple(sorted(found, key=lambda it: it[1].at, reverse=True))

    async def approve(
        self, name: str, offers: Collection[str], *, reason: str | None = None, by: Author = COMMAND_LINE
    ) -> tuple[str, ...]:
        """Let new arrivals in under a policy, or all that wait where none is named; their ids.

        Raises NotFound for a policy, or for an id that is not waiting.
        """
        waiting = {it.id for it in await self.waiting(name)}
        unknown = sorted(set(offers) - waiting)
        if unknown:
            raise NotFound(f"{unknown[0][:200]!r} does not wait for approval under the policy {name!r}.")
        chosen = tuple(sorted(offers or waiting))
        now = self._clock()
        approval = Approval(at=now, author=by.principal.name, reason=reason)
        entry = by.entry("policy.approve", name, at=now, detail=_listed(chosen))
        await self._arrivals.approve(name, chosen, approval, entry=entry)
        await self._access.look()
        return chosen

    async def withdraw(self, name: str, offers: Collection[str], *, by: Author = COMMAND_LINE) -> None:
        """Take back approvals under a policy. Raises NotFound for a policy, or for what was not approved."""
        await self.get(name)
        unknown = sorted(set(offers) - self._access.arrivals.approvals(name).keys())
        if unknown:
            raise NotFound(f"{unknown[0][:200]!r} was not approved under the policy {name!r}.")
        entry = by.entry("policy.withdraw", name, at=self._clock(), detail=_listed(sorted(offers)))
        await self._arrivals.withdraw(name, offers, entry=entry)
        await self._access.look()

    async def _principal(self, token: str | None, claims: Mapping[str, Sequence[str]]) -> Principal:
        if token is None:
            pairs = frozenset((name, value) for name, values in claims.items() for value in values)
            return Principal(None, "somebody", DEFAULT_SCOPES, claims=pairs)
        if claims:
            fault = ParameterFault(("body", "claims"), "Input should be left out beside a token", "value_error")
            raise InvalidParameters("A review is about a token or about claims, and not about both.", faults=(fault,))
        return await self.bearer_of(token)

    def _preview(
        self, policy: Policy, edition: Edition, declared: Declaration[Policy] | None, *, since: datetime | None
    ) -> PolicyPreview:
        reading = self._access.read(policy, edition, since=since)
        before = self._access.read(declared.document, edition, since=since) if declared else reading
        return preview(policy, reading, edition, before=before.visible)

    def _arrival(self, edition: Edition, number: int) -> Arrival:
        offer = edition.catalog.offer(number)
        return Arrival(id=offer.id, name=offer.name, first_seen=self._access.arrivals.first_seen(offer.id))

    async def _refuse_empty(self, policy: Policy, place: int) -> None:
        """Refuse a policy that would show nothing. Raises InvalidParameters."""
        shown = await self.preview(policy)
        if not shown.visible:
            fault = ParameterFault(("body", "policies", place), "It shows nothing", "value_error")
            raise InvalidParameters(
                f"The policy {policy.name!r} would show nothing of {shown.total} offers. "
                "Where that is meant, say so by allow_nothing.",
                faults=(fault,),
            )

    async def _refuse_in_use(self, names: Collection[str]) -> None:
        """Refuse to delete what live tokens name: they would see nothing. Raises WriteConflict, which names them."""
        now = self._clock()
        users = [
            it.name
            for it in await self._tokens.all()
            if it.status(now) is TokenStatus.LIVE and not set(names).isdisjoint(it.policies)
        ]
        if users:
            raise WriteConflict(f"Live tokens are under it: {_listed(users)}. Revoke or replace them first.")


def _removals(reading: PolicyReading, edition: Edition) -> Iterator[PolicyRemoval]:
    """The parts of a policy that hide anything."""
    if reading.policy is None:
        everything = sum(len(it.everything) for it in edition.selectable)
        yield PolicyRemoval(policy=reading.name, part="unreadable", removes=everything)
        return
    parts = {f"rule {place}": removes for place, removes in enumerate(reading.removed, 1)}
    parts |= {"default": reading.by_default, "new arrivals": len(reading.waiting)}
    yield from (
        PolicyRemoval(policy=reading.name, part=part, removes=removes) for part, removes in parts.items() if removes
    )


def _access_to(id_: str, edition: Edition) -> IdAccess:
    try:
        offer = edition.services.resolver.offer(id_)
    except Forbidden as hidden:
        return IdAccess(id=id_, is_shown=False, offer=None, reason=hidden.detail)
    except NotFound as missing:
        return IdAccess(id=id_, is_shown=None, offer=None, reason=missing.detail)
    return IdAccess(id=id_, is_shown=True, offer=offer.id, reason=None)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_EXAMPLES
    return ", ".join(names[:MOST_EXAMPLES]) + (f" and {more} more" if more > 0 else "")
