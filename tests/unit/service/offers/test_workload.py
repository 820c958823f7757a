"""Workloads: what they refuse, before anything is computed with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from llmanac.domain.usage import Usage
from llmanac.errors import InvalidParameters
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.workload import EARLIEST, LATEST, Workload


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-27T09:30:00",
        "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:59:59+00:00",
        "2200-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_a_time_that_no_request_has_is_refused(at: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        Workload(tokens=Usage(input=1), at=datetime.fromisoformat(at))
    assert [it.loc for it in refused.value.faults] == [("at",)]


@pytest.mark.parametrize("at", [EARLIEST, datetime(2199, 12, 31, 23, 59, tzinfo=UTC)])
def test_every_other_time_can_be_computed_with(at: datetime, embedded_edition: Edition) -> None:
    assert EARLIEST <= at < LATEST
    work = Workload(tokens=Usage(input=1), at=at)
    services = embedded_edition.services
    assert services.estimator.rank_named(["deepseek/deepseek-v4-pro"], work).models
    assert services.alternatives.find("deepseek/deepseek-v4-pro", workload=work, now=at).model.total is not None
