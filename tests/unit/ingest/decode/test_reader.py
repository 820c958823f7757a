"""Objects are sifted by shape and read field by field, and nothing is left out without an account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from llmanac.ingest.decode.reader import FLAG, NUMBER, TEXT, RecordReader, Schema, is_date
from llmanac.ingest.layer import Reject

SHAPE = Schema("thing.part", (TEXT, "name"), (NUMBER, "size"), (FLAG, "good"))


def test_an_object_in_order_comes_through_whole() -> None:
    reader = RecordReader()
    values = {"name": "x", "size": 1.5, "good": False}

    assert reader.select(values, SHAPE, "a/b") == values
    assert reader.rejects == []
    assert reader.unknown_keys == {}


def test_unknown_keys_are_counted_by_their_path_each_time() -> None:
    reader = RecordReader()

    for _ in range(3):
        assert reader.select({"name": "x", "colour": 1}, SHAPE, "a/b") == {"name": "x"}

    assert reader.unknown_keys == {"thing.part.colour": 3}


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("name", 1, "a number, not a string"),
        ("name", None, "null, not a string"),
        ("size", "1", "a string, not a number"),
        ("size", True, "true or false, not a number"),
        ("good", 1, "a number, not true or false"),
        ("good", [], "a list, not true or false"),
        ("good", {}, "an object, not true or false"),
    ],
)
def test_a_value_of_another_type_is_rejected_each_time(key: str, value: object, reason: str) -> None:
    reader = RecordReader()

    for _ in range(2):
        assert reader.select({key: value}, SHAPE, "a/b") == {}

    assert reader.rejects == [Reject(f"a/b: part.{key}", reason)] * 2


@pytest.mark.parametrize(
    ("stated", "read"),
    [("GLM 4.6\t", "GLM 4.6"), ("  Qwen  3 \n", "Qwen 3"), ("Sonar \u2013 Pro", "Sonar \u2013 Pro"), ("模型", "模型")],
)
def test_white_space_in_texts_is_put_in_order(stated: str, read: str) -> None:
    reader = RecordReader()

    assert [reader.text({"name": stated}, "name", "a/b") for _ in range(2)] == [read, read]
    assert reader.rejects == []


@pytest.mark.parametrize("stated", ["", "  ", "a\0b", "a\x1bb", "a\u202eb", "a\u200bb", "x" * 257])
def test_texts_that_cannot_be_shown_on_a_line_are_rejected_each_time(stated: str) -> None:
    reader = RecordReader()

    assert [reader.text({"name": stated}, "name", "a/b") for _ in range(2)] == [None, None]
    assert [reject.where for reject in reader.rejects] == ["a/b: name"] * 2
    assert all(reject.reason.isprintable() for reject in reader.rejects)


@pytest.mark.parametrize("stated", ["2026-09-30", "2026-09", "2024-02-29"])
def test_days_and_months_are_kept_as_they_are_stated(stated: str) -> None:
    assert RecordReader().date({"day": stated}, "day", "a/b") == stated


@pytest.mark.parametrize(
    "stated",
    ["2026-09-30T00:00:00Z", "2026-09-30T23:59:59.999+02:00", "2026-09-30 12:00", "2026-09-30 12:00:00 UTC"],
)
def test_of_a_date_with_a_time_the_day_is_read(stated: str) -> None:
    reader = RecordReader()

    assert [reader.date({"day": stated}, "day", "a/b") for _ in range(2)] == ["2026-09-30"] * 2
    assert reader.rejects == []


@pytest.mark.parametrize(
    "stated",
    [
        "1970-01-01",
        "1970-01-01T00:00:00Z",
        "2025-02-31T00:00:00Z",
        "2025-02-28T",
        "2025-02-31",
        "2025-25-11",
        "2025",
        "2025-1-1",
        "20250101",
        "soon",
        "",
        "\uff12\uff10\uff12\uff15-01",
    ],
)
def test_what_no_calendar_has_is_rejected_and_so_is_the_first_day_of_unix(stated: str) -> None:
    reader = RecordReader()

    assert reader.date({"day": stated}, "day", "a/b") is None
    assert len(reader.rejects) == 1


def test_the_first_day_of_unix_is_a_date_by_itself() -> None:
    assert is_date("1970-01-01")


@pytest.mark.parametrize(("stated", "read"), [(131072, 131072), (262144.0, 262144), (0, None), (0.0, None)])
def test_whole_numbers_are_counts_and_zero_is_unknown(stated: float, read: int | None) -> None:
    reader = RecordReader()

    assert reader.count({"size": stated}, "size", "a/b") == read
    assert reader.rejects == []


@pytest.mark.parametrize("stated", [-1, 0.5, 1e300, 10**13])
def test_other_numbers_are_no_counts(stated: float) -> None:
    reader = RecordReader()

    assert reader.count({"size": stated}, "size", "a/b") is None
    assert len(reader.rejects) == 1


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        (0.049999999999999996, "0.05"),
        (3, "3"),
        (3.0, "3"),
        (0, "0"),
        (1e-07, "0.0000001"),
        (0.0001234567, "0.0001234567"),
    ],
)
def test_prices_are_exact_decimals_without_the_noise_of_floats(stated: float, read: str) -> None:
    assert RecordReader().price({"input": stated}, "input", "a/b") == Decimal(read)


@pytest.mark.parametrize("stated", [-1, -0.000001, 1e300])
def test_prices_below_nothing_and_beyond_all_measure_are_rejected_each_time(stated: float) -> None:
    reader = RecordReader()

    assert [reader.price({"input": stated}, "input", "a/b: cost") for _ in range(2)] == [None, None]
    assert [reject.where for reject in reader.rejects] == ["a/b: cost.input"] * 2


def test_what_is_not_a_word_in_a_list_is_rejected_and_the_rest_kept() -> None:
    reader = RecordReader()
    values: dict[str, Any] = {"env": ["KEY", 1, None, {"a": []}, "", "OTHER"]}

    assert reader.texts(values, "env", "a") == ("KEY", "OTHER")
    assert [reject.where for reject in reader.rejects] == ["a: env"] * 4


def test_what_was_made_with_a_reject_is_made_again_so_that_each_record_has_its_own() -> None:
    reader = RecordReader()
    made: dict[str, int | None] = {}

    for where in ("a/b", "c/d"):
        reader.once(made, "key", lambda where=where: reader.count({"size": -1}, "size", where))  # type: ignore[misc]  # -- the default binds the name

    assert [reject.where for reject in reader.rejects] == ["a/b: size", "c/d: size"]
