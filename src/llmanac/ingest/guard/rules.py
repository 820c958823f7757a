"""The rules of the guard: the anomalies for which a newer feed is held, or entries of it are quarantined.

Two versions of one source are compared, and each suspicious change is an anomaly. An anomaly about the whole feed
holds all of it; one about an entry quarantines that entry, and the rest is served. An anomaly that recurs in enough
consecutive refreshes is confirmed, except for those of FINAL rules, which only a person can accept. The rules:

- shrunk (final): fewer than 80 % as many models as before, or fewer than 50;
- older (final): newest dates that lie before those served;
- reverted: the very content of an earlier snapshot, with newest dates that lie before those served;
- replaced: more than 20 % of the models are gone, though others came;
- repriced: of more than 5 % of the models a price moved by more than half of itself;
- resized: of more than 20 % of them a limit did;
- blurred: of more than 10 % of the models something that was known is known no longer;
- repeated: keys stand in it twice with different values, as no program writes them;
- jumped (one entry): a price is at least ten times as high or low, or became or ceased to be zero;
- drifted (one entry): a price is at least ten times as high or low as before its steps of the last seven days;
- absurd (one entry, final): a price that is new or has moved is one that nobody charges;
- outlying (one entry): a price that has no price before it is a hundred times as high or low as others are;
- vanished (one entry): something that was known is not, or cannot be read any more;
- look-alike (one entry): a new id differs from another only in case or width, or has characters beyond ASCII.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from llmanac.domain.amounts import digits
from llmanac.domain.naming import fold
from llmanac.ingest.guard.drift import NO_ORIGINS, PriceOrigin, origin_key, within_window
from llmanac.ingest.guard.entry_view import EntryView, EntryViews
from llmanac.ingest.guard.price_bounds import KnownPrices, beyond_bounds
from llmanac.ingest.layer import Layer

LEAST_MODELS = 50
"""Minimum number of models, unless fewer are served."""
LEAST_SHARE = 0.8
"""Minimum number of models, and of entries that are still there, as a share of those served."""
MOST_REPRICED = 0.05
MOST_RESIZED = 0.20
MOST_BLURRED = 0.10
MOVED = Decimal("0.5")
"""Maximum change of a figure, relative to its former value, before it counts as moved."""
JUMP = 10
"""Minimum factor between a price and its former value for it to count as jumped."""
NEWEST = 20
"""The newest date of a feed is the one that this many of its entries reach, so that a few wrong dates don't count."""
EXAMPLES = 3
"""Maximum number of entries that a detail lists."""
REPEATED_KEY = "given more than once:"
"""Part of the reason of every Reject of a duplicate key whose values differ."""


class GuardRule(StrEnum):
    """The rule that a feed, or an entry of it, breaks."""

    SHRUNK = "shrunk"
    OLDER = "older"
    REVERTED = "reverted"
    REPLACED = "replaced"
    REPRICED = "repriced"
    RESIZED = "resized"
    BLURRED = "blurred"
    REPEATED = "repeated"
    JUMPED = "jumped"
    DRIFTED = "drifted"
    ABSURD = "absurd"
    OUTLYING = "outlying"
    VANISHED = "vanished"
    LOOKALIKE = "look-alike"


FINAL = frozenset({GuardRule.SHRUNK, GuardRule.OLDER, GuardRule.ABSURD})
"""Rules whose anomalies are never confirmed by recurring."""
ABOUT_PRICES = frozenset({GuardRule.JUMPED, GuardRule.DRIFTED, GuardRule.ABSURD, GuardRule.OUTLYING})
"""Rules for which only the prices of an entry are quarantined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One way in which a feed, or an entry of it, breaks a rule."""

    rule: GuardRule
    entry: str | None = None
    """The id of the entry; None for the feed as a whole."""
    detail: str
    key: str
    """A key that is equal for the same anomaly in another version of the feed."""
    times: int = 1
    """Number of consecutive refreshes in which it was found."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of entries that differ between a feed and the served one."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    """Entries that changed in any way, including prices."""
    repriced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The anomalies of a newer feed, and which of them stand."""

    anomalies: tuple[Anomaly, ...]
    """All anomalies, including confirmed ones."""
    tally: Tally
    confirmations: int
    """Number of consecutive refreshes after which an anomaly is confirmed."""
    origins: Mapping[str, PriceOrigin] = field(default_factory=dict)
    """The origins of prices that have moved of late, to be remembered until the next refresh."""

    @property
    def standing(self) -> tuple[Anomaly, ...]:
        """The anomalies that stand: those that are neither confirmed nor accepted."""
        return (*self.blocking, *self.quarantined)

    @property
    def blocking(self) -> tuple[Anomaly, ...]:
        """The standing anomalies about the whole feed: while there are any, the feed is held."""
        return tuple(anomaly for anomaly in self.anomalies if anomaly.entry is None and self._stands(anomaly))

    @property
    def is_final(self) -> bool:
        """True if only a person can accept the feed."""
        return any(anomaly.rule in FINAL for anomaly in self.blocking)

    @property
    def quarantined(self) -> tuple[Anomaly, ...]:
        """The standing anomalies about single entries, which are quarantined."""
        return tuple(anomaly for anomaly in self.anomalies if anomaly.entry is not None and self._stands(anomaly))

    def _stands(self, anomaly: Anomaly) -> bool:
        return anomaly.rule in FINAL or anomaly.times < self.confirmations


def examine(
    served: Layer,
    newer: Layer,
    *,
    seen: Mapping[str, int],
    confirmations: int,
    superseded: frozenset[str] = frozenset(),
    is_present: Callable[[str], bool] = lambda _: False,
    origins: Mapping[str, PriceOrigin] = NO_ORIGINS,
    today: date = date.min,
) -> Examination:
    """Find the anomalies of ``newer``, compared with ``served``.

    ``seen`` has the number of preceding refreshes with each anomaly, by its key. ``superseded`` are the SHA-256 of
    contents that were served before the current ones. ``is_present`` returns True for an entry that the newer feed
    has in any form: one that cannot be read has vanished, rather than been removed. ``origins`` are those that the
    examination before gave, and ``today`` is the day of the newer feed.
    """
    before, after = EntryViews.of(served), EntryViews.of(newer)
    damaged = {it for it in before.keys() - after.keys() if is_present(it)}
    differences = {it: _Difference.between(before[it], after[it]) for it in before.differing(after)}
    remembered = within_window(origins, today)
    anomalies = [
        *_about_size(before, after),
        *_about_age(newer, before=before, after=after, superseded=superseded),
        *_about_replacement(before, after, damaged),
        *_about_amount(before, differences, damaged),
        *_about_keys(served, newer),
        *_about_entries(differences, damaged),
        *_about_drift(differences, remembered),
        *_about_new_prices(before, after, differences),
        *_about_names(before, after),
    ]
    examination = Examination(
        anomalies=tuple(_counted(anomaly, seen) for anomaly in anomalies),
        tally=_tally(before, after, differences),
        confirmations=confirmations,
    )
    return replace(examination, origins=_origins(examination, differences, remembered, today=today))


@dataclass(frozen=True, slots=True)
class _Difference:
    """The changes of one entry that both versions have."""

    repriced: tuple[str, ...]
    """Descriptions of prices that moved by more than half."""
    resized: tuple[str, ...]
    """Descriptions of limits that moved by more than half."""
    jumped: tuple[str, ...]
    """Descriptions of prices that jumped."""
    vanished: tuple[str, ...]
    """Descriptions of facts that are no longer known."""
    moves: Mapping[str, tuple[Decimal, Decimal]]
    """The prices that changed, by name: before and after."""
    new: Mapping[str, Decimal]
    """The prices that had none before them, by name."""
    is_repriced: bool
    """True if any price changed."""

    @classmethod
    def between(cls, before: EntryView, after: EntryView) -> _Difference:
        was, now = before.facts, after.facts
        moves = [(name, was[name], now[name]) for name in was if name in now and was[name] != now[name]]
        prices = [(name, a, b) for name, a, b in moves if isinstance(a, Decimal) and isinstance(b, Decimal)]
        limits = [(name, a, b) for name, a, b in moves if type(a) is int and type(b) is int]
        return cls(
            repriced=tuple(_described(name, a, b) for name, a, b in prices if _has_moved(a, b)),
            resized=tuple(_described(name, a, b) for name, a, b in limits if _has_moved(Decimal(a), Decimal(b))),
            jumped=tuple(_described(name, a, b) for name, a, b in prices if _has_jumped(a, b)),
            vanished=tuple(_gone(name, was[name]) for name in was if name not in now),
            moves={name: (a, b) for name, a, b in prices},
            new={name: price for name, price in after.prices.items() if name not in was},
            is_repriced=before.prices != after.prices,
        )


def _about_size(before: EntryViews, after: EntryViews) -> Iterator[Anomaly]:
    least = max(LEAST_SHARE * before.models, min(LEAST_MODELS, before.models))
    if after.models < least:
        yield _anomaly(GuardRule.SHRUNK, f"{after.models} models, where {before.models} are served")


def _about_age(newer: Layer, *, before: EntryViews, after: EntryViews, superseded: frozenset[str]) -> Iterator[Anomaly]:
    was, now = before.newest(NEWEST), after.newest(NEWEST)
    if not was or not now or now >= was:
        return
    detail = f"its newest models are of {now}, where those served are of {was}"
    if newer.sha256 in superseded:
        yield _anomaly(GuardRule.REVERTED, f"a content that was served before: {detail}")
    else:
        yield _anomaly(GuardRule.OLDER, detail)


def _about_replacement(before: EntryViews, after: EntryViews, damaged: set[str]) -> Iterator[Anomaly]:
    gone = sorted(before.keys() - after.keys() - damaged)
    if len(gone) > (1 - LEAST_SHARE) * len(before):
        yield _anomaly(GuardRule.REPLACED, f"{len(gone)} of {len(before)} entries are gone: {_examples(gone)}", *gone)


def _about_amount(before: EntryViews, differences: Mapping[str, _Difference], damaged: set[str]) -> Iterator[Anomaly]:
    repriced = {it: found.repriced for it, found in sorted(differences.items()) if found.repriced}
    resized = {it: found.resized for it, found in sorted(differences.items()) if found.resized}
    for rule, what, moved, most in (
        (GuardRule.REPRICED, "prices", repriced, MOST_REPRICED),
        (GuardRule.RESIZED, "limits", resized, MOST_RESIZED),
    ):
        if len(moved) > most * len(before):
            detail = f"{what} of {len(moved)} of {len(before)} entries moved by more than half: {_examples(moved)}"
            yield _anomaly(rule, detail, *moved, *map(str, moved.values()))
    blurred = sorted(damaged.union(it for it, found in differences.items() if found.vanished))
    if len(blurred) > MOST_BLURRED * len(before):
        detail = f"of {len(blurred)} of {len(before)} entries something is known no longer"
        yield _anomaly(GuardRule.BLURRED, f"{detail}: {_examples(blurred)}", *blurred)


def _about_keys(served: Layer, newer: Layer) -> Iterator[Anomaly]:
    before = Counter(reject.where for reject in served.rejects if REPEATED_KEY in reject.reason)
    repeated = {reject.where: reject.reason for reject in newer.rejects if REPEATED_KEY in reject.reason}
    if new := {where: reason for where, reason in sorted(repeated.items()) if not before[where]}:
        stated = [f"{where}: {reason}" for where, reason in new.items()]
        number = f"{len(new)} keys are" if len(new) > 1 else "a key is"
        yield _anomaly(GuardRule.REPEATED, f"{number} given twice: {_examples(stated, '; ')}", *stated)


def _about_entries(differences: Mapping[str, _Difference], damaged: set[str]) -> Iterator[Anomaly]:
    for entry in sorted(damaged):
        yield _anomaly(GuardRule.VANISHED, "it cannot be read any more", entry=entry)
    for entry, found in sorted(differences.items()):
        if found.vanished:
            yield _anomaly(GuardRule.VANISHED, "; ".join(found.vanished), *found.vanished, entry=entry)
        if found.jumped:
            yield _anomaly(GuardRule.JUMPED, "; ".join(found.jumped), *found.jumped, entry=entry)


def _about_drift(differences: Mapping[str, _Difference], origins: Mapping[str, PriceOrigin]) -> Iterator[Anomaly]:
    for entry, found in sorted(differences.items()) if origins else ():
        drifted = []
        for name, (before, after) in found.moves.items():
            origin = origins.get(origin_key(entry, name))
            if origin and _has_jumped(origin.price, after) and not _has_jumped(before, after):
                drifted.append(f"{_described(name, origin.price, after)} since {origin.since}")
        if drifted:
            yield _anomaly(GuardRule.DRIFTED, "; ".join(drifted), *drifted, entry=entry)


def _about_new_prices(
    before: EntryViews, after: EntryViews, differences: Mapping[str, _Difference]
) -> Iterator[Anomaly]:
    known = KnownPrices(before.records)
    new = {entry: after[entry].prices for entry in after.keys() - before.keys()}
    new |= {entry: found.new for entry, found in differences.items()}
    moved = {entry: {name: it[1] for name, it in found.moves.items()} for entry, found in differences.items()}
    for entry, prices in sorted(new.items()):
        if absurd := beyond_bounds({**prices, **moved.get(entry, {})}):
            yield _anomaly(GuardRule.ABSURD, "; ".join(absurd), *absurd, entry=entry)
        elif prices and (outlying := known.outlying(entry, after.records[entry], prices)):
            yield _anomaly(GuardRule.OUTLYING, "; ".join(outlying), *outlying, entry=entry)


def _origins(
    examination: Examination,
    differences: Mapping[str, _Difference],
    remembered: Mapping[str, PriceOrigin],
    *,
    today: date,
) -> Mapping[str, PriceOrigin]:
    """The origins after a refresh: with those of prices that are served anew, without those that were confirmed."""
    if examination.blocking:
        return remembered
    quarantined = {anomaly.entry for anomaly in examination.quarantined}
    drifted = {anomaly.entry for anomaly in examination.anomalies if anomaly.rule is GuardRule.DRIFTED}
    origins = dict(remembered)
    for entry, found in differences.items():
        for name, (before, after) in found.moves.items() if entry not in quarantined else ():
            key = origin_key(entry, name)
            if entry in drifted or _has_jumped(before, after):
                origins.pop(key, None)
            else:
                origins.setdefault(key, PriceOrigin(before, today))
    return origins


def _about_names(before: EntryViews, after: EntryViews) -> Iterator[Anomaly]:
    new = sorted(after.keys() - before.keys())
    spellings = Counter(map(fold, after.keys() if new else ()))
    for entry in new:
        if not entry.isascii():
            yield _anomaly(GuardRule.LOOKALIKE, "a new id with characters beyond ASCII", entry=entry)
        elif spellings[fold(entry)] > 1:
            yield _anomaly(GuardRule.LOOKALIKE, "a new id that differs from another only in case", entry=entry)


def _has_moved(before: Decimal, after: Decimal) -> bool:
    return abs(after - before) > MOVED * before


def _has_jumped(before: Decimal, after: Decimal) -> bool:
    if not before or not after:
        return True
    return max(before, after) >= JUMP * min(before, after)


def _tally(before: EntryViews, after: EntryViews, differences: Mapping[str, _Difference]) -> Tally:
    return Tally(
        added=len(after.keys() - before.keys()),
        removed=len(before.keys() - after.keys()),
        changed=len(differences),
        repriced=sum(found.is_repriced for found in differences.values()),
    )


def _anomaly(rule: GuardRule, detail: str, *particulars: str, entry: str | None = None) -> Anomaly:
    """An anomaly whose key depends on its rule, its entry and ``particulars``."""
    digest = hashlib.sha256("\0".join((entry or "", *particulars)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Anomaly(rule=rule, entry=entry, detail=detail[:400], key=f"{rule}:{digest}")


def _counted(anomaly: Anomaly, seen: Mapping[str, int]) -> Anomaly:
    return Anomaly(
        rule=anomaly.rule,
        entry=anomaly.entry,
        detail=anomaly.detail,
        key=anomaly.key,
        times=seen.get(anomaly.key, 0) + 1,
    )


def _described(name: str, before: object, after: object) -> str:
    return f"{name} from {_text(before)} to {_text(after)}"


def _gone(name: str, before: object) -> str:
    return f"{name} is gone" if before is True else f"{name} was {_text(before)}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return digits(value) if isinstance(value, Decimal) else str(value)


def _examples(entries: Iterable[str], separator: str = ", ") -> str:
    listed: Sequence[str] = list(entries)
    return separator.join(listed[:EXAMPLES]) + (f"{separator}…" if len(listed) > EXAMPLES else "")
