"""Server processes that share one listening socket, and the parent that supervises them.

They are forked from a process that has imported the application, so that its memory is shared. The kernel hands
each connection to one of them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from types import FrameType

from llmanac.errors import ConfigurationError, LlmanacError

SHORT_LIFE = 5.0
"""Seconds; a worker that fails sooner has failed to start."""
LONG_LIFE = 300.0
"""Seconds; a worker that ends later resets the count of failures."""
LONGEST_PAUSE = 60.0
"""The longest back-off in seconds before a worker that keeps failing is replaced."""

SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""Signals that stop the server."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worker:
    """One server process, by its number."""

    number: int
    """From 0; its replacement has the same."""
    generation: int = 0
    """Workers of this number before it."""
    failures: int = 0
    """Failures in a row among them, without a long life in between."""

    @property
    def pause(self) -> float:
        """Back-off before it starts, in seconds: none after a first failure, then doubling up to ``LONGEST_PAUSE``."""
        return float(min(2 ** (self.failures - 2), LONGEST_PAUSE)) if self.failures > 1 else 0.0

    def successor(self, life: float) -> Worker:
        """Its replacement, after it lived for so many seconds."""
        return Worker(self.number, self.generation + 1, failures=1 if life >= LONG_LIFE else self.failures + 1)


class Workers:
    """Keeps ``count`` server processes running until a signal stops them all."""

    def __init__(self, count: int, work: Callable[[Worker], None]) -> None:
        if not hasattr(os, "fork"):
            raise ConfigurationError("This system cannot fork processes; serve with one worker.")
        self._count = count
        self._work = work
        self._started: dict[int, tuple[Worker, float]] = {}
        """The worker and the monotonic time of its start, by process id."""
        self._stopping = False
        self._parent_ended, self._parent_lives = os.pipe()
        """A pipe that is never written to: the parent's end closes when the parent ends, in whatever way."""

    def run(self) -> bool:
        """Run until SIGTERM or SIGINT, and replace workers that die. False where a worker could not start."""
        for wanted in SIGNALS:
            signal.signal(wanted, self._stop)
        for number in range(self._count):
            self._start(Worker(number))
        healthy = True
        while self._started:
            process, status = os.wait()
            worker, since = self._started.pop(process, (None, 0.0))
            if worker is None or self._stopping:
                continue  # not a worker, or one that was sent a signal
            life = time.monotonic() - since
            code = os.waitstatus_to_exitcode(status)
            if code and 0 <= life < SHORT_LIFE:
                logger.error("Worker %d could not start (exit code %d); all are stopped.", worker.number, code)
                healthy = False
                self._stop()
            else:
                logger.warning("Worker %d ended with exit code %d and is replaced.", worker.number, code)
                self._start(worker.successor(life))
        os.close(self._parent_ended)
        os.close(self._parent_lives)
        return healthy

    def _start(self, worker: Worker) -> None:
        # A signal between the fork and the entry would miss the new process, and one in the new process would be
        # handled as if it were the parent.
        with _signals_blocked():
            if self._stopping:
                return
            process = os.fork()
            if process:
                self._started[process] = (worker, time.monotonic() + worker.pause)
                return
            # Ctrl-C reaches all processes of the terminal; it is the parent that hands it on, as SIGTERM.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        code = 1
        try:
            code = self._run_worker(worker)
        finally:
            # A worker must not run the code that its parent would run next.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _run_worker(self, worker: Worker) -> int:
        """Run the worker; its exit code."""
        os.close(self._parent_lives)
        Thread(target=self._end_with_parent, daemon=True).start()
        time.sleep(worker.pause)
        try:
            self._work(worker)
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
        except LlmanacError as error:
            logger.error("Worker %d failed: %s", worker.number, error.detail)  # noqa: TRY400 -- its detail says it all
            return 1
        except Exception:
            logger.exception("Worker %d failed", worker.number)
            return 1
        return 0

    def _end_with_parent(self) -> None:
        os.read(self._parent_ended, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    def _stop(self, _signal: int = signal.SIGTERM, _frame: FrameType | None = None) -> None:
        self._stopping = True
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.kill(process, signal.SIGTERM)


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals of ``SIGNALS`` until the block ends; they are handled after it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
