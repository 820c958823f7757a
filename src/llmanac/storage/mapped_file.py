"""Named buffers in one file, written whole, mapped by any number of processes, and checked before they are read.

The file begins with a header, which says where each buffer lies, and its CRC-32. The header has a CRC-32 of its own,
and every byte of the file belongs to one of them, the padding behind each buffer included: a CRC-32 finds every
flipped bit. Pages of a mapped file are shared between processes, and read from the disk when they are first touched;
so a buffer is checked when it is first asked for, at about two gigabytes a second.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import orjson

from llmanac.errors import DamagedFile, StorageError

Buffer = bytes | bytearray | memoryview

MAGIC = b"llmanac edition 2\n"
PREFIX = len(MAGIC) + len(b"0123456789abcdef 01234567\n")
"""Bytes before the header: the magic, then the header's size and its CRC-32 in hexadecimal digits."""
ALIGNMENT = 64
"""Bytes; a multiple of every number that is read in place."""
TEMPORARY = ".*.*.part"
"""What files are called while they are written, as a pattern; whoever is killed then leaves one."""


class Extent(NamedTuple):
    """Where a buffer lies behind the header, and what it must be."""

    position: int
    size: int
    """Without the padding up to the next multiple of ALIGNMENT."""
    crc: int
    """CRC-32 of the buffer and of its padding."""


class MappedBuffers(Mapping[str, memoryview]):
    """The buffers of a mapped file by name, each checked when it is first asked for.

    Raises DamagedFile where a buffer is not what was written; the file is removed then, so that whoever opens it
    next makes it anew. The mapping lasts as long as any of the views.
    """

    def __init__(self, mapped: memoryview, extents: Mapping[str, Extent], *, path: Path) -> None:
        """``mapped`` is the file behind its header."""
        self._mapped = mapped
        self._extents = extents
        self._path = path
        self._checked: set[str] = set()

    def __getitem__(self, name: str) -> memoryview:
        position, size, crc = self._extents[name]
        if name not in self._checked:
            if crc32(self._mapped[position : _aligned(position + size)]) != crc:
                raise _damaged(self._path, f"its part {name!r} is not what was written to it")
            self._checked.add(name)
        return self._mapped[position : position + size]

    def __iter__(self) -> Iterator[str]:
        return iter(self._extents)

    def __len__(self) -> int:
        return len(self._extents)

    def check(self) -> None:
        """Check every buffer that has not been asked for yet. Raises DamagedFile."""
        for name in self:
            _ = self[name]


def write_buffers(path: Path, buffers: Mapping[str, Buffer]) -> None:
    """Write a file that others see either not at all or whole, also after a power cut. Raises StorageError."""
    extents, position = {}, 0
    for name, buffer in buffers.items():
        size = memoryview(buffer).nbytes
        extents[name] = Extent(position, size, crc32(_padding(size), crc32(buffer)))
        position = _aligned(position + size)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(_header(extents, size=position))
            for buffer in buffers.values():
                file.write(buffer)
                file.write(_padding(memoryview(buffer).nbytes))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_directory(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise StorageError(f"The edition cannot be written to {path.parent}: {error.strerror}.") from error


def map_buffers(path: Path) -> MappedBuffers | None:
    """The buffers of a file; None where it is missing, or cannot be read.

    Raises DamagedFile where it is cut short, or its header is not what was written; and removes it.
    """
    try:
        with path.open("rb") as file:
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except OSError:
        return None
    except ValueError:
        raise _damaged(path, "it is empty") from None
    header = _checked_header(mapped)
    if header is None:
        raise _damaged(path, "its header is not what was written to it")
    layout = orjson.loads(header)
    behind = mapped[_aligned(PREFIX + len(header)) :]
    if len(behind) != layout["size"]:
        raise _damaged(path, "it is not as long as it was written")
    return MappedBuffers(behind, {name: Extent(*it) for name, it in layout["buffers"].items()}, path=path)


def _damaged(path: Path, reason: str) -> DamagedFile:
    """The error to raise for a file, which is removed."""
    with contextlib.suppress(OSError):
        path.unlink()
    return DamagedFile(f"The file {path.name} is damaged: {reason}.")


def _header(extents: Mapping[str, Extent], *, size: int) -> bytes:
    header = orjson.dumps({"size": size, "buffers": {name: [*extent] for name, extent in extents.items()}})
    header += b" " * (_aligned(PREFIX + len(header)) - PREFIX - len(header))  # JSON may end in spaces
    return _prefix(header) + header


def _checked_header(mapped: memoryview) -> memoryview | None:
    """The JSON of the header; None where it is not what was written."""
    try:
        size = int(bytes(mapped[len(MAGIC) : len(MAGIC) + 16]), 16)
    except ValueError:
        return None
    header = mapped[PREFIX : PREFIX + size]
    return header if mapped[:PREFIX] == _prefix(header) else None


def _prefix(header: bytes | memoryview) -> bytes:
    """What stands before a header: the magic, the header's size, and its CRC-32."""
    return MAGIC + b"%016x %08x\n" % (len(header), crc32(header))


def _padding(size: int) -> bytes:
    return bytes(_aligned(size) - size)


def _aligned(position: int) -> int:
    return -(-position // ALIGNMENT) * ALIGNMENT


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
