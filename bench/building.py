"""Measures the work of a refresh on new feeds, without a server: parse, join, index, write, map.

    python -m bench.building DIRECTORY

Prints the seconds, as JSON. A process of its own, since the first time is what counts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bench.product import todays_build
from llmanac.service.editions.edition import Edition
from llmanac.storage.editions import EditionFiles


def main() -> None:
    """Build today's edition in this directory."""
    files = EditionFiles(Path(sys.argv[1]), program="the bench")
    began = time.perf_counter()
    build = todays_build()
    parsed = time.perf_counter()
    edition = Edition.of(build)
    built = time.perf_counter()
    files.keep("bench", edition)
    if files.open("bench") is None:
        raise RuntimeError("The edition that was just written cannot be opened.")
    done = time.perf_counter()
    steps = {"parse and join": parsed - began, "index and encode": built - parsed, "write and map": done - built}
    print(json.dumps({"seconds": done - began, "steps": steps}))


if __name__ == "__main__":
    main()
