"""Measure how true the catalog's answers are: python -m bench.truth MEASURE [options of that measure].

Each measure is a module of this package with a ``main(arguments)``; docs/truth.md states their figures.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main() -> None:
    """Run the measure that the first argument names; list them where there is none."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    measures = sorted(it.name for it in modules if not it.name.startswith("_"))
    if len(sys.argv) == 1 or sys.argv[1] not in measures:
        sys.exit(f"Name what to measure: {', '.join(measures) or 'there is nothing yet'}.")
    importlib.import_module(f"bench.truth.{sys.argv[1]}").main(sys.argv[2:])


if __name__ == "__main__":
    main()
