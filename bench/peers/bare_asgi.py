"""The ceiling of a Python server on one core: uvicorn, and nothing behind it."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path

from bench.client import Target
from bench.server import Server, free_port, run


def serve(page: Path) -> AbstractContextManager[Server]:
    """uvicorn, answering everything with the content of this file."""
    port = free_port()
    command = [sys.executable, "-m", "bench.peers.bare_app", str(port), str(page)]
    return run("uvicorn", command, ready=Target(port, "/"))
