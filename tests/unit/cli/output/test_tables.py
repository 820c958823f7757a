"""Tables: how they fit, and what is in their cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.cli.output.tables import GAP, NARROWEST, TableColumn, fit, price, printable, size

COLUMNS = (
    TableColumn("ID", may_wrap=True),
    TableColumn("PRICE", is_number=True),
    TableColumn("DATE", is_extra=True),
    TableColumn("WORDS", may_wrap=True, is_extra=True),
)
ROWS = [("provider/a-model-of-a-long-name", "1.25", "2026-01-01", "one two three four five six seven eight")]
"""31, 5, 10 and 39 characters wide."""


@pytest.mark.parametrize(
    ("width", "fitted"),
    [
        (200, {0: 31, 1: 5, 2: 10, 3: 39}),
        (80, {0: 31, 1: 5, 2: 10, 3: 26}),
        (60, {0: 31, 1: 5, 2: 10}),
        (45, {0: 31, 1: 5}),
        (30, {0: 21, 1: 5}),
        (5, {0: 18, 1: 5}),
    ],
)
def test_columns_give_way_from_the_right_and_numbers_are_never_cut(width: int, fitted: dict[int, int]) -> None:
    assert fit(COLUMNS, ROWS, width) == fitted


@given(st.integers(1, 300), st.lists(st.tuples(*[st.text(max_size=60)] * 4), max_size=5))
def test_a_table_is_no_wider_than_its_terminal_where_it_can_be(width: int, rows: list[tuple[str, ...]]) -> None:
    fitted = fit(COLUMNS, rows, width)
    total = sum(fitted.values()) + GAP * len(fitted)
    assert {0, 1} <= set(fitted)
    assert fitted[1] == max([len("PRICE"), *(len(row[1]) for row in rows)])
    assert total <= max(width, NARROWEST + fitted[1] + 2 * GAP)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0, "0"), (2, "2"), (0.3, "0.3"), (0.000125, "0.000125"), (1e-7, "0.0000001"), (10.0, "10")],  # noqa: RUF001 -- as in printed tables
)
def test_a_price_is_short_and_never_a_power(value: float | None, shown: str) -> None:
    assert price(value) == shown


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [(None, "–"), (0, "0"), (999, "999"), (8_192, "8.19k"), (200_000, "200k"), (1_048_576, "1.05M"), (1_000_000, "1M")],  # noqa: RUF001 -- as in printed tables
)
def test_a_number_of_tokens_is_shortened(tokens: int | None, shown: str) -> None:
    assert size(tokens) == shown


def test_what_moves_the_cursor_is_not_printed() -> None:
    assert printable("a\x1b[31mb\u202e\n") == "a�[31mb��"
