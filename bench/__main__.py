"""``make bench``: everything that performance.md of the docs says, measured anew."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import describe, load_average
from bench.mix import compose
from bench.parts import FULL, PARTS, QUICK, Run
from bench.peers.postgresql import find_program
from bench.product import install, todays_build
from bench.report import COSTS_HEAD, Report, markdown

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = {"nginx": "nginx", "wrk": "wrk", "initdb": "postgresql", "node": "nodejs", "taskset": "util-linux"}
"""The required programs, and Debian's package for each."""

PRIORITY = -10
"""Above what else the machine does, where the user may ask for it (root may)."""


def main() -> None:
    """Measure, print the table, and keep the run."""
    arguments = _arguments()
    if missing := [package for program, package in PROGRAMS.items() if not _find(program)]:
        sys.exit(f"The bench measures beside other programs. Install them first: apt-get install {' '.join(missing)}")
    with contextlib.suppress(PermissionError):
        # All that is started inherits it: other work of the machine disturbs less, and all contenders alike.
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
    with tempfile.TemporaryDirectory(prefix="llmanac-bench-") as directory:
        # nginx's worker is not root, and must be able to reach what it sends.
        Path(directory).chmod(0o755)
        run = _prepare(arguments, Path(directory))
        for name in arguments.only or PARTS:
            print(f"{datetime.now(UTC):%H:%M:%S} {name}", file=sys.stderr)
            PARTS[name](run)
            run.report.load_average.append(load_average())
    print(markdown(run.report.rows()))
    if costs := run.report.costs():
        print(markdown(costs, head=COSTS_HEAD))
    if not arguments.only:
        print(f"\nKept in {run.report.write(ROOT / 'bench' / 'results').relative_to(ROOT)}")


def _prepare(arguments: argparse.Namespace, scratch: Path) -> Run:
    catalog = todays_build().catalog
    node_modules, programs = arguments.peers / "node_modules", arguments.peers / "bin"
    installation = install(scratch / "data")
    installation.prime()
    return Run(
        effort=QUICK if arguments.quick else FULL,
        scratch=scratch,
        datasette=programs / "datasette",
        node_modules=node_modules,
        catalog=catalog,
        questions=compose(catalog),
        installation=installation,
        report=Report(
            date=datetime.now(UTC).date().isoformat(),
            quick=arguments.quick,
            machine=describe(node_modules, programs),
            load_average=[load_average()],
        ),
    )


def _find(program: str) -> str | None:
    """Debian keeps nginx where only root looks, and initdb where nobody does."""
    return find_program(program) or shutil.which(program, path="/usr/sbin:/sbin")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").strip("` "))
    parser.add_argument("--quick", action="store_true", help="a few minutes, without the largest catalog")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part, repeatable; the run is not kept")
    parser.add_argument(
        "--peers", type=Path, default=ROOT / ".venv-bench", help="where the peers are installed: bin, node_modules"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
