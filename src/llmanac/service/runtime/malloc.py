"""Makes glibc's malloc return freed memory to the system, so that a process that runs for months stays small.

After the first large free, glibc raises the threshold above which a block gets a mapping of its own; later blocks of
a feed's size then fragment the heap.
"""

from __future__ import annotations

import ctypes
import gc
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""The parameters of mallopt, by their numbers in malloc.h."""

LARGE = 256 << 10
"""Bytes from which a block is mapped for itself, and unmapped as soon as it is freed."""
SPARE = 4 << 20
"""Bytes of free memory that are kept at the top of the heap for the next allocation."""


def return_large_blocks() -> None:
    """Return large blocks to the system as soon as they are freed, from now on."""
    if (library := _glibc()) is not None:
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_TRIM_THRESHOLD, SPARE)


def give_back_memory() -> None:
    """Collect garbage and return free memory to the system, also from between blocks that are in use."""
    gc.collect()
    if (library := _glibc()) is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """The C library, if it is glibc; musl needs none of this."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
