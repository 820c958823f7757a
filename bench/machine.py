"""The machine and the versions that were measured, without names of hosts or people."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "orjson", "pyroaring", "rapidfuzz")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine, as far as it bears on speed."""

    cpu: str
    cores: int
    memory_gib: int
    kernel: str
    system: str
    python: str
    versions: dict[str, str]

    @property
    def slug(self) -> str:
        """A name for files: ``amd-epyc-2-cores``."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.cpu} {self.cores} cores".lower()).strip("-")


def describe(node_modules: Path, peers: Path) -> Machine:
    """This machine; ``node_modules`` and ``peers`` are where the peers are installed."""
    return Machine(
        cpu=_field(Path("/proc/cpuinfo"), r"model name\s*: (.*)"),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(int(_field(Path("/proc/meminfo"), r"MemTotal:\s*(\d+)")) / 1024**2),
        kernel=platform.release(),
        system=_field(Path("/etc/os-release"), r'PRETTY_NAME="(.*)"'),
        python=platform.python_version(),
        versions={
            **{package: version(package) for package in PACKAGES},
            "nginx": _said(["nginx", "-v"]),
            "wrk": _said(["wrk", "--version"]),
            "postgresql": _said(["psql", "--version"]),
            "node": _said(["node", "--version"]),
            "datasette": _said([str(peers / "datasette"), "--version"]),
            "minisearch": _field(node_modules / "minisearch" / "package.json", r'"version": "(.*?)"'),
        },
    )


def load_average() -> float:
    """The load average of the last minute."""
    return round(os.getloadavg()[0], 2)


def _field(file: Path, pattern: str) -> str:
    found = re.search(pattern, file.read_text(encoding="utf-8"))
    if found is None:
        raise RuntimeError(f"{file} does not say {pattern!r}")
    return found[1].strip()


def _said(command: list[str]) -> str:
    """The version in what a program says of itself; some say it with an exit code other than 0."""
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    found = re.search(r"\d+(?:\.\d+)+", run.stdout + run.stderr)
    if found is None:
        raise RuntimeError(f"{command[0]} does not say its version: {run.stdout}{run.stderr}")
    return found[0]
