"""Kill a refresh at many random moments, and see what the next start serves: python bench/kill_refreshes.py [TIMES]."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.feeds.conftest import litellm, models_dev  # noqa: E402 -- found by sys.path above
from tests.feeds.test_killed import digest_served, kill_within, newer, run, write  # noqa: E402 -- found by sys.path above

LONGEST_S = 0.35
"""About as long as the refresh of these small feeds takes."""


def main(times: int) -> None:
    """Print how often the old and the new snapshot were served; anything else is a failure."""
    with tempfile.TemporaryDirectory() as name:
        before, after = Path(name) / "before", Path(name) / "after"
        before.mkdir()
        write(before / "base", models_dev(hosts=11), litellm())
        write(before / "upstream", models_dev(), litellm())
        run(before)
        write(before / "upstream", *newer())
        shutil.copytree(before, after)
        run(after)
        meaning = {digest_served(before): "old", digest_served(after): "new"}
        moments, found = random.Random(11), Counter[str]()
        for number in range(times):
            directory = Path(name) / str(number)
            shutil.copytree(before, directory)
            kill_within(directory, moments.uniform(0, LONGEST_S))
            found[meaning.get(digest_served(directory), "a mix")] += 1
            shutil.rmtree(directory)
    print(dict(found))
    sys.exit(found["a mix"] > 0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
