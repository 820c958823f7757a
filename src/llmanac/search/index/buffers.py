"""Flat buffers: strings, bitmaps and numbers that can be written to one file and mapped back.

A structure built in memory and one mapped from a file behave alike; bitmaps of a mapped file are decoded on first use.
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
"""Strings between two entries of the fence of SortedStrings."""
FEW = 4
"""Strings compared one by one before a binary search for the end of a prefix's range."""
LAST_CHARACTER = "\U0010ffff"
DECODED = 8 << 20
"""Maximum size of decoded bitmaps per structure, in bytes; today's catalog has less in total."""
OVERHEAD = 200
"""Bytes that a decoded bitmap takes in addition to its content."""


class Packed(Protocol):
    """A structure that consists of named buffers."""

    def pack(self) -> Mapping[str, Buffer]: ...


def joined(parts: Mapping[str, Packed]) -> dict[str, Buffer]:
    """The buffers of all parts, each under ``part.buffer``."""
    return {f"{part}.{name}": buffer for part, packed in parts.items() for name, buffer in packed.pack().items()}


def part_of(buffers: Mapping[str, memoryview], part: str) -> dict[str, memoryview]:
    """The buffers of one part, under their own names."""
    start = f"{part}."
    return {name.removeprefix(start): buffers[name] for name in buffers if name.startswith(start)}


def flat(numbers: Numbers | Floats) -> memoryview:
    """The bytes of numbers, without copying them."""
    return memoryview(numbers).cast("B")


class Strings(Sequence[str]):
    """Strings in one buffer, with the offset at which each begins."""

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

    def __getitem__(self, number: int) -> str:  # type: ignore[override]  # -- slices are not supported
        return str(self._blob[self._offsets[number] : self._offsets[number + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))


class SortedStrings(Strings):
    """Strings in alphabetical order."""

    __slots__ = ("_fence",)

    def __init__(self, blob: Buffer, offsets: Numbers) -> None:
        super().__init__(blob, offsets)
        self._fence = [self[number] for number in range(0, len(self), BLOCK)]
        """The first string of each block, for finding the block of a string."""

    def place(self, string: str) -> int:
        """The number of strings that sort before this one."""
        block = max(0, bisect_left(self._fence, string) - 1)
        blob, offsets = self._blob, self._offsets
        low, high = block * BLOCK, min(len(self), (block + 1) * BLOCK)
        while low < high:  # bisect would call __getitem__ for each string, which is half the cost
            middle = (low + high) // 2
            if str(blob[offsets[middle] : offsets[middle + 1]], "utf-8") < string:
                low = middle + 1
            else:
                high = middle
        return low

    def starting_with(self, prefix: str) -> range:
        """The numbers of the strings with this prefix."""
        start = end = self.place(prefix)
        few = min(start + FEW, len(self))
        while end < few and self[end].startswith(prefix):
            end += 1
        return range(start, end if end < few else self.place(prefix + LAST_CHARACTER))


def bitmap(numbers: Iterable[int]) -> BitMap:
    """A set of numbers, without run-length encoding, which saves space but makes every operation five times slower."""
    return BitMap(numbers, optimize=False)


class Bitmaps:
    """Sets of numbers, by position."""

    __slots__ = ("_blob", "_decoded", "_offsets", "_size")

    def __init__(self, blob: Buffer, offsets: Numbers, decoded: dict[int, BitMap]) -> None:
        self._blob = blob
        self._offsets = offsets
        self._decoded = decoded
        self._size = 0
        """Size of the decoded bitmaps, in bytes."""

    @classmethod
    def of(cls, bitmaps: Iterable[BitMap]) -> Bitmaps:
        decoded = dict(enumerate(bitmaps))
        return cls(b"", array("Q", bytes(8 * (len(decoded) + 1))), decoded)

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Bitmaps:
        return cls(buffers["blob"], buffers["offsets"].cast("Q"), {})

    def pack(self) -> Mapping[str, Buffer]:
        if len(self._blob):  # it was unpacked from a mapped file
            return {"blob": self._blob, "offsets": flat(self._offsets)}
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

        bitmap = BitMap.deserialize(self._blob[start:end]) if end > start else BitMap()  # type: ignore[arg-type]  # -- it reads any buffer
        self._size += end - start + OVERHEAD
        if self._size > DECODED:
            self._decoded.clear()
            self._size = 0
        self._decoded[number] = bitmap
        return bitmap


class Keys:
    """A map from texts, kept as 64-bit digests, to numbers."""

    __slots__ = ("_digests", "_numbers")

    def __init__(self, digests: Numbers, numbers: Numbers) -> None:
        self._digests = digests
        self._numbers = numbers

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> Keys:
        digests = _Digests()
        found = sorted({digests[text] | number for text, number in pairs})
        return cls(array("Q", [it >> 32 for it in found]), array("I", [it & 0xFFFFFFFF for it in found]))

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


class _Digests(dict[str, int]):
    """The digests of texts, with room for a number of 32 bits below; many texts stand for several numbers."""

    def __missing__(self, text: str) -> int:
        self[text] = made = digest(text) << 32
        return made


def digest(text: str) -> int:
    """The 64-bit digest of a text, equal in every process."""
    letters = text.encode()
    return crc32(letters) << 32 | crc32(letters[::-1])
