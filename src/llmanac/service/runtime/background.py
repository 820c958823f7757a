"""Background tasks: what a server does beside requests, again and again; a failure is logged, and tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from llmanac.errors import LlmanacError

logger = logging.getLogger(__name__)


@asynccontextmanager
async def in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """A background task that runs for as long as the block lasts."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def every(work: Callable[[], Awaitable[object]], *, every_s: float, what: str) -> None:
    """Do a work over and over, with pauses, until it is cancelled.

    ``what`` says, in the log, which work it is that fails. A failure that lasts is told of once.
    """
    told: type[Exception] | None = None
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 -- nobody else would hear of it, and the work has to go on
            if type(error) is not told:
                _tell(what, error)
            told = type(error)
        else:
            told = None
        await asyncio.sleep(every_s)


def _tell(what: str, error: Exception) -> None:
    if isinstance(error, LlmanacError):
        logger.warning("%s failed, and is tried again: %s", what, error.detail)
    else:
        logger.error("%s failed unexpectedly, and is tried again.", what, exc_info=error)
