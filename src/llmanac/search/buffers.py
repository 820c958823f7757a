"""Flat buffers: sorted strings, bitmaps and numbers that can be written to one file and mapped back.

What is built in memory and what is mapped from a file answer alike; bitmaps of a mapped file are decoded when
they are first needed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, Self, TypeAlias
from zlib import crc32

from pyroaring import BitMap

Buffer: TypeAlias = bytes | bytearray | memoryview
Numbers: TypeAlias = "array[int] | memoryview"
Floats: TypeAlias = "array[float] | memoryview[float]"

BLOCK = 32
LAST_CHARACTER = "\U0010ffff"
DECODED = 1 << 16
"""Bitmaps of a mapped file that are kept decoded."""


class Packed(Protocol):
    """Something made of named buffers."""

    def pack(self) -> Mapping[str, Buffer]: ...


def joined(parts: Mapping[str, Packed]) -> dict[str, Buffer]:
    """The buffers of all parts, each under ``part.buffer``."""
    return {f"{part}.{name}": buffer for part, packed in parts.items() for name, buffer in packed.pack().items()}


def part_of(buffers: Mapping[str, memoryview], part: str) -> dict[str, memoryview]:
    """The buffers of one part, under their own names."""
    start = f"{part}."
    return {name.removeprefix(start): buffer for name, buffer in buffers.items() if name.startswith(start)}


def flat(numbers: Numbers | Floats) -> memoryview:
    """Numbers as bytes."""
    return memoryview(numbers).cast("B")


class Strings(Sequence[str]):
    """Strings in one buffer, of which ``offsets`` says where each begins."""

    __slots__ = ("_blob", "_offsets")

    def __init__(self, blob: Buffer, offsets: Numbers) -> None:
        self._blob = blob
        self._offsets = offsets

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        blob, offsets = bytearray(), array("Q", (0,))
        for string in strings:
            blob += string.encode()
            offsets.append(len(blob))
        return cls(bytes(blob), offsets)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Self:
        return cls(buffers["blob"], buffers["offsets"].cast("Q"))

    def pack(self) -> Mapping[str, Buffer]:
        return {"blob": self._blob, "offsets": flat(self._offsets)}

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> str:  # type: ignore[override]  # a slice is never asked for
        return str(self._blob[self._offsets[number] : self._offsets[number + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))


class SortedStrings(Strings):
    """Strings in alphabetical order."""

    __slots__ = ("_fence",)

    def __init__(self, blob: Buffer, offsets: Numbers) -> None:
        super().__init__(blob, offsets)
        self._fence = [self[number] for number in range(0, len(self), BLOCK)]
        """The first of each block, by which the block of a string is found at once."""

    def place(self, string: str) -> int:
        """How many come before it."""
        block = max(0, bisect_left(self._fence, string) - 1)
        return bisect_left(self, string, lo=block * BLOCK, hi=min(len(self), (block + 1) * BLOCK))

    def starting_with(self, beginning: str) -> range:
        """The numbers of those that begin so."""
        return range(self.place(beginning), self.place(beginning + LAST_CHARACTER))


class Bitmaps:
    """Sets of numbers; an empty set where none was given."""

    __slots__ = ("_blob", "_decoded", "_offsets")

    def __init__(self, blob: Buffer, offsets: Numbers, decoded: dict[int, BitMap]) -> None:
        self._blob = blob
        self._offsets = offsets
        self._decoded = decoded

    @classmethod
    def of(cls, bitmaps: Iterable[BitMap]) -> Bitmaps:
        decoded = dict(enumerate(bitmaps))
        return cls(b"", array("Q", bytes(8 * (len(decoded) + 1))), decoded)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Bitmaps:
        return cls(buffers["blob"], buffers["offsets"].cast("Q"), {})

    def pack(self) -> Mapping[str, Buffer]:
        blob, offsets = bytearray(), array("Q", (0,))
        for number in range(len(self)):
            bitmap = self[number]
            if bitmap:
                blob += bitmap.serialize()
            offsets.append(len(blob))
        return {"blob": blob, "offsets": flat(offsets)}

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> BitMap:
        bitmap = self._decoded.get(number)
        return self._decode(number) if bitmap is None else bitmap

    def _decode(self, number: int) -> BitMap:
        start, end = self._offsets[number], self._offsets[number + 1]
        # It reads any buffer.
        bitmap = BitMap.deserialize(self._blob[start:end]) if end > start else BitMap()  # type: ignore[arg-type]  # it takes any buffer
        if len(self._decoded) >= DECODED:
            self._decoded.clear()
        self._decoded[number] = bitmap
        return bitmap


class Keys:
    """Texts known by their 64-bit digest, each with the numbers that it stands for."""

    __slots__ = ("_digests", "_numbers")

    def __init__(self, digests: Numbers, numbers: Numbers) -> None:
        self._digests = digests
        self._numbers = numbers

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> Keys:
        found = sorted({(digest(text), number) for text, number in pairs})
        return cls(array("Q", [key for key, _ in found]), array("I", [number for _, number in found]))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Keys:
        return cls(buffers["digests"].cast("Q"), buffers["numbers"].cast("I"))

    def pack(self) -> Mapping[str, Buffer]:
        return {"digests": flat(self._digests), "numbers": flat(self._numbers)}

    def __getitem__(self, text: str) -> list[int]:
        key = digest(text)
        start = end = bisect_left(self._digests, key)
        while end < len(self._digests) and self._digests[end] == key:
            end += 1
        return list(self._numbers[start:end])


def digest(text: str) -> int:
    """64 bits of a text, the same in every process."""
    letters = text.encode()
    return crc32(letters) << 32 | crc32(letters[::-1])
