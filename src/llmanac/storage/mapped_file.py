"""Named buffers in one file, written whole and mapped into memory by any number of processes.

The file begins with a line of JSON, which says where each buffer lies. Pages of a
mapped file are shared between processes, and read from the disk when they are first touched.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from llmanac.errors import StorageError

Buffer = bytes | bytearray | memoryview

MAGIC = b"llmanac edition 1\n"
ALIGNMENT = 64
"""Bytes; a multiple of every number that is read in place."""
TEMPORARY = ".*.*.part"
"""What files are called while they are written, as a pattern; whoever is killed then leaves one."""


def write_buffers(path: Path, buffers: Mapping[str, Buffer]) -> None:
    """Write a file that others see either not at all or whole, also after a power cut. Raises StorageError."""
    layout, position = {}, 0
    for name, buffer in buffers.items():
        size = memoryview(buffer).nbytes
        layout[name] = (position, size)
        position = _aligned(position + size)
    header = MAGIC + orjson.dumps({"size": position, "buffers": layout}) + b"\n"
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(header.ljust(_aligned(len(header)), b"\0"))
            for buffer in buffers.values():
                file.write(buffer)
                file.write(bytes(_aligned(file.tell()) - file.tell()))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise StorageError(f"The edition cannot be written to {path.parent}: {error.strerror}.") from error


def map_buffers(path: Path) -> dict[str, memoryview] | None:
    """The buffers of a file, as views on its mapped pages; None where it is missing, cut short or of another format.

    The mapping lasts as long as any of the views.
    """
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return None
    view = memoryview(mapped)
    header = _header(mapped)
    if header is None:
        return None
    start = _aligned(mapped.find(b"\n", len(MAGIC)) + 1)
    if len(mapped) != start + header["size"]:
        return None
    return {
        name: view[start + position : start + position + size] for name, (position, size) in header["buffers"].items()
    }


def _header(mapped: mmap.mmap) -> dict[str, Any] | None:
    if mapped[: len(MAGIC)] != MAGIC:
        return None
    try:
        header: dict[str, Any] = orjson.loads(mapped[len(MAGIC) : mapped.find(b"\n", len(MAGIC))])
    except orjson.JSONDecodeError:
        return None
    return header


def _aligned(position: int) -> int:
    return -(-position // ALIGNMENT) * ALIGNMENT


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
