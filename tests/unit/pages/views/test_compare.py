from __future__ import annotations

import pytest

from llmanac.domain.own_facts import OwnFacts
from llmanac.domain.pricing import PriceState
from llmanac.pages.drawing import formatting
from llmanac.pages.views.compare import compare_rows
from llmanac.service.offers.comparison import compare

from ..conftest import MakeOffer


def test_differences_and_the_best_are_marked(make_offer: MakeOffer) -> None:
    offers = [make_offer("a", output="3", context=200_000), make_offer("b", output="2", context=200_000)]
    by_label = {row.label: row for _, group in compare_rows(compare(offers), offers) for row in group}
    assert by_label["output"].cells == ("$3.00", "$2.00")
    assert by_label["output"].differs
    assert by_label["output"].best == {1}
    assert by_label["context"].cells == ("200K", "200K")
    assert not by_label["context"].differs
    assert by_label["context"].best == frozenset()


@pytest.mark.parametrize(
    ("state", "shown"), [(PriceState.IN_PLAN, "in plan"), (PriceState.UNKNOWN, formatting.UNKNOWN)]
)
def test_what_has_no_price_is_not_shown_as_free(make_offer: MakeOffer, state: PriceState, shown: str) -> None:
    price = None if state is PriceState.UNKNOWN else "0"
    offers = [make_offer("a"), make_offer("b", input=price, output=price, state=state)]
    by_label = {row.label: row for _, group in compare_rows(compare(offers), offers) for row in group}
    assert by_label["input"].cells == ("$1.00", shown)


def test_what_nobody_knows_and_none_can_is_left_out(make_offer: MakeOffer) -> None:
    offers = [make_offer("a"), make_offer("b")]
    labels = {row.label for _, group in compare_rows(compare(offers), offers) for row in group}
    assert "reasoning" not in labels
    assert "Vision" not in labels


def test_what_the_organisation_states_stands_under_a_heading_of_its_own(make_offer: MakeOffer) -> None:
    offers = [make_offer("a", own=OwnFacts(tags=("contract",), approved=False)), make_offer("b")]
    rows = dict(compare_rows(compare(offers), offers))["What only we know"]
    assert [(row.label, row.cells) for row in rows] == [
        ("tags", ("contract", formatting.UNKNOWN)),
        ("approved", ("no", formatting.UNKNOWN)),
    ]
