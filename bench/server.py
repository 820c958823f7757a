"""A server process on one core of this machine, started for a measurement and stopped after it."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import HOST, Target, wait_for

SERVER_CORE = 0
LOAD_CORE = 1
"""The core of the load, which takes no time from the server."""

START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    name: str
    pid: int
    port: int
    seconds_to_answer: float
    """From the start of the process to the end of its first good answer."""

    def private_mib(self) -> float:
        """Memory that belongs to this process and its children alone, as the kernel counts it."""
        return sum(map(private_mib, self._processes()))

    def mapped_mib(self) -> float:
        """Resident memory of the editions that its processes map; a page counts once for each process."""
        return sum(map(mapped_mib, self._processes()))

    def cpu_seconds(self) -> float:
        """Time that this process and its children, ended ones too, have spent on a core, the kernel's part included."""
        return sum(map(_cpu_seconds, self._processes()))

    def process_of(self, port: int) -> int:
        """The id of the process that has the connection which comes from this port. Raises LookupError for none."""
        [socket_] = [
            f"socket:[{fields[9]}]"
            for fields in map(str.split, Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
            if fields[1].endswith(f":{self.port:04X}") and fields[2].endswith(f":{port:04X}")
        ]
        for pid in self._processes():
            if socket_ in map(os.readlink, _open_files(pid)):
                return pid
        raise LookupError(port)

    def _processes(self) -> list[int]:
        return [self.pid, *_descendants(self.pid)]


@contextmanager
def run(
    name: str,
    command: Sequence[str],
    *,
    ready: Target,
    cores: Sequence[int] = (SERVER_CORE,),
    variables: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start a command on these cores, and go on once ``ready`` is answered with 200.

    Raises RuntimeError, with what the server said, where that does not happen.
    """
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            pinned(command, cores),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(variables or {})},
            start_new_session=True,
        )
        try:
            try:
                wait_for(ready, seconds=START_SECONDS, while_true=lambda: process.poll() is None)
            except TimeoutError as error:
                output.seek(0)
                said = output.read().decode(errors="replace")[-2000:]
                raise RuntimeError(f"{name} did not start: {error}\n{said}") from error
            yield Server(name, process.pid, ready.port, time.perf_counter() - began)
        finally:
            _stop(process)


def pinned(command: Sequence[str], cores: Sequence[int]) -> list[str]:
    """The command, kept to these cores."""
    return ["taskset", "--cpu-list", ",".join(map(str, cores)), *command]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def private_mib(pid: int) -> float:
    """Memory that belongs to one process alone.

    Pages of a mapped edition are left out: the kernel counts them as private only while a single process maps the
    file, and takes them back whenever it needs them. ``mapped_mib`` counts those.
    """
    return sum(_sizes(pid, is_edition=False, of="Private_"))


def mapped_mib(pid: int) -> float:
    """Resident memory of the editions that a process maps."""
    return sum(_sizes(pid, is_edition=True, of="Rss:"))


def _sizes(pid: int, *, is_edition: bool, of: str) -> Iterator[float]:
    """MiB of one kind, mapping by mapping."""
    wanted = False
    for line in Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8", errors="replace").splitlines():
        if not line[0].isupper():  # the head of a mapping: addresses, rights, and its file
            wanted = (".edition" in line) is is_edition
        elif wanted and line.startswith(of):
            yield int(line.split()[1]) / 1024


def _cpu_seconds(pid: int) -> float:
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    own = sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ended_children = sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")
    return own + ended_children


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [found for child in map(int, children) for found in (child, *_descendants(child))]


def _open_files(pid: int) -> Iterator[Path]:
    return (file for file in Path(f"/proc/{pid}/fd").iterdir() if file.is_symlink())


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=15)
