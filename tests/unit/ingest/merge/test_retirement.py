"""Stated last days: those that are the end, and those that are only promised."""

from __future__ import annotations

import pytest

from llmanac.domain.feed import LITELLM
from llmanac.domain.lifecycle import NO_LIFECYCLE, Lifecycle, LifecycleDate
from llmanac.ingest.layer import ModelClaims, SourceClaims
from llmanac.ingest.merge.retirement import StatedEnds


def row(id: str, last: str | None, provider: str = "acme") -> ModelClaims:  # noqa: A002 -- the field's own name
    return ModelClaims(id=id, litellm_provider=provider, deprecation_date=last)


def lifecycle(claimed: ModelClaims, *others: ModelClaims, released: tuple[str | None, ...] = ()) -> Lifecycle:
    return StatedEnds.of((claimed, *others)).lifecycle([SourceClaims(LITELLM, claimed)], released)


def on(date: str) -> Lifecycle:
    return Lifecycle(retires_on=LifecycleDate(date, LITELLM))


def not_before(date: str) -> Lifecycle:
    return Lifecycle(retires_not_before=LifecycleDate(date, LITELLM))


def test_a_stated_day_is_the_last() -> None:
    assert lifecycle(row("m", "2026-11-30"), released=("2025-09-29", None, "2025-11")) == on("2026-11-30")
    assert lifecycle(row("m", "2026-11")) == on("2026-11")
    assert lifecycle(row("m", None)) == NO_LIFECYCLE


@pytest.mark.parametrize(
    ("released", "last"),
    [
        ("2025-09-29", "2026-09-29"),
        ("2025-09-29", "2026-09-28"),
        ("2025-09-29", "2026-09-30"),
        ("2024-02-29", "2025-02-28"),
        ("2024-02-29", "2025-03-01"),
    ],
)
def test_a_year_after_the_release_it_is_only_promised(released: str, last: str) -> None:
    assert lifecycle(row("m", last), released=(None, released)) == not_before(last)


@pytest.mark.parametrize("last", ["2026-09-27", "2026-10-01", "2027-09-29", "2026-09"])
def test_any_other_time_after_the_release_is_the_end(last: str) -> None:
    assert lifecycle(row("m", last), released=("2025-09-29",)) == on(last)


def test_a_later_day_in_another_region_or_under_an_alias_makes_it_a_promise() -> None:
    early, late = row("acme/eu.lab.m", "2026-11-04"), row("acme/us.lab.m", "2027-04-14", "acme_converse")

    assert lifecycle(early, late) == not_before("2026-11-04")
    assert lifecycle(late, early) == on("2027-04-14")


def test_other_hosts_and_other_snapshots_contradict_nothing() -> None:
    early = row("acme/m-2024-05-13", "2026-10-23")

    assert lifecycle(early, row("other/m-2024-05-13", "2027-01-14", "other")) == on("2026-10-23")
    assert lifecycle(early, row("acme/m-2024-08-06", "2027-01-14")) == on("2026-10-23")
