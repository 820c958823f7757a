"""A file of named buffers: written atomically, memory-mapped by any number of processes, and verified before use.

The file begins with a header, which holds the position and the CRC-32 of each buffer. The header has its own CRC-32,
and every byte of the file is covered by one of them, the padding behind each buffer included, so every flipped bit is
found. Pages of a mapped file are shared between processes, and read from the disk when they are first touched; so a
buffer is verified when it is first used, at about two gigabytes a second.
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
"""Length in bytes of the magic and of the header's size and CRC-32, in hexadecimal digits, before the header."""
ALIGNMENT = 64
"""Alignment of buffers in bytes: a multiple of the size of every number that is read in place."""
TEMPORARY = ".*.*.part"
"""Glob pattern of the files that are being written; a process that is killed meanwhile leaves one."""


class Extent(NamedTuple):
    """The position, size and checksum of a buffer behind the header."""

    position: int
    size: int
    """Bytes, without the padding up to the next multiple of ALIGNMENT."""
    crc: int
    """CRC-32 of the buffer and of its padding."""


class MappedBuffers(Mapping[str, memoryview]):
    """The buffers of a mapped file by name, each verified when it is first used.

    Raises DamagedFile where a buffer does not match its checksum. The file is deleted then, so that the next process
    to open it builds it again. The file stays mapped as long as any of the views exists.
    """

    def __init__(self, mapped: memoryview, extents: Mapping[str, Extent], *, path: Path) -> None:
        """``mapped`` is the part of the file behind its header."""
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
        """Verify every buffer that has not been used yet. Raises DamagedFile."""
        for name in self:
            _ = self[name]


def write_buffers(path: Path, buffers: Mapping[str, Buffer]) -> None:
    """Write a file atomically and durably: after a power cut, it is there whole or not at all. Raises StorageError."""
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
    """Map the buffers of a file; None where it is missing or cannot be read.

    Raises DamagedFile, and deletes the file, where it is truncated or its header does not match its checksum.
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
    body = mapped[_aligned(PREFIX + len(header)) :]
    if len(body) != layout["size"]:
        raise _damaged(path, "it is not as long as it was written")
    return MappedBuffers(body, {name: Extent(*it) for name, it in layout["buffers"].items()}, path=path)


def _damaged(path: Path, reason: str) -> DamagedFile:
    """Delete a damaged file, and return the error to raise for it."""
    with contextlib.suppress(OSError):
        path.unlink()
    return DamagedFile(f"The file {path.name} is damaged: {reason}.")


def _header(extents: Mapping[str, Extent], *, size: int) -> bytes:
    header = orjson.dumps({"size": size, "buffers": {name: [*extent] for name, extent in extents.items()}})
    header += b" " * (_aligned(PREFIX + len(header)) - PREFIX - len(header))  # JSON may end in spaces
    return _prefix(header) + header


def _checked_header(mapped: memoryview) -> memoryview | None:
    """The JSON of the header; None where it does not match its checksum."""
    try:
        size = int(bytes(mapped[len(MAGIC) : len(MAGIC) + 16]), 16)
    except ValueError:
        return None
    header = mapped[PREFIX : PREFIX + size]
    return header if mapped[:PREFIX] == _prefix(header) else None


def _prefix(header: bytes | memoryview) -> bytes:
    """The prefix of a header: the magic, the header's size, and its CRC-32."""
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
