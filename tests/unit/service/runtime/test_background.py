"""Background tasks go on, whatever happens to them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from llmanac.errors import StorageError
from llmanac.service.runtime.background import every

pytestmark = pytest.mark.anyio


async def run_through(outcomes: Sequence[Exception | None]) -> None:
    """Repeat a job that has these outcomes, one after another, until it has had all of them."""
    left = list(outcomes)

    async def job() -> None:
        if not left:
            raise asyncio.CancelledError
        if outcome := left.pop(0):
            raise outcome

    with pytest.raises(asyncio.CancelledError):
        await every(job, every_s=0, what="Counting")


async def test_an_unexpected_failure_is_logged_with_its_traceback_and_the_job_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await run_through([ZeroDivisionError("oh"), None])

    [record] = caplog.records
    assert (record.levelno, record.exc_info is not None) == (logging.ERROR, True)
    assert record.getMessage() == "Counting failed unexpectedly, and will be retried."


async def test_a_failure_that_lasts_is_logged_once_and_another_one_again(caplog: pytest.LogCaptureFixture) -> None:
    full = StorageError("The disk is full.")
    await run_through([full, full, ZeroDivisionError(), full, None, full])

    assert [record.levelno for record in caplog.records] == [
        logging.WARNING,
        logging.ERROR,
        logging.WARNING,
        logging.WARNING,
    ]
    assert caplog.records[0].getMessage() == "Counting failed, and will be retried: The disk is full."
