"""Creates, lists, rotates and revokes tokens."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from llmanac.auth.expiry import parse_expiry
from llmanac.auth.principal import Principal
from llmanac.auth.scope import DEFAULT_SCOPES, Scope, parse_scopes
from llmanac.auth.token import mint
from llmanac.auth.token_record import TokenRecord, TokenStatus
from llmanac.clock import Clock
from llmanac.errors import AlreadyExists, Forbidden, InvalidParameters, NotFound, ParameterFault, WriteConflict
from llmanac.service.access.audit import COMMAND_LINE, FIRST_START, Author
from llmanac.service.access.store import TokenStore

MAX_NAME_LENGTH = 64
ADMIN_NAME = "admin"
KnownPolicies = Callable[[], Awaitable[Collection[str]]]
"""Gives the names of all policies that there are."""
PoliciesOf = Callable[[Principal], Collection[str]]
"""Gives the names of the policies that somebody is under by their claims."""
UNKNOWN = "There is no token with that id or name."
"""The id or name is not repeated: it may be the token itself, pasted by mistake."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A new token; ``text`` is shown once, and stored nowhere."""

    text: str = field(repr=False)
    record: TokenRecord


async def no_policies() -> Collection[str]:
    """The names of all policies, where there are none."""
    return ()


def no_policies_of(principal: Principal) -> Collection[str]:  # noqa: ARG001 -- the same for everyone
    """The names of the policies that somebody is under by their claims, where no policy is given to claims."""
    return ()


class Tokens:
    """The use cases of tokens; each may raise StorageError."""

    def __init__(
        self,
        store: TokenStore,
        *,
        clock: Clock,
        known_policies: KnownPolicies = no_policies,
        policies_of: PoliciesOf = no_policies_of,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        """``known_policies`` gives the names of all policies, of which a token may name some.

        A token is under those of its author too: those of the author's own token, and those of ``policies_of``.
        """
        self._store = store
        self._clock = clock
        self._known_policies = known_policies
        self._policies_of = policies_of
        self._randbelow = randbelow

    async def create(
        self,
        name: str,
        *,
        scopes: Iterable[str] = (),
        policies: Iterable[str] = (),
        expires: str | None = None,
        in_path: bool = False,
        by: Author = COMMAND_LINE,
    ) -> NewToken:
        """Create a token, which may read the catalog where no scopes are named.

        It is under the policies named, and under those of its author. ``expires`` is a span (``30d``) or a last day
        (``2026-12-31``); None for never. One that is a key in paths, ``in_path``, may read the catalog alone. Raises
        InvalidParameters, AlreadyExists where a live token has the name, and Forbidden for scopes that the author
        lacks.
        """
        now = self._clock()
        name = parse_name(name)
        granted = parse_scopes(scopes)
        _require_scopes(by, granted)
        if in_path and granted != DEFAULT_SCOPES:
            fault = ParameterFault(
                ("body", "in_path"), "Input should be false for a token of other scopes", "value_error"
            )
            raise InvalidParameters("A key in paths may read the catalog, and nothing else.", faults=(fault,))
        token = self._mint(
            name,
            in_path=in_path,
            scopes=granted,
            policies=await self._policies(policies, by),
            now=now,
            expires_at=None if expires is None else parse_expiry(expires, now=now),
        )
        entry = by.entry("token.create", token.record.id, at=now, detail=_describe(token.record))
        if not await self._store.add(token.record, entry=entry):
            raise AlreadyExists(f"There is a token named {name!r}. Choose another name, or revoke that one first.")
        return token

    async def _policies(self, named: Iterable[str], author: Author) -> tuple[str, ...]:
        """The policies of a new token, in alphabetical order. Raises InvalidParameters for unknown ones."""
        given = tuple(named)
        known = await self._known_policies() if given else frozenset()
        unknown = [name for name in given if name not in known]
        if unknown:
            those = f"The policies are {', '.join(sorted(known))}" if known else "There are none yet"
            raise InvalidParameters(
                f"Unknown policy {', '.join(map(repr, unknown))}. {those}.",
                faults=tuple(ParameterFault(("policies", given.index(it)), "Unknown policy", "enum") for it in unknown),
            )
        return self._with_those_of(author, given)

    def _with_those_of(self, author: Author, named: Iterable[str]) -> tuple[str, ...]:
        """These policies, and those of an author: nobody gets a token by which they see more than by their own."""
        principal = author.principal
        return tuple(sorted({*named, *principal.policies, *self._policies_of(principal)}))

    async def ensure_admin(self) -> NewToken | None:
        """Create the admin token if there has never been a token; None otherwise."""
        now = self._clock()
        token = self._mint(ADMIN_NAME, scopes=frozenset({Scope.ADMIN}), policies=(), now=now, expires_at=None)
        entry = FIRST_START.entry("token.create", token.record.id, at=now, detail=_describe(token.record))
        return token if await self._store.add_first(token.record, entry=entry) else None

    async def all(self) -> tuple[TokenRecord, ...]:
        """Every token ever created, oldest first."""
        return await self._store.all()

    async def get(self, token_id: str) -> TokenRecord:
        """The token with this id. Raises NotFound."""
        found = next((record for record in await self._store.all() if record.id == token_id), None)
        if found is None:
            raise NotFound(UNKNOWN)
        return found

    async def rotate(
        self, id_or_name: str, *, expires: str | None = None, overlap: str | None = None, by: Author = COMMAND_LINE
    ) -> NewToken:
        """Replace a token by a new one with its name, scopes and policies, and under those of the author too.

        The old one ends now, or after ``overlap`` (``1h``).

        Without ``expires`` the new one gets the lifetime of the old one. Raises NotFound, InvalidParameters,
        WriteConflict where the old one is not live, and Forbidden where it has scopes that the author lacks.
        """
        now = self._clock()
        old = choose_token(id_or_name, await self._store.all(), now)
        _require_scopes(by, old.scopes)
        until = now if overlap is None else parse_expiry(overlap, now=now)
        ends = _renewed_expiry(old, now) if expires is None else parse_expiry(expires, now=now)
        token = self._mint(
            old.name,
            in_path=old.in_path,
            scopes=old.scopes,
            policies=self._with_those_of(by, old.policies),
            now=now,
            expires_at=ends,
        )
        entry = by.entry("token.rotate", old.id, at=now, detail=f"successor {token.record.id}")
        if not await self._store.replace(old.id, token.record, until=until, entry=entry):
            raise WriteConflict("Only a token that is live, and was not rotated before, can be rotated.")
        return token

    async def revoke(self, id_or_name: str, *, by: Author = COMMAND_LINE) -> TokenRecord:
        """Revoke the token with this id or, failing that, name; one that was revoked before is no error.

        Of several tokens that had the name, the one that has it now is revoked, or the last that had it.
        Raises NotFound, and Forbidden where it has scopes that the author lacks.
        """
        now = self._clock()
        chosen = choose_token(id_or_name, await self._store.all(), now)
        _require_scopes(by, chosen.scopes)
        entry = by.entry("token.revoke", chosen.id, at=now, detail=f"name {chosen.name!r}")
        revoked = await self._store.revoke(chosen.id, at=now, entry=entry)
        if revoked is None:
            raise NotFound(UNKNOWN)
        return revoked

    def _mint(
        self,
        name: str,
        *,
        scopes: frozenset[str],
        policies: tuple[str, ...],
        in_path: bool = False,
        now: datetime,
        expires_at: datetime | None,
    ) -> NewToken:
        minted = mint(self._randbelow)
        return NewToken(
            minted.text,
            TokenRecord(
                id=minted.id,
                name=name,
                scopes=scopes,
                digest=minted.digest,
                created_at=now,
                expires_at=expires_at,
                policies=policies,
                in_path=in_path,
            ),
        )


def choose_token(id_or_name: str, records: Iterable[TokenRecord], now: datetime) -> TokenRecord:
    """The record with this id, or the newest of this name, a live one before others. Raises NotFound."""
    everything = tuple(records)
    chosen = max(
        [record for record in everything if record.id == id_or_name]
        or [record for record in everything if record.name == _normal(id_or_name)],
        key=lambda record: (record.status(now) is TokenStatus.LIVE, record.created_at),
        default=None,
    )
    if chosen is None:
        raise NotFound(UNKNOWN)
    return chosen


def _require_scopes(author: Author, scopes: Iterable[str]) -> None:
    """Refuse to create, rotate or revoke a token with scopes that the author lacks."""
    missing = sorted(name for name in scopes if not author.principal.holds(name))
    if missing:
        raise Forbidden(
            f"The token has scopes that you lack: {', '.join(missing)}. "
            "Only a holder of a scope may grant it or take it away."
        )


def _renewed_expiry(old: TokenRecord, now: datetime) -> datetime | None:
    return None if old.expires_at is None else now + (old.expires_at - old.created_at)


def _describe(record: TokenRecord) -> str:
    until = "never" if record.expires_at is None else record.expires_at.isoformat(timespec="seconds")
    under = f", policies {' '.join(record.policies)}" if record.policies else ""
    place = ", in paths" if record.in_path else ""
    return f"name {record.name!r}, scopes {' '.join(sorted(record.scopes))}{under}{place}, expires {until}"


def parse_name(text: str) -> str:
    """A token's name in normal form. Raises InvalidParameters for an invalid one.

    Control and formatting characters are refused: names are shown in terminals, pages and logs.
    """
    name = _normal(text)
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise InvalidParameters(
            f"A token's name has 1 to {MAX_NAME_LENGTH} characters, all of them printable.",
            faults=(ParameterFault(("name",), "Not a name for a token", "value_error"),),
        )
    return name


def _normal(text: str) -> str:
    """A name in NFC without outer space: names that look alike are equal."""
    return unicodedata.normalize("NFC", text.strip())
