"""Work beside the serving goes on, whatever happens to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from llmanac.errors import StorageError
from llmanac.service.runtime.background import every

pytestmark = pytest.mark.anyio


async def run_through(outcomes: Sequence[Exception | None]) -> None:
    """Repeat a work that has these outcomes, one after another, until it has had all of them."""
    left = list(outcomes)

    async def work() -> None:
        if not left:
            raise asyncio.CancelledError
        if outcome := left.pop(0):
            raise outcome

    with pytest.raises(asyncio.CancelledError):
        await every(work, every_s=0, what="Counting")


async def test_what_nobody_foresaw_is_logged_with_its_trace_and_the_work_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await run_through([ZeroDivisionError("oh"), None])

    [record] = caplog.records
    assert (record.levelno, record.exc_info is not None) == (logging.ERROR, True)
    assert record.getMessage() == "Counting failed unexpectedly, and is tried again."


async def test_a_failure_that_lasts_is_told_of_once_and_another_one_again(caplog: pytest.LogCaptureFixture) -> None:
    full = StorageError("The disk is full.")
    await run_through([full, full, ZeroDivisionError(), full, None, full])

    assert [record.levelno for record in caplog.records] == [
        logging.WARNING,
        logging.ERROR,
        logging.WARNING,
        logging.WARNING,
    ]
    assert caplog.records[0].getMessage() == "Counting failed, and is tried again: The disk is full."
