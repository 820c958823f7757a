from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.pages.views.export import FORMULA, cell


@pytest.mark.parametrize("lead", FORMULA)
def test_no_text_is_a_formula(lead: str) -> None:
    assert cell(f"{lead}1+1") == f"'{lead}1+1"


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, ""), (True, "true"), ("plain", "plain"), (Decimal(-1), Decimal(-1)), (128_000, 128_000)],
)
def test_numbers_stay_numbers_and_what_is_unknown_is_empty(value: object, written: object) -> None:
    assert cell(value) == written
