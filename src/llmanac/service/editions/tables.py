"""Tables of records in the buffers of an edition: encoded one after another, and decoded one at a time when read.

The encoding is MessagePack by msgspec: plain data of declared types, so reading it can run no code. Any frozen
dataclass of texts, numbers, Decimals, enumerations, tuples, mappings and other such dataclasses can be a record;
Decimals are written as their digits, and None stays None. A record costs about 5 µs to encode and 6 µs to decode.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Generic, TypeAlias, TypeVar, overload

import msgspec

from llmanac.search.index.buffers import Buffer, Keys, Numbers, Strings, flat, joined, part_of
from llmanac.search.query.query import IdSpelling

Record = TypeVar("Record")
Decode: TypeAlias = Callable[[Buffer], Record]

encode = msgspec.msgpack.Encoder().encode


def decoder_of(type_: type[Record]) -> Decode[Record]:
    """The function that decodes a record of this type from the output of ``encode``."""
    return msgspec.msgpack.Decoder(type_).decode


class Blobs(Sequence[Buffer]):
    """Byte strings, one after another in one buffer; number n is between ``offsets`` n and n + 1."""

    __slots__ = ("_blob", "_offsets")

    def __init__(self, blob: Buffer, offsets: Numbers) -> None:
        self._blob = blob
        self._offsets = offsets

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> Blobs:
        """The byte strings in these buffers."""
        return cls(buffers["blob"], buffers["offsets"].cast("Q"))

    @staticmethod
    def pack(blobs: Iterable[bytes]) -> dict[str, Buffer]:
        """These byte strings as buffers."""
        # One bytearray rather than many bytes objects: orjson's results each pin several kilobytes while they are kept.
        blob, offsets = bytearray(), array("Q", (0,))
        for each in blobs:
            blob += each
            offsets.append(len(blob))
        return {"blob": blob, "offsets": flat(offsets)}

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, number: int) -> Buffer: ...
    @overload
    def __getitem__(self, number: slice) -> list[Buffer]: ...
    def __getitem__(self, number: int | slice) -> Buffer | list[Buffer]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._blob[self._offsets[number] : self._offsets[number + 1]]

    def __iter__(self) -> Iterator[Buffer]:
        return (self._blob[start:end] for start, end in pairwise(self._offsets))

    def reordered(self, numbers: Iterable[int | None], *, missing: bytes = b"") -> dict[str, Buffer]:
        """The buffers of the byte strings with these numbers, in their order; ``missing`` stands for None."""
        return Blobs.pack(missing if number is None else bytes(self[number]) for number in numbers)

    def join(self, numbers: Iterable[int], separator: bytes = b",") -> bytes:
        """The byte strings with these numbers, joined by the separator."""
        blob, offsets = self._blob, self._offsets
        return separator.join([blob[offsets[number] : offsets[number + 1]] for number in numbers])


class Records(Sequence[Record]):
    """Records by number, each decoded when it is read; those read last may be cached."""

    __slots__ = ("_blobs", "_decode", "_read")

    def __init__(self, buffers: Mapping[str, memoryview], decode: Decode[Record], *, cached: int = 0) -> None:
        """``cached`` is the number of decoded records to keep."""
        self._blobs = blobs = Blobs.unpack(buffers)
        self._decode = decode

        # Not a method: the cache would hold the records, which hold the cache, and the mapped file would stay mapped.
        def read(number: int) -> Record:
            return decode(blobs[number])

        self._read = lru_cache(maxsize=cached)(read) if cached else read

    @staticmethod
    def pack(records: Iterable[object]) -> dict[str, Buffer]:
        """These records as buffers."""
        return Blobs.pack(map(encode, records))

    def __len__(self) -> int:
        return len(self._blobs)

    @overload
    def __getitem__(self, number: int) -> Record: ...
    @overload
    def __getitem__(self, number: slice) -> list[Record]: ...
    def __getitem__(self, number: int | slice) -> Record | list[Record]:
        if isinstance(number, slice):
            return [self._decode(blob) for blob in self._blobs[number]]
        return self._read(number)

    def __iter__(self) -> Iterator[Record]:
        return map(self._decode, self._blobs)

    def read(self, decoded: dict[bytes, Record]) -> Iterator[Record]:
        """All records; those whose encoding is in ``decoded`` are taken from there, and all others added to it."""
        for blob in self._blobs:
            encoded = bytes(blob)
            record = decoded.get(encoded)
            if record is None:
                decoded[encoded] = record = self._decode(encoded)
            yield record


class RecordNames:
    """Distinct strings by number, and the number of each."""

    __slots__ = ("_key", "_keys", "texts")

    def __init__(self, texts: Strings, keys: Keys, *, key: Callable[[str], str] = str) -> None:
        """``keys`` are those of ``key(text)``, which several texts may share."""
        self.texts = texts
        self._keys = keys
        self._key = key

    @classmethod
    def of(cls, texts: Iterable[str]) -> RecordNames:
        """These texts, in their order."""
        made = tuple(texts)
        return cls(Strings.of(made), Keys.of((text, number) for number, text in enumerate(made)))

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview]) -> RecordNames:
        """The texts that these buffers hold."""
        return cls(Strings.unpack(part_of(buffers, "texts")), Keys.unpack(part_of(buffers, "keys")))

    def pack(self) -> Mapping[str, Buffer]:
        """The texts as buffers."""
        return joined({"texts": self.texts, "keys": self._keys})

    def number(self, text: str) -> int | None:
        """The number of a text; None where it is not among them."""
        # Digests may collide: the text itself decides.
        return next((number for number in self._keys[self._key(text)] if self.texts[number] == text), None)


class KeyedRecords(Mapping[str, Record], Generic[Record]):
    """Records by a string key, each decoded when it is read; in the order in which they were packed."""

    __slots__ = ("_names", "_records")

    def __init__(self, names: RecordNames, records: Sequence[Record]) -> None:
        self._names = names
        self._records = records

    @classmethod
    def unpack(cls, buffers: Mapping[str, memoryview], decode: Decode[Record]) -> KeyedRecords[Record]:
        """The records in these buffers."""
        return cls(RecordNames.unpack(part_of(buffers, "names")), Records(part_of(buffers, "records"), decode))

    @staticmethod
    def pack(records: Mapping[str, object], encode: Callable[[Any], bytes] = encode) -> dict[str, Buffer]:
        """These records as buffers."""
        return {
            **joined({"names": RecordNames.of(records)}),
            **under("records", Blobs.pack(map(encode, records.values()))),
        }

    def __getitem__(self, name: str) -> Record:
        number = self._names.number(name)
        if number is None:
            raise KeyError(name)
        return self._records[number]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._names.number(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names.texts)

    def __len__(self) -> int:
        return len(self._names.texts)

    def items(self) -> ItemsView[str, Record]:
        """The keys with their records, without a look-up for each."""
        return _Items(self)

    def in_order(self) -> Iterator[tuple[str, Record]]:
        """The keys with their records, one after another."""
        return zip(self._names.texts, self._records, strict=True)


class _Items(ItemsView[str, Record]):
    """The items of KeyedRecords."""

    _mapping: KeyedRecords[Record]

    def __iter__(self) -> Iterator[tuple[str, Record]]:
        return self._mapping.in_order()


def under(part: str, buffers: Mapping[str, Buffer]) -> dict[str, Buffer]:
    """Prefix the names of buffers with ``part.``; ``part_of`` is the inverse."""
    return {f"{part}.{name}": buffer for name, buffer in buffers.items()}


def entries_of(name: str, spelling: IdSpelling) -> str:
    """The name of a dialect's entries among the buffers."""
    return f"entries-{name}-{spelling}"


def raw_of(source: str) -> str:
    """The name of a source's raw records among the buffers."""
    return f"raw records {source}"
