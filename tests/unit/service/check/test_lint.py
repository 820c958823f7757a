"""Which rules the ids of models violate."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from llmanac.service.check.lint import SEVERITIES, LintRule, Severity, lint

TODAY = date(2026, 11, 20)

LISTED: dict[str, Any] = {
    "id": "acme/one",
    "standing": "known",
    "offer": "acme/one",
    "status": None,
    "deprecation_date": None,
    "price_state": "known",
    "successor": "acme/two",
    "candidates": [],
}
MISSING: dict[str, Any] = {**LISTED, "standing": "unknown", "offer": None, "price_state": None}


def look(verdict: dict[str, Any], **changes: Any) -> tuple[LintRule, str, str | None] | None:
    fault = lint({**verdict, **changes}, today=TODAY, within=timedelta(days=90))
    return (fault.rule, fault.message, fault.successor) if fault else None


@pytest.mark.parametrize(
    ("changes", "rule", "message"),
    [
        ({"deprecation_date": "2026-11-19"}, LintRule.RETIRED, "acme/one was retired on 2026-11-19."),
        ({"deprecation_date": "2026-11-20"}, LintRule.RETIRING, "acme/one will be retired on 2026-11-20, in 0 days."),
        ({"deprecation_date": "2027-02-18"}, LintRule.RETIRING, "acme/one will be retired on 2027-02-18, in 90 days."),
        ({"deprecation_date": "2026-12"}, LintRule.RETIRING, "acme/one will be retired on 2026-12, in 11 days."),
        ({"status": "deprecated"}, LintRule.RETIRING, "acme/one is deprecated."),
        (
            {"status": "deprecated", "deprecation_date": "2027-12-31"},
            LintRule.RETIRING,
            "acme/one is deprecated.",
        ),
    ],
)
def test_a_listed_model_that_retires(changes: dict[str, Any], rule: LintRule, message: str) -> None:
    assert look(LISTED, **changes) == (rule, message, "acme/two")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"deprecation_date": "2027-02-19"},
        {"status": "beta"},
        {"price_state": "free"},
        {"price_state": "in_plan"},
        {"price_state": "variable"},
    ],
)
def test_a_listed_model_that_stays(changes: dict[str, Any]) -> None:
    assert look(LISTED, **changes) is None


def test_an_unknown_price_is_worth_a_note() -> None:
    assert look(LISTED, price_state="unknown") == (LintRule.UNPRICED, "No source knows a price of acme/one.", None)
    assert SEVERITIES[LintRule.UNPRICED] is Severity.NOTE


def test_an_id_that_no_host_lists_is_unknown_with_the_nearest() -> None:
    said = "No host lists acme/one. Nearest: acme/two, acme/three."
    assert look(MISSING, candidates=["acme/two", "acme/three"]) == (LintRule.UNKNOWN, said, "acme/two")
    assert look(MISSING, successor=None) == (LintRule.UNKNOWN, "No host lists acme/one.", None)


def test_a_name_that_some_host_lists_is_no_violation() -> None:
    assert look(MISSING, id="one-mini", standing="ambiguous", candidates=["acme/One-Mini", "other/one-mini"]) is None
    assert look(MISSING, id="one-0613", standing="ambiguous", candidates=["acme/one"]) is not None


@pytest.mark.parametrize("given_id", ["azure/gpt-4-mine", "ollama/llama3.9", "huggingface/gemma-2-mine"])
def test_deployments_that_users_name_are_no_violation(given_id: str) -> None:
    assert look(MISSING, id=given_id) is None
