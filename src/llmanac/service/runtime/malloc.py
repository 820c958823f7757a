"""glibc's malloc, told to give freed memory back: a process that runs for months keeps little.

After the first large block is freed, glibc raises the threshold above which blocks are mapped for themselves; later
blocks of a feed's size then fragment the heap.
"""

from __future__ import annotations

import ctypes
import gc
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""The C library's numbers of what can be chosen."""

LARGE = 256 << 10
"""Bytes of a block that the system gives for itself, and takes back as soon as it is freed."""
SPARE = 4 << 20
"""Bytes of freed room that are kept for the next request."""


def return_large_blocks() -> None:
    """From now on, large blocks go back as soon as they are freed."""
    if (library := _glibc()) is not None:
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_TRIM_THRESHOLD, SPARE)


def give_back_memory() -> None:
    """Give to the system what great works have left unused among what is still used."""
    gc.collect()
    if (library := _glibc()) is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    """Only glibc has these; musl needs none of it."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None
