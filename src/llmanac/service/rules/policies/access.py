"""The one door to editions: whoever asks gets the edition that the policies given to them show."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from pyroaring import BitMap

from llmanac.auth.principal import Principal
from llmanac.auth.scope import Scope
from llmanac.clock import Clock
from llmanac.rules.documents import read_policy as parse_policy
from llmanac.rules.policy import Policy
from llmanac.rules.visibility import PolicyReading, Visibility, read_policy
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.restricted import RestrictedEdition
from llmanac.service.rules.policies.arrivals import Arrivals
from llmanac.service.rules.resources.declarations import Declaration, Declarations
from llmanac.service.rules.resources.followed_files import FollowedFiles
from llmanac.service.rules.resources.resource import ResourceKind
from llmanac.service.rules.resources.store import ResourceStore

MOST_KEPT = 1000
"""Editions under policies that are kept, of some ten kilobytes each."""
EVERYTHING = ""
"""The key of those whom no policy is given to."""

logger = logging.getLogger(__name__)


class Door(Protocol):
    """Gives everyone the edition that they may see."""

    def key_of(self, principal: Principal) -> str:
        """The key that tells apart those who see different things: EVERYTHING for those who see all."""

    def ready(self, principal: Principal, edition: Edition) -> Edition | None:
        """The edition that a principal may see, if it is at hand."""

    async def edition(self, principal: Principal, edition: Edition) -> Edition:
        """The edition that a principal may see."""

    async def edition_of_past(self, principal: Principal, past: Edition, *, now: Edition) -> Edition:
        """The edition of a past day that a principal may see: nothing that is hidden ``now`` either."""


class OpenDoor:
    """The door of an installation without policies."""

    def key_of(self, principal: Principal) -> str:  # noqa: ARG002 -- the same for everyone
        """EVERYTHING."""
        return EVERYTHING

    def ready(self, principal: Principal, edition: Edition) -> Edition | None:  # noqa: ARG002 -- the same for everyone
        """The edition itself."""
        return edition

    async def edition(self, principal: Principal, edition: Edition) -> Edition:  # noqa: ARG002 -- the same for everyone
        """The edition itself."""
        return edition

    async def edition_of_past(self, principal: Principal, past: Edition, *, now: Edition) -> Edition:  # noqa: ARG002 -- the same for everyone
        """The edition itself."""
        return past


class Access:
    """The policies of an installation, and the editions that they show. Used from one event loop.

    What cannot be read denies: a policy that a token names and that is not there, or is not understood, shows nothing.
    """

    def __init__(
        self, store: ResourceStore, arrivals: Arrivals, *, clock: Clock, files: FollowedFiles[Policy] | None = None
    ) -> None:
        self.declarations: Declarations[Policy] = Declarations(store, ResourceKind.POLICY, parse_policy, files=files)
        self.arrivals = arrivals
        self._clock = clock
        self._unreadable: tuple[str, ...] = ()
        self._version = 0
        self._everyone: tuple[str, ...] = ()
        self._by_claim: Mapping[tuple[str, str], tuple[str, ...]] = {}
        self._kept: OrderedDict[tuple[int, str], tuple[Edition, Edition]] = OrderedDict()
        self._keys: dict[Principal, str] = {}

    async def open(self) -> None:
        """Read all policies for the first time. Raises ConfigurationError for files, and StorageError."""
        await self.declarations.open()
        await self.arrivals.read_approvals()
        self._take_over()

    async def look(self) -> None:
        """Read what has changed. Raises StorageError."""
        if await self.declarations.look():
            await self.arrivals.read_approvals()
            self._take_over()

    def names_of(self, principal: Principal) -> tuple[str, ...]:
        """The names of the policies that are given to a principal, in alphabetical order."""
        by_claim = self._by_claim
        if not (self._everyone or self._unreadable or principal.policies or (by_claim and principal.claims)):
            return ()
        claimed = self.names_by_claims(principal)
        # Nobody knows to whom one is given that cannot be read; who may mend it goes on seeing what there is.
        unreadable = () if principal.may(Scope.POLICIES_WRITE) else self._unreadable
        return tuple(sorted({*self._everyone, *principal.policies, *claimed, *unreadable}))

    def names_by_claims(self, principal: Principal) -> frozenset[str]:
        """The names of the policies that are given to the claims of a principal."""
        by_claim = self._by_claim
        return frozenset([name for claim in principal.claims for name in by_claim.get(claim, ())])

    def key_of(self, principal: Principal) -> str:
        """The key that tells apart those who see different things: EVERYTHING for those who see all."""
        # Asked for with every request, by few principals: those whom a verifier remembers.
        key = self._keys.get(principal)
        if key is None:
            names = self.names_of(principal)
            key = f"{self._version} {' '.join(names)}" if names else EVERYTHING
            if len(self._keys) >= MOST_KEPT:
                self._keys.clear()
            self._keys[principal] = key
        return key

    def ready(self, principal: Principal, edition: Edition) -> Edition | None:
        """The edition that a principal may see, if it was asked for before; else None."""
        key = self.key_of(principal)
        if key == EVERYTHING:
            return edition
        kept = self._kept.get((id(edition), key))
        if kept is None or kept[0] is not edition:
            return None
        self._kept.move_to_end((id(edition), key))
        return kept[1]

    async def edition(self, principal: Principal, edition: Edition) -> Edition:
        """The edition that a principal may see; reading policies takes a moment at their first use."""
        if found := self.ready(principal, edition):
            return found
        # What is read now belongs to the policies of now: they may change until it is there.
        key = self.key_of(principal)
        made = await asyncio.to_thread(self._restrict, self.names_of(principal), edition)
        return self._keep(key, edition, made)

    async def edition_of_past(self, principal: Principal, past: Edition, *, now: Edition) -> Edition:
        """The edition of a past day that a principal may see.

        It shows what the policies show of that day's facts, and nothing that they hide of today's.
        """
        if found := self.ready(principal, past):
            return found
        key, names = self.key_of(principal), self.names_of(principal)
        present = await self.edition(principal, now)
        made = await asyncio.to_thread(self._restrict, names, past, present)
        return self._keep(key, past, made)

    def forget(self, *, but: Edition) -> None:
        """Let go of all editions but one, and of those that are of past days, which are few."""
        self._kept = OrderedDict((key, it) for key, it in self._kept.items() if it[0] is but)

    def read(self, policy: Policy, edition: Edition, *, since: datetime | None) -> PolicyReading:
        """Read a policy on an edition; new arrivals are those after ``since``, if that is known."""
        waiting = BitMap()
        if policy.new_arrivals == "quarantine":
            began = policy.since or since or self._clock()
            waiting = self.arrivals.waiting(policy.name, edition, since=began)
        return read_policy(policy, edition.selectable, waiting=waiting)

    def readings(self, principal: Principal, edition: Edition) -> tuple[PolicyReading, ...]:
        """The reading of each policy that is given to a principal, by name."""
        return tuple(self._read(name, edition) for name in self.names_of(principal))

    def _keep(self, key: str, edition: Edition, made: Edition) -> Edition:
        self._kept[id(edition), key] = (edition, made)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return made

    def _restrict(self, names: tuple[str, ...], edition: Edition, present: Edition | None = None) -> Edition:
        readings = tuple(self._read(name, edition) for name in names)
        hidden = BitMap() if present is None else BitMap(_hidden_in(present, edition))
        return RestrictedEdition(edition, Visibility(readings, hidden))

    def _read(self, name: str, edition: Edition) -> PolicyReading:
        declared: Declaration[Policy] | None = self.declarations.all.get(name)
        if declared is None:
            logger.error("The policy %s cannot be read or is missing: those whom it is given to see nothing.", name)
            return PolicyReading(name=name, visible=BitMap())
        return self.read(declared.document, edition, since=declared.created_at)

    def _take_over(self) -> None:
        policies = {name: it.document for name, it in self.declarations.all.items()}
        self._version += 1
        self._kept.clear()
        self._keys.clear()
        self._unreadable = tuple(sorted(self.declarations.unreadable))
        self._everyone = tuple(sorted(name for name, it in policies.items() if it.given_to.everyone))
        by_claim: dict[tuple[str, str], tuple[str, ...]] = {}
        for name, policy in policies.items():
            for claim, values in policy.given_to.claims.items():
                for value in values:
                    by_claim[claim, value] = (*by_claim.get((claim, value), ()), name)
        self._by_claim = by_claim


def _hidden_in(present: Edition, past: Edition) -> Iterator[int]:
    """The numbers of the past offers that are listed still, and hidden from who asks."""
    return (number for number, id_ in enumerate(past.ids) if present.hides(id_))
