"""Search in the process, by size of the catalog, beside MiniSearch on the same documents and questions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.asking import Asking
from bench.indexing import Indexing
from bench.mix import Question
from bench.server import SERVER_CORE, pinned

MINISEARCH = Path(__file__).parent / "peers" / "minisearch.mjs"
NODE_HEAP_MIB = 12_288
LONGEST_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Searching:
    """Both engines on a catalog of one size."""

    indexing: Indexing
    llmanac: Asking
    minisearch: Asking | None
    """None where its turn was left out: it is not made for so much."""


def measure(
    size: int, questions: Sequence[Question], *, passes: int, scratch: Path, minisearch: Path | None
) -> Searching:
    """Measure llmanac and, where the folder that it is installed in is named, MiniSearch."""
    edition, documents, asked = edition_path(size, scratch), scratch / "documents.jsonl", scratch / "questions.json"
    asked.write_text(json.dumps([asdict(question) for question in questions]), encoding="utf-8")
    indexing = build(size, edition, documents=documents if minisearch else None)
    ask = [sys.executable, "-m", "bench.asking", f"--edition={edition}", f"--questions={asked}", f"--passes={passes}"]
    llmanac = Asking(**_run(ask))
    if minisearch is None:
        return Searching(indexing, llmanac, None)
    node = ["node", "--expose-gc", f"--max-old-space-size={NODE_HEAP_MIB}", str(MINISEARCH)]
    peer = Asking(**_run([*node, str(minisearch), str(documents), str(asked), str(passes)]))
    documents.unlink()
    return Searching(indexing, llmanac, peer)


def edition_path(size: int, scratch: Path) -> Path:
    """Where the edition of a catalog of this size lies once it has been searched."""
    return scratch / f"{size}.edition"


def build(size: int, edition: Path, *, documents: Path | None = None) -> Indexing:
    """Write the edition of a catalog of this size, and the catalog as JSON lines where a file is named for it."""
    # It takes minutes for the largest, and leaves the core to whoever else wants it.
    command = [
        "nice",
        "--adjustment=20",
        sys.executable,
        "-m",
        "bench.indexing",
        f"--size={size}",
        f"--edition={edition}",
    ]
    return Indexing(**_run([*command, *([f"--documents={documents}"] if documents else [])]))


def _run(command: list[str]) -> dict[str, Any]:
    run = subprocess.run(
        pinned(command, [SERVER_CORE]), check=True, stdout=subprocess.PIPE, text=True, timeout=LONGEST_SECONDS
    )
    account: dict[str, Any] = json.loads(run.stdout)
    return account
