from __future__ import annotations

from decimal import Decimal

import pytest

from llmanac.errors import InvalidParameters
from llmanac.pages.forms.query_form import Fields
from llmanac.pages.views.estimate import dollars, finely, read


def test_a_form_becomes_a_workload() -> None:
    workload = read(
        Fields.of(b"input=60,000&cache_read=54 000&output=1200&requests=10&batch_share=12.5&budget=$1,000.50")
    )
    assert (workload.tokens.input, workload.tokens.cache_read, workload.tokens.output) == (60_000, 54_000, 1_200)
    assert (workload.requests, workload.batch_share) == (10, Decimal("0.125"))
    assert workload.budget == Decimal("1000.50")


@pytest.mark.parametrize(
    "fields",
    [
        *("input=-1", "input=1.5", "input=9999999999", "requests=x", "batch_share=101", "batch_share=nan"),
        *("budget=0", "budget=-1", "budget=nan", "budget=x", "budget=1e13"),
    ],
)
def test_a_field_that_is_not_a_number_is_named(fields: str) -> None:
    with pytest.raises(InvalidParameters, match=f"^{fields.partition('=')[0]}: "):
        read(Fields.of(fields.encode()))


@pytest.mark.parametrize(
    ("amount", "text"), [("1234.5", "$1,234.50"), ("0.525", "$0.52"), ("0.004", "$0.00400"), ("0", "$0.00")]
)
def test_amounts_have_cents_unless_they_are_less(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text


def test_the_smallest_amounts_are_not_shown_as_zero() -> None:
    assert finely(Decimal("0.000001")) == "<$0.00001"
    assert finely(Decimal(0)) == "$0.00000"
