"""Several server processes on one listening socket, and a parent that watches over them.

They are forked from a process that has imported what they need, so that it is in memory once. The kernel hands
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
"""Seconds; a worker that fails sooner has not been able to start."""
LONG_LIFE = 300.0
"""Seconds; a worker that ends later is no longer held against the ones before it."""
LONGEST_PAUSE = 60.0
"""Seconds before a worker that has failed again and again is replaced."""

SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""They end the server."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worker:
    """One of the processes, by its place among them."""

    number: int
    """From 0; who replaces it has the same."""
    generation: int = 0
    """How many have had the place before."""
    failures: int = 0
    """How many of them failed one soon after the other."""

    @property
    def pause(self) -> float:
        """Seconds to wait before it begins: none for the first that replaces another, then ever more."""
        return float(min(2 ** (self.failures - 2), LONGEST_PAUSE)) if self.failures > 1 else 0.0

    def successor(self, life: float) -> Worker:
        """Who comes after it, when it has lived for so many seconds."""
        return Worker(self.number, self.generation + 1, failures=1 if life >= LONG_LIFE else self.failures + 1)


class Workers:
    """Keeps ``count`` processes at work until a signal ends them all."""

    def __init__(self, count: int, work: Callable[[Worker], None]) -> None:
        if not hasattr(os, "fork"):
            raise ConfigurationError("This system cannot fork processes; serve with one worker.")
        self._count = count
        self._work = work
        self._started: dict[int, tuple[Worker, float]] = {}
        """By process id: the worker, and when it begins."""
        self._stopping = False
        self._parent_ended, self._parent_lives = os.pipe()
        """Nothing is ever written; the parent's end closes when the parent ends, in whatever way."""

    def run(self) -> bool:
        """Work until SIGTERM or SIGINT; whether all went well. A worker that dies is replaced by another."""
        for wanted in SIGNALS:
            signal.signal(wanted, self._stop)
        for number in range(self._count):
            self._start(Worker(number))
        healthy = True
        while self._started:
            process, status = os.wait()
            worker, since = self._started.pop(process, (None, 0.0))
            if worker is None or self._stopping:
                continue  # a child of someone else's, or one that was told to end
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
        with _signals_held():
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
            code = self._carry_out(worker)
        finally:
            # A worker must not go on into what its parent would do next.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _carry_out(self, worker: Worker) -> int:
        """The exit code of the work."""
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
def _signals_held() -> Iterator[None]:
    """What comes meanwhile is handled afterwards, in this process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
