"""Build the edition of a catalog of any size and write it to a file, as the process does that refreshes a server.

    python -m bench.indexing --size N --edition FILE [--documents FILE]

Prints what it cost, as JSON. A process of its own, so that its memory is gone with it.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.product import todays_build
from bench.synthetic import grow
from llmanac.domain.catalog import CatalogData
from llmanac.ingest.merge.build import Build
from llmanac.service.editions.edition import Edition
from llmanac.storage.mapped_file import write_buffers


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """The cost of building an edition."""

    entries: int
    build_seconds: float
    """On a core, from the catalog's records to an edition in memory: index, entries, and the records, packed."""
    write_seconds: float
    """On a core."""
    file_mib: dict[str, float]
    """By the parts of the edition."""
    peak_mib: float
    """The memory of the building process, including the catalog's records."""


def main() -> None:
    """Build, write, and print the account."""
    parser = argparse.ArgumentParser(description="Build the edition of a catalog of any size.")
    parser.add_argument("--size", type=int, required=True, help="entries; fewer than today's means today's")
    parser.add_argument("--edition", type=Path, required=True, help="where to write the edition")
    parser.add_argument("--documents", type=Path, help="where to write the catalog as JSON lines")
    arguments = parser.parse_args()
    real = todays_build()
    build = enlarge(real, arguments.size) if arguments.size > len(real.catalog.offers) else real
    if arguments.documents:
        write_documents(arguments.documents, build.catalog)
    print(json.dumps(asdict(index(build, arguments.edition))))


def enlarge(build: Build, size: int) -> Build:
    """A build with made-up offers; without feeds, which do not have them."""
    return Build(catalog=grow(build.catalog, size), reports=build.reports, claims={}, conflicts=(), rows={}, feeds={})


def index(build: Build, file: Path) -> Indexing:
    """Make the edition, and write it."""
    began = time.process_time()
    edition = Edition.of(build)
    built = time.process_time()
    buffers = edition.pack()
    write_buffers(file, buffers)
    return Indexing(
        entries=len(build.catalog.offers),
        build_seconds=built - began,
        write_seconds=time.process_time() - built,
        file_mib=_sizes(buffers),
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def write_documents(file: Path, catalog: CatalogData) -> None:
    """The catalog as JSON lines, with what a search elsewhere needs of each offer."""
    with file.open("w", encoding="utf-8") as lines:
        for offer in catalog.offers:
            bound = offer.price.bound
            document = {
                "id": offer.id,
                "name": offer.name or "",
                "provider": offer.provider,
                "capabilities": offer.capabilities,
                "open_weights": offer.open_weights,
                "context": offer.limits.context,
                "price": None if bound is None else float(bound),
            }
            lines.write(json.dumps(document) + "\n")


def _sizes(buffers: Mapping[str, bytes | bytearray | memoryview]) -> dict[str, float]:
    """MiB by the first two words of the buffers' names."""
    sizes: dict[str, float] = {}
    for name, buffer in buffers.items():
        part = ".".join(name.split(".")[:2])
        sizes[part] = sizes.get(part, 0.0) + memoryview(buffer).nbytes / 2**20
    return sizes


if __name__ == "__main__":
    main()
