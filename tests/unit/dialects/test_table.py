"""The catalog as a table."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from llmanac.dialects.inference import entry
from llmanac.dialects.table import COLUMNS, csv_lines
from llmanac.domain.records import Capability, Limits, Modalities, Offer


def offer(**changes: Any) -> Offer:
    return Offer(**{"provider": "acme", "model": "one", "base": "one", **changes})


def parsed(*offers: Offer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(map(entry, offers))), newline="")))


def test_every_fact_has_a_column_and_what_is_unknown_is_empty() -> None:
    [row] = parsed(offer())
    assert tuple(row) == COLUMNS
    assert {name: value for name, value in row.items() if value} == {"id": "acme/one", "provider": "acme"}


def test_lists_are_words_and_flags_are_lower_case() -> None:
    [row] = parsed(
        offer(
            capabilities=(Capability.TOOL_CALL, Capability.VISION),
            open_weights=False,
            limits=Limits(context=8_000),
            modalities=Modalities(("text", "image"), ("text",)),
        )
    )
    assert (row["capabilities"], row["open_weights"], row["context"]) == ("tool_call vision", "false", "8000")
    assert (row["input_modalities"], row["output_modalities"]) == ("text image", "text")


def test_a_name_that_a_spreadsheet_would_run_is_only_shown() -> None:
    [row] = parsed(offer(name='=HYPERLINK("http://x")'))
    assert row["name"] == """'=HYPERLINK("http://x")"""


@given(st.text(min_size=1, max_size=50).filter(lambda text: "\0" not in text))
def test_any_name_comes_back(name: str) -> None:
    [row] = parsed(offer(name=name))
    assert row["name"].removeprefix("'") == name.removeprefix("'")
