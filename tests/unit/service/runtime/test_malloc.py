"""Freed memory goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

MEASURE = """
from pathlib import Path
from llmanac.service.runtime.malloc import return_large_blocks

def private():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024

def job():
    # As feeds are read: large blocks, with small ones after them that stay.
    stay = []
    for _ in range(8):
        large = [bytearray(4 << 20) for _ in range(4)]
        stay.append(bytearray(100_000))
        del large
    return stay

return_large_blocks()
before = private()
stay = job()
print(private() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there the C library is configured")
def test_a_job_that_took_much_memory_leaves_little() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], check=True, capture_output=True, text=True, timeout=60)
    assert float(done.stdout) < 2.0
