"""Background tasks that run while the server does; a failure is logged and retried."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from llmanac.errors import LlmanacError

logger = logging.getLogger(__name__)


@asynccontextmanager
async def in_background(coroutine: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run a coroutine as a background task for as long as the block lasts."""
    task = asyncio.create_task(coroutine)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def every(job: Callable[[], Awaitable[object]], *, every_s: float, what: str) -> None:
    """Run a job again and again, ``every_s`` seconds apart, until this is cancelled.

    ``what`` names the job in the log. Of failures of one kind in a row, the first is logged.
    """
    logged: type[Exception] | None = None
    while True:
        try:
            await job()
        except Exception as error:  # noqa: BLE001 -- nobody else would log it, and the job has to go on
            if type(error) is not logged:
                _log_failure(what, error)
            logged = type(error)
        else:
            logged = None
        await asyncio.sleep(every_s)


def _log_failure(what: str, error: Exception) -> None:
    if isinstance(error, LlmanacError):
        logger.warning("%s failed, and will be retried: %s", what, error.detail)
    else:
        logger.error("%s failed unexpectedly, and will be retried.", what, exc_info=error)
