"""Records in buffers: each decodes to what was encoded, one at a time, or is refused."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.domain.pricing import Price, PriceState, Rates, Service, Tier
from llmanac.domain.records import Capability, Limits, LiteLLMRoute, Modalities, Model, Offer, Provider, RouteKind
from llmanac.search.index.buffers import Buffer
from llmanac.service.editions.tables import Blobs, KeyedRecords, Records, decoder_of

RATES = Rates(input=Decimal(1), output=Decimal("2.5"), cache_read=Decimal("1E-7"), cache_write=Decimal("0.10"))
RECORDS = (
    RATES,
    Price(RATES, (Tier(200_000, RATES),), PriceState.KNOWN, (Service("batch", RATES),)),
    Limits(context=8_000, output=0),
    Modalities(("text", "image"), ("text",)),
    LiteLLMRoute(id="acme/one", kind=RouteKind.NATIVE, known=True, primary=False),
    Provider(id="acme", env=("ACME_API_KEY",)),
    Model(base="one", lab=None, family=None, release_date=None, popularity=0.1 + 0.2, offers=("acme/one",)),
    Offer(provider="acme", model="one", base="one", capabilities=(Capability.VISION,), price=Price(RATES)),
    Offer(provider="acme", model="é\u2028/two", base="two", open_weights=False, price=Price(Rates(input=Decimal(0)))),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A record of a test."""

    text: str
    amount: Decimal | None
    size: int | None = None


def mapped(buffers: Mapping[str, Buffer]) -> dict[str, memoryview]:
    return {name: memoryview(buffer) for name, buffer in buffers.items()}


@pytest.mark.parametrize(
    "record", RECORDS, ids=lambda record: f"{type(record).__name__} {getattr(record, 'model', '')}"
)
def test_a_record_decodes_to_what_was_encoded(record: object) -> None:
    (back,) = Records(mapped(Records.pack([record])), decoder_of(type(record)))

    assert back == record
    assert repr(back) == repr(record), "Decimals keep their digits, and None is not 0"


@given(st.lists(st.builds(Line, st.text(), st.none() | st.decimals(allow_nan=False, allow_infinity=False))))
def test_records_are_a_sequence(lines: list[Line]) -> None:
    records = Records(mapped(Records.pack(lines)), decoder_of(Line))

    assert len(records) == len(lines)
    assert list(records) == lines
    assert [records[number] for number in range(len(lines))] == lines
    assert records[1:3] == lines[1:3]
    with pytest.raises(IndexError):
        _ = records[len(lines)]


@given(st.dictionaries(st.text(), st.integers(0, 2**63)), st.text())
def test_keyed_records_are_a_mapping(sizes: dict[str, int], other: str) -> None:
    lines = {name: Line(name, None, size) for name, size in sizes.items()}
    records = KeyedRecords.unpack(mapped(KeyedRecords.pack(lines)), decoder_of(Line))

    assert dict(records) == lines
    assert [*records] == [*lines], "in their order"
    assert records.get(other) == lines.get(other)
    assert (other in records) == (other in lines)


def test_one_record_is_decoded_where_others_cannot_be() -> None:
    records = Records(
        mapped(Blobs.pack([b"\xc1", *map(msgspec.msgpack.encode, [Line("one", None)])])), decoder_of(Line)
    )

    assert records[1] == Line("one", None)
    with pytest.raises(msgspec.DecodeError):
        _ = records[0]


def test_a_record_of_another_shape_is_refused() -> None:
    records = Records(mapped(Records.pack([Limits(context=1)])), decoder_of(Line))
    with pytest.raises(msgspec.ValidationError):
        _ = records[0]


@given(st.lists(st.binary(max_size=9)))
def test_byte_strings_are_joined_by_number(blobs: list[bytes]) -> None:
    packed = Blobs.unpack(mapped(Blobs.pack(blobs)))

    assert [*map(bytes, packed)] == blobs
    assert packed.join(reversed(range(len(blobs)))) == b",".join(reversed(blobs))


def test_records_that_were_read_last_are_kept_decoded() -> None:
    lines = [Line("one", Decimal(1)), Line("two", None)]
    records = Records(mapped(Records.pack(lines)), decoder_of(Line), cached=1)
    first = records[0]

    assert records[0] is first
    assert records[1] == lines[1]
    assert records[0] == first
    assert records[0] is not first, "only so many are kept"


def test_cached_records_go_at_once_with_their_table() -> None:
    class Decoded:
        """A record that can be watched."""

    records = Records(mapped(Records.pack(["one"])), lambda _: Decoded(), cached=1)
    record = weakref.ref(records[0])
    gc.disable()
    try:
        assert record() is not None
        del records
        assert record() is None, "a mapped file is closed without a search for cycles"
    finally:
        gc.enable()


def test_equal_records_of_two_tables_are_read_as_one_object() -> None:
    before = Records(mapped(Records.pack([Line("a", Decimal(1)), Line("b", None)])), decoder_of(Line))
    after = Records(mapped(Records.pack([Line("b", None), Line("c", None)])), decoder_of(Line))
    decoded: dict[bytes, Line] = {}
    [_, b], [same, c] = before.read(decoded), after.read(decoded)
    assert same is b
    assert c == Line("c", None)
