"""A real PostgreSQL server for the suites that every store must pass."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest


def find_program(name: str) -> str:
    """A program of PostgreSQL, from the path or from Debian's folder of the newest version."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    return shutil.which(name) or str(versions[-1])


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """A server for this run of the tests; each call gives the address of a new, empty database in it.

    It listens on a socket in its own directory, and trusts everyone who reaches that.
    """
    # A server refuses to be run by root; Debian's package brings the user for it.
    user = "postgres" if os.geteuid() == 0 else None
    directory = Path(tempfile.mkdtemp(prefix="llmanac-pg-"))  # short: a socket's path has at most 107 characters
    if user:
        shutil.chown(directory, user)
    data = directory / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [find_program(program), *arguments], check=True, user=user, cwd=directory, stdout=subprocess.DEVNULL
        )

    run("initdb", f"--pgdata={data}", "--auth=trust", "--username=llmanac", "--no-sync", "--encoding=UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{directory}' -c fsync=off"
    run("pg_ctl", "start", f"--pgdata={data}", "--wait", f"--log={directory / 'log'}", f"--options={options}")
    names = (f"test_{number}" for number in count())

    def create_database() -> str:
        name = next(names)
        run("createdb", f"--host={directory}", "--username=llmanac", name)
        return f"postgresql://llmanac@/{name}?host={directory}"

    try:
        yield create_database
    finally:
        run("pg_ctl", "stop", f"--pgdata={data}", "--mode=immediate")
        shutil.rmtree(directory)
