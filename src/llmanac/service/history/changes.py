"""The change feed: what changed in the catalog, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from llmanac.domain.documented import ANSWER
from llmanac.errors import InvalidRequest
from llmanac.history.change import ChangeKind, Difference, RecordedChange
from llmanac.history.timeline import Epoch
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.history.cursor import read_cursor, write_cursor
from llmanac.service.history.recorder import HistoryRecorder
from llmanac.service.history.store import Selection

MAX_LIMIT = 500
DEFAULT_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A filter of changes: those that meet every condition given."""

    since: date | None = None
    until: date | None = None
    """Both days are included, in UTC."""
    kinds: tuple[ChangeKind, ...] = ()
    """Any of these; none for all."""
    provider: str | None = None
    id: str | None = None
    """The id of an offer, also of one that is no longer listed."""
    base: str | None = None


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change, and the epoch that began with it."""

    recorded: RecordedChange
    epoch: Epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSummary:
    """A change of one model at one host."""

    __pydantic_config__ = ANSWER

    change: str
    """The id of the change; a newer change has a larger number."""
    at: str
    """The time of the first snapshot that had the change."""
    snapshot: str
    """The id of the catalog's content after the change."""
    kind: ChangeKind
    id: str
    provider: str
    base: str
    name: str | None
    previous: str | None
    """The earlier id of a renamed model; else null."""
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ChangeList:
    """Changes, newest first."""

    __pydantic_config__ = ANSWER

    changes: tuple[ChangeSummary, ...]
    next: str | None
    """The cursor of the next page; null on the last."""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of changes, newest first."""

    changes: tuple[DatedChange, ...]
    next: str | None
    """The cursor of the page after this one; None on the last page."""

    def summarise(self) -> ChangeList:
        """The page as the API and the command show it."""
        return ChangeList(tuple(map(summarise, self.changes)), self.next)


def summarise(dated: DatedChange) -> ChangeSummary:
    """A change as the API and the command show it."""
    change = dated.recorded.change
    return ChangeSummary(
        change=str(dated.recorded.id),
        at=dated.epoch.began_at.isoformat().replace("+00:00", "Z"),
        snapshot=dated.epoch.digest[:16],
        kind=change.kind,
        id=change.offer,
        provider=change.provider,
        base=change.base,
        name=change.name,
        previous=change.previous,
        differences=change.differences,
    )


class ChangeFeed:
    """Reads the recorded changes page by page."""

    def __init__(self, history: HistoryRecorder, reader: Reader) -> None:
        self._history = history
        self._reader = reader

    async def newest(self) -> Epoch:
        """The newest epoch, to which all changes so far have led. Raises StorageError."""
        await self._history.ready()
        return self._history.timeline.at(date.max)

    async def page(
        self,
        interest: Interest,
        *,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        edition: Edition | None = None,
    ) -> ChangePage:
        """The newest changes that match, or those after a cursor, of offers that the edition shows.

        By default that is the Reader's. Raises InvalidRequest, StorageError, and Forbidden for the id of an offer that
        a policy hides.
        """
        edition = edition or self._reader.edition
        if interest.since and interest.until and interest.since > interest.until:
            raise InvalidRequest(f"since ({interest.since}) is after until ({interest.until}): no day is between.")
        await self._history.ready()
        secret, name = await self._history.secret(), repr(interest)
        below = read_cursor(cursor, of=name, secret=secret) if cursor else None
        found = await self._shown(self._selection(interest, edition), edition, below=below, count=limit + 1)
        shown = tuple(DatedChange(it, self._history.timeline.numbered(it.epoch)) for it in found[:limit])
        more = len(found) > limit
        return ChangePage(shown, write_cursor(found[limit - 1].id, of=name, secret=secret) if more else None)

    async def _shown(
        self, selection: Selection, edition: Edition, *, below: int | None, count: int
    ) -> list[RecordedChange]:
        """The newest changes of a selection that an edition shows; more are read for as long as some are hidden."""
        shown: list[RecordedChange] = []
        while True:
            found = await self._history.changes(selection, below=below, limit=max(count, MAX_LIMIT) if shown else count)
            shown += [it for it in map(partial(visible_change, edition), found) if it is not None]
            if len(shown) >= count or len(found) < count:
                return shown[:count]
            below = found[-1].id

    def _selection(self, interest: Interest, edition: Edition) -> Selection:
        resolver, timeline = edition.services.resolver, self._history.timeline
        first = timeline.first_since(interest.since) if interest.since else None
        last = timeline.last_until(interest.until) if interest.until else None
        providers: tuple[str, ...] = ()
        if interest.provider is not None:
            providers = tuple(it.id for it in resolver.providers(interest.provider)) or (interest.provider,)
        offers = () if interest.id is None else (resolver.offer_id(interest.id),)
        return Selection(
            first=first, last=last, kinds=interest.kinds, providers=providers, base=interest.base, offers=offers
        )


def visible_change(edition: Edition, recorded: RecordedChange) -> RecordedChange | None:
    """A change as an edition shows it: not at all where its offer is hidden, and without the names of hidden ones."""
    change = recorded.change
    if not edition.shows(change.offer):
        return None
    previous = change.previous if change.previous is not None and edition.shows(change.previous) else None
    kept = tuple(it for it in change.differences if it.field != "successor" or _names_shown(edition, it))
    if previous == change.previous and len(kept) == len(change.differences):
        return recorded
    if change.kind is ChangeKind.RENAMED:  # from a name that is hidden
        return None
    return replace(recorded, change=replace(change, previous=previous, differences=kept)) if kept else None


def _names_shown(edition: Edition, difference: Difference) -> bool:
    return all(edition.shows(str(it)) for it in (difference.before, difference.after) if it is not None)
