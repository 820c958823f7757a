"""Killed writers of overlays: all of a change is kept or nothing, and what was acknowledged stays."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmanac.service.rules.resources.resource import ResourceKind
from llmanac.storage.database import open_sqlite

ROUNDS = 8
NAMES = ("contracts", "own-models", "tags")
WRITER = """
import asyncio, json, sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from llmanac.service.rules.resources.resource import ResourceKind, ResourceWrite
from llmanac.storage.database import open_sqlite


async def main():
    database = await open_sqlite(Path(sys.argv[1]))
    for number in count(int(sys.argv[2])):
        content = json.dumps({"number": number, "padding": "x" * 20_000})
        writes = [ResourceWrite(kind=ResourceKind.OVERLAY, name=it, content=content) for it in sys.argv[3:]]
        await database.resources.write(writes, at=datetime.now(UTC), author="ann")
        print(number, flush=True)


asyncio.run(main())
"""


def kept(folder: Path) -> dict[str, int]:
    """The number that each overlay has."""

    async def look() -> dict[str, int]:
        database = await open_sqlite(folder)
        found = {it.name: json.loads(it.content)["number"] for it in await database.resources.all(ResourceKind.OVERLAY)}
        await database.close()
        return found

    return asyncio.run(look())


@pytest.mark.slow
def test_a_killed_write_is_whole_or_not_at_all_and_an_acknowledged_one_stays(tmp_path: Path) -> None:
    chance, number = random.Random(20261127), 0
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(number), *NAMES]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            acknowledged = int(writer.stdout.readline())
            time.sleep(chance.uniform(0, 0.05))
            writer.kill()
            said = writer.stdout.read()
        acknowledged = max([acknowledged, *map(int, said.split("\n")[:-1])])

        found = kept(tmp_path)

        assert found.keys() == {*NAMES}
        assert len({*found.values()}) == 1, "all of a change, or nothing"
        number = next(iter(found.values()))
        assert number in {acknowledged, acknowledged + 1}
