"""Prices usage logs line by line, in memory that does not grow with their length.

A cost is linear in tokens among requests with the same rates. So only sums of tokens are kept, by rates and by what
totals are grouped by; money is worked out at the end, and never rounded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from operator import add
from typing import BinaryIO, TypeAlias

from llmanac.domain.charges import EXACT
from llmanac.domain.file_names import encodable
from llmanac.domain.usage import KINDS
from llmanac.errors import InvalidParameters, InvalidRequest, ParameterFault
from llmanac.ingest.merge.build import without_collection
from llmanac.service.offers.bill import (
    Bill,
    BillGroup,
    InsteadTotal,
    NotCountedUse,
    NotPricedLine,
    NotPricedLines,
)
from llmanac.service.offers.dated_rates import DatedRates, EditionAt
from llmanac.service.offers.rated_offer import RatedOffer, RateVariant
from llmanac.usage.logs.repeats import Numbered
from llmanac.usage.reader import UsageReader
from llmanac.usage.record import NotPriced, NotPricedReason, Skipped, UsageFault, UsageRecord
from llmanac.usage.times import zone_of

CHUNK = 2048
"""Lines whose rates are looked up together."""
MOST_GROUPS = 20_000
"""Maximum number of sums that are kept."""
MOST_LISTED = 1000
"""Maximum number of lines that a bill lists as not priced."""
MOST_EXTRAS = 100
"""Names of what is not counted; what has others is summed up under OTHERS."""
OTHERS = "others"
MOST_FIELDS = 5
LONGEST_FIELD = 100
MODEL, DAY, MONTH, PROVIDER, SERVICE, SHAPE, FILE = "model", "day", "month", "provider", "service", "shape", "file"
TIMES = (DAY, MONTH)

Sums: TypeAlias = list[int]
"""Sums of tokens, in the order of TokenKind, then the number of requests."""
GroupKey: TypeAlias = tuple[str | None, ...]
SumsKey: TypeAlias = tuple[GroupKey, RateVariant, RateVariant | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillOptions:
    """The question that a bill answers besides the total."""

    by: tuple[str, ...] = (MODEL,)
    """Fields to group by: model, day, month, provider, service, shape, file, or a field of the lines (``a.b``)."""
    instead: str | None = None
    """The id of a model to price the same usage at, by its price of now."""
    as_of: date | None = None
    """A day whose prices hold for all requests; None for those of each request's own day."""
    timezone: str | None = None
    """The IANA name of the zone of times that state none; None where such lines are not priced."""
    listed: int = 100
    """Maximum number of lines to list as not priced."""

    def __post_init__(self) -> None:
        """Raises InvalidParameters for a value that is out of bounds."""
        if not 1 <= len(self.by) <= MOST_FIELDS or len({*self.by}) < len(self.by) or not all(self.by):
            raise _out_of_bounds("by", f"by should be 1 to {MOST_FIELDS} different names of fields")
        if any(len(name) > LONGEST_FIELD for name in self.by):
            raise _out_of_bounds("by", f"a field of by should have at most {LONGEST_FIELD} characters")
        if not 0 <= self.listed <= MOST_LISTED:
            raise _out_of_bounds("listed", f"listed should be between 0 and {MOST_LISTED:,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillBounds:
    """Limits on what a bill may take; None for none."""

    file_bytes: int | None = None
    """Of one file, unpacked."""
    days: int | None = None
    rates: int | None = None
    """Models whose rates are looked up, once more for each day."""


NO_BOUNDS = BillBounds()


def price_logs(
    logs: Iterable[tuple[str | None, BinaryIO]],
    edition_at: EditionAt,
    options: BillOptions,
    *,
    bounds: BillBounds = NO_BOUNDS,
) -> Bill:
    """The bill of some logs, named binary files that are plain or gzip.

    Raises InvalidRequest where they are out of bounds, InvalidParameters for an unknown time zone, NotFound and
    Forbidden for the model of ``instead``, and what ``edition_at`` raises.
    """
    zone = None if options.timezone is None else zone_of(options.timezone)
    rates = DatedRates(edition_at, as_of=options.as_of, most_days=bounds.days, most_rates=bounds.rates)
    own_fields = [name for name in options.by if name not in OWN_VALUES]
    billing = Billing(rates, UsageReader(zone, fields=own_fields, largest=bounds.file_bytes), options)
    for name, file in logs:
        billing.add(file, None if name is None else encodable(name))
    return billing.bill()


class Billing:
    """The bill of some logs, as they are read."""

    def __init__(self, rates: DatedRates, reader: UsageReader, options: BillOptions) -> None:
        """Raises NotFound and Forbidden for the model of ``instead``."""
        self._rates = rates
        self._reader = reader
        self._options = options
        self._instead = None if options.instead is None else rates.current(options.instead)
        self._group_of = _grouping(options.by)
        self._names: list[str | None] = []
        self._sums: dict[SumsKey, Sums] = {}
        self._extras: Counter[str] = Counter()
        self._shapes: Counter[str] = Counter()
        self._skipped: Counter[Skipped] = Counter()
        self._reasons: Counter[NotPricedReason] = Counter()
        self._listed: list[tuple[int, int, NotPriced]] = []
        self._instead_reason: str | None = None

    def add(self, file: BinaryIO, name: str | None = None) -> None:
        """Price a binary file. Raises InvalidRequest where there are too many groups, and as editions are opened."""
        self._names.append(name)
        self._take(self._reader.read(file))

    def bill(self) -> Bill:
        """The bill of all files."""
        self._take(self._reader.finish())
        groups = self._groups()
        priced = sum(sums[-1] for sums in self._sums.values())
        not_priced, skipped = sum(self._reasons.values()), sum(self._skipped.values())
        return Bill(
            lines=priced + not_priced + skipped,
            priced=priced,
            not_priced=not_priced,
            skipped=skipped,
            repeated=self._skipped[Skipped.REPEATED],
            total=_sum(group.total for group in groups) if priced else None,
            as_of=self._rates.as_of,
            shapes=dict(self._shapes.most_common()),
            by=self._options.by,
            groups=groups,
            instead=self._instead_total(groups),
            not_counted=tuple(NotCountedUse(name=name, quantity=it) for name, it in self._extras.most_common()),
            reasons=tuple(NotPricedLines(reason=reason, lines=it) for reason, it in self._reasons.most_common()),
            listed=tuple(
                NotPricedLine(file=self._names[file], line=line, reason=why.reason, detail=why.detail)
                for file, line, why in sorted(self._listed)
            ),
        )

    def _take(self, outcomes: Iterator[Numbered]) -> None:
        while self._take_chunk(outcomes):
            pass  # collection runs between two of them

    def _take_chunk(self, outcomes: Iterator[Numbered]) -> int:
        """Price the next lines; the number of them."""
        rates = self._rates
        with without_collection():
            chunk = list(islice(outcomes, CHUNK))
            keys = [rates.key(it) if isinstance(it, UsageRecord) else None for _, _, it in chunk]
            rates.look_up(keys)
            for (file, line, outcome), key in zip(chunk, keys, strict=True):
                if isinstance(outcome, UsageRecord) and key is not None:
                    try:
                        self._price(outcome, rates[key], self._names[file])
                    except UsageFault as fault:
                        self._list(file, line, fault.why)
                elif isinstance(outcome, NotPriced):
                    self._list(file, line, outcome)
                elif isinstance(outcome, Skipped):
                    self._skipped[outcome] += 1
        return len(chunk)

    def _price(self, record: UsageRecord, rated: RatedOffer | NotPriced, file: str | None) -> None:
        """Add a request to its sums. Raises UsageFault where its price is unknown, and InvalidRequest."""
        self._shapes[record.shape] += 1
        if isinstance(rated, NotPriced):
            raise UsageFault(*rated)
        variant = rated.variant(record)
        instead = None if self._instead is None else self._variant_of(self._instead, record)
        place = (self._group_of(rated, record, file), variant, instead)
        counts, _, extras = record.reading
        sums = self._sums.get(place)
        if sums is None:
            if len(self._sums) >= MOST_GROUPS:
                raise InvalidRequest(
                    f"There are more than {MOST_GROUPS:,} groups by {', '.join(self._options.by)}; "
                    "group by fields with fewer values."
                )
            self._sums[place] = [*counts, 1]
        else:
            sums[:] = map(add, sums, (*counts, 1))
        for name, quantity in extras:
            self._extras[name if name in self._extras or len(self._extras) < MOST_EXTRAS else OTHERS] += quantity

    def _variant_of(self, instead: RatedOffer, record: UsageRecord) -> RateVariant | None:
        """The rates of a request at the other model; None where they are unknown."""
        try:
            return instead.variant(record)
        except UsageFault as fault:
            self._instead_reason = self._instead_reason or fault.why.detail
            return None

    def _list(self, file: int, line: int, why: NotPriced) -> None:
        self._reasons[why.reason] += 1
        if len(self._listed) < self._options.listed:
            self._listed.append((file, line, why))

    def _groups(self) -> tuple[BillGroup, ...]:
        by_key: defaultdict[GroupKey, list[tuple[Sums, Decimal, Decimal | None]]] = defaultdict(list)
        for (key, variant, instead), sums in self._sums.items():
            counts, requests = sums[:-1], sums[-1]
            there = None if instead is None else instead.amount(counts, requests)
            by_key[key].append((sums, variant.amount(counts, requests), there))
        groups = [self._group(key, parts) for key, parts in by_key.items()]
        times = [name for name in self._options.by if name in TIMES]
        groups.sort(key=lambda group: (*[group.by[name] or "" for name in times], -group.total))
        return tuple(groups)

    def _group(self, key: GroupKey, parts: Sequence[tuple[Sums, Decimal, Decimal | None]]) -> BillGroup:
        sums = [sum(column) for column in zip(*(sums for sums, _, _ in parts), strict=True)]
        there = [amount for _, _, amount in parts if amount is not None]
        return BillGroup(
            by=dict(zip(self._options.by, key, strict=True)),
            requests=sums[-1],
            tokens={kind.value: number for kind, number in zip(KINDS, sums[:-1], strict=True) if number},
            total=_sum(amount for _, amount, _ in parts),
            instead=_sum(there) if len(there) == len(parts) else None,
        )

    def _instead_total(self, groups: Sequence[BillGroup]) -> InsteadTotal | None:
        if self._instead is None:
            return None
        missing = sum(sums[-1] for (_, _, instead), sums in self._sums.items() if instead is None)
        known = [group.instead for group in groups if group.instead is not None]
        return InsteadTotal(
            id=self._instead.id,
            total=_sum(known) if known and not missing else None,
            not_priced=missing,
            reason=self._instead_reason,
        )


GroupOf: TypeAlias = Callable[[RatedOffer, UsageRecord, str | None], GroupKey]
ValueOf: TypeAlias = Callable[[RatedOffer, UsageRecord, str | None], str | None]

OWN_VALUES: dict[str, ValueOf] = {
    MODEL: lambda rated, _, __: rated.id,
    PROVIDER: lambda rated, _, __: rated.provider,
    DAY: lambda _, record, __: record.at.date().isoformat(),
    MONTH: lambda _, record, __: record.at.date().isoformat()[:7],
    SERVICE: lambda _, record, __: record.reading.service,
    SHAPE: lambda _, record, __: record.shape,
    FILE: lambda _, __, name: name,
}
"""Values of groups that are no fields of the lines."""


def _grouping(by: Sequence[str]) -> GroupOf:
    values = [OWN_VALUES.get(name) or _field(name) for name in by]
    if by == (MODEL,):
        return lambda rated, _, __: (rated.id,)
    return lambda rated, record, name: tuple([value(rated, record, name) for value in values])


def _field(name: str) -> ValueOf:
    return lambda _, record, __: record.fields[name]


def _out_of_bounds(name: str, message: str) -> InvalidParameters:
    return InvalidParameters(f"{message}.", faults=(ParameterFault((name,), message, "value_error"),))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
