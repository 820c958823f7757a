"""From the start of a process to its first good answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.figure import Figure
from bench.peers import bare_asgi
from bench.product import PAGE, Installation, install


@dataclass(frozen=True, slots=True)
class Starting:
    """Seconds."""

    again: Figure
    """Any start but the first: the edition is there."""
    first: Figure
    """The very first, in an empty directory: the edition is built."""
    bare: Figure
    """uvicorn, with nothing to load."""
    first_mib: Figure
    """The private memory of the process after the very first start."""


def measure(installation: Installation, scratch: Path, *, rounds: int) -> Starting:
    """Start each in turn, again and again."""
    page = scratch / "start.json"
    page.write_bytes(PAGE.encode())
    again, first, bare, first_mib = [], [], [], []
    for number in range(rounds):
        with installation.serve() as server:
            again.append(server.seconds_to_answer)
        with install(scratch / f"first-{number}").serve() as server:
            first.append(server.seconds_to_answer)
            first_mib.append(server.private_mib())
        with bare_asgi.serve(page) as server:
            bare.append(server.seconds_to_answer)
    return Starting(Figure.of(again), Figure.of(first), Figure.of(bare), Figure.of(first_mib))
