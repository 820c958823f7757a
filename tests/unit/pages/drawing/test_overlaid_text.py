"""The statements of overlays about a model, in words."""

from __future__ import annotations

from llmanac.pages.drawing.overlaid_text import describe_rule, describe_statements
from llmanac.service.details.overlaid_facts import OverlaidStatement, StatingRule, statements_of
from llmanac.service.editions.edition import Edition

RULE = StatingRule(
    overlay="corp", rule=3, reason="Why", author="ann", valid_from="2026-09-01", valid_until="2026-12-31"
)


def test_a_fact_has_both_values_in_its_unit_and_the_rule_in_a_line(overlaid: Edition) -> None:
    described = describe_statements(statements_of(overlaid, "acme/alpha"))

    assert (described["input"].ours, described["input"].otherwise) == ("$1.00", "$3.00")
    assert described["input"].summary == "Ours, in place of $3.00: Negotiated (ann, rule 2 of corp)"
    assert (described["retention_days"].fact, described["retention_days"].ours) == ("retention days", "30")
    assert (described["trains_on_data"].ours, described["trains_on_data"].otherwise) == ("no", "\u2013")


def test_prices_of_other_services_are_told_with_their_names() -> None:
    services = [{"name": "batch", "input": 1.5}]
    stated = OverlaidStatement(value=services, upstream=None, stated_by=RULE, below=())

    described = describe_statements({"services": stated})["services"]

    assert (described.ours, described.otherwise) == ("name batch input 1.5", "\u2013")


def test_a_rule_is_told_with_the_time_in_which_it_holds() -> None:
    assert describe_rule(RULE) == "ann, rule 3 of corp, from 2026-09-01 on, until 2026-12-31"
