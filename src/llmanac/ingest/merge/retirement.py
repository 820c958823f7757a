"""Reads the last days that sources state: which are the end of an offer, and which only promise it until then.

A date is a promise, *not before*, where

- it is exactly a year after the release: what vendors write for a model of which they have not decided the end;
- another row of the same host for the same model (in another region, under an alias) states a later one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from llmanac.domain.dates import day_of, is_month, last_day_of
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle, LifecycleDate
from llmanac.ingest.layer import ModelClaims, SourceClaims

OF_ALL_REGIONS = re.compile(r"^(?:us|eu|ap|apac|jp|au|ca|in|sa|me|af|il|mx|uk|global)(?:-gov)?\.(?=[a-z])")
"""The mark of a region before a name, which differs between rows of one model."""
ANNIVERSARY_DAYS = 1
"""Days by which a release and its anniversary may differ: a day begins earlier elsewhere."""


@dataclass(frozen=True, slots=True)
class StatedEnds:
    """The latest last day that the rows of a source state for each model at each of its hosts."""

    latest: Mapping[tuple[str, str], date]

    @classmethod
    def of(cls, rows: Iterable[ModelClaims]) -> StatedEnds:
        """The last days of these rows."""
        days: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
        for row in rows:
            if row.deprecation_date is not None:
                days[_model_at_host(row)].append(last_day_of(row.deprecation_date))
        return cls({key: max(those) for key, those in days.items() if len(set(those)) > 1})

    def lifecycle(self, claims: Iterable[SourceClaims], released: Iterable[str | None]) -> Lifecycle:
        """The lifecycle of an offer, by the first of these claims that states a last day.

        ``released`` are the dates of its release, by its host and by its lab.
        """
        for it in claims:
            stated = it.claims.deprecation_date
            if stated is not None:
                end = LifecycleDate(stated, it.source)
                if self._is_contradicted(it.claims, end.day) or _is_anniversary(stated, released):
                    return Lifecycle(retires_not_before=end)
                return Lifecycle(retires_on=end)
        return NO_LIFECYCLE

    def _is_contradicted(self, claims: ModelClaims, day: date) -> bool:
        """Returns True if another row of the same model at the same host ends later."""
        return bool(self.latest) and day < self.latest.get(_model_at_host(claims), day)


def _model_at_host(row: ModelClaims) -> tuple[str, str]:
    """The host of a LiteLLM row without the kind of model, and its model without path and region."""
    host = re.split(r"-|_converse", row.litellm_provider or "", maxsplit=1)[0]
    return host, OF_ALL_REGIONS.sub("", row.id.rpartition("/")[2].casefold())


def _is_anniversary(stated: str, released: Iterable[str | None]) -> bool:
    """Returns True if a last day is a year after one of these dates of release, by the calendar."""
    if is_month(stated):
        return False
    end = day_of(stated)
    return any(
        abs((end - _a_year_after(day_of(each))).days) <= ANNIVERSARY_DAYS
        for each in released
        if each is not None and not is_month(each)
    )


def _a_year_after(day: date) -> date:
    """The same day of the next year; the 28th for 29 February."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if is_leap_day else day.day)
