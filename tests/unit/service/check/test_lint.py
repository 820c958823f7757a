"""Violations of the rules by mentions, by the validations of their readings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from llmanac.service.check.lint import SEVERITIES, LintRule, Severity, Violation, lint
from llmanac.service.check.readings import IdReadings

TODAY = date(2026, 11, 20)

NO_DATES = {"deprecated_on": None, "retires_on": None, "retires_not_before": None}
LISTED: dict[str, Any] = {
    "id": "acme/one",
    "standing": "known",
    "offer": "acme/one",
    "status": None,
    "lifecycle": NO_DATES,
    "price_state": "known",
    "successor": "acme/two",
    "candidates": [],
    "alternatives": [],
}
MISSING: dict[str, Any] = {**LISTED, "standing": "unknown", "offer": None, "price_state": None}
REMOVED: dict[str, Any] = {
    **LISTED,
    "standing": "removed",
    "price_state": None,
    "listed_by": "models.dev",
    "last_listed": "2026-05-21",
}


def dated(kind: str, day: str, *, last_stated: str | None = None) -> dict[str, Any]:
    return {"lifecycle": {**NO_DATES, kind: {"date": day, "source": "litellm", "last_stated": last_stated}}}


def look(*verdicts: dict[str, Any], is_stated: bool = True, matters_unknown: bool = True) -> Violation | None:
    readings = IdReadings(tuple(it["id"] for it in verdicts), verdicts[0]["id"], is_stated, matters_unknown)
    return lint(readings, {it["id"]: it for it in verdicts}, today=TODAY, within=timedelta(days=90))


@pytest.mark.parametrize(
    ("changes", "rule", "message"),
    [
        (dated("retires_on", "2026-11-19"), LintRule.RETIRED, "acme/one was retired on 2026-11-19, by LiteLLM."),
        (
            dated("retires_on", "2026-11-20"),
            LintRule.RETIRING,
            "acme/one will be retired on 2026-11-20, in 0 days, by LiteLLM.",
        ),
        (
            dated("retires_on", "2026-11"),
            LintRule.RETIRING,
            "acme/one will be retired on 2026-11, in 10 days, by LiteLLM.",
        ),
        (
            dated("retires_not_before", "2026-09-29"),
            LintRule.RETIRING,
            "acme/one may be retired from 2026-09-29 on, by LiteLLM.",
        ),
        ({"status": "deprecated"}, LintRule.RETIRING, "acme/one is deprecated, by models.dev."),
        (
            {"status": "deprecated", **dated("deprecated_on", "2026-08-18")},
            LintRule.RETIRING,
            "acme/one is deprecated since 2026-08-18, by models.dev.",
        ),
    ],
)
def test_a_listed_model_that_retires_says_whose_date_it_is(
    changes: dict[str, Any], rule: LintRule, message: str
) -> None:
    assert look({**LISTED, **changes}) == Violation(rule, message, "acme/two", "acme/one", "acme/one")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        dated("retires_on", "2027-02-19"),
        dated("retires_not_before", "2027-02-19"),
        {"status": "beta"},
        {"price_state": "free"},
    ],
)
def test_a_listed_model_that_stays(changes: dict[str, Any]) -> None:
    assert look({**LISTED, **changes}) is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "acme/one is not listed any more: models.dev listed it until 2026-05-21."),
        (
            dated("retires_on", "2026-05-14", last_stated="2026-08-11"),
            "acme/one was retired on 2026-05-14, by LiteLLM of 2026-08-11.",
        ),
    ],
)
def test_a_model_that_is_not_listed_any_more_is_retired(changes: dict[str, Any], message: str) -> None:
    assert look({**REMOVED, **changes}) == Violation(LintRule.RETIRED, message, "acme/two", "acme/one", "acme/one")


def test_an_unknown_price_is_worth_a_note() -> None:
    found = look({**LISTED, "price_state": "unknown"})
    assert found == Violation(LintRule.UNPRICED, "No source knows a price of acme/one.", None, "acme/one", "acme/one")
    assert SEVERITIES[LintRule.UNPRICED] is Severity.NOTE


def test_an_id_that_no_host_lists_is_unknown_with_the_nearest() -> None:
    said = "No host lists acme/one. Nearest: acme/two, acme/three."
    found = look({**MISSING, "candidates": ["acme/two", "acme/three"]})
    assert found == Violation(LintRule.UNKNOWN, said, "acme/two", "acme/one")
    assert look(MISSING, matters_unknown=False) is None


def test_the_first_reading_that_is_known_or_was_decides() -> None:
    bare = {**LISTED, "id": "one", "offer": "other/one"}
    assert look(MISSING, bare) is None
    gone = look({**REMOVED, "id": "lab/one", "offer": "lab/one"}, bare, is_stated=False)
    assert gone is not None
    assert gone.offer == "lab/one"


def test_a_namesake_speaks_for_a_bare_id_and_never_for_one_with_a_host() -> None:
    elsewhere = {**MISSING, "id": "one-mini", "standing": "ambiguous", "candidates": ["other/One-Mini"]}
    assert look(elsewhere, is_stated=False) is None
    at_host = {**MISSING, "id": "acme/one-mini", "alternatives": ["other/acme/one-mini"]}
    assert look(at_host) is not None
    other_date = {**MISSING, "id": "one-0613", "standing": "ambiguous", "candidates": ["acme/one"]}
    assert look(other_date, is_stated=False) is not None


def test_what_the_organisation_has_not_approved_is_a_warning() -> None:
    found = look({**LISTED, "approved": False})
    said = "acme/one is not approved, by the organisation's overlays."
    assert found == Violation(LintRule.UNAPPROVED, said, "acme/two", "acme/one", "acme/one")
    assert SEVERITIES[LintRule.UNAPPROVED] is Severity.WARNING


def test_what_it_has_approved_or_says_nothing_of_is_none() -> None:
    assert look({**LISTED, "approved": True}) is look({**LISTED, "approved": None}) is None


def test_a_model_that_has_ended_is_retired_whether_it_was_approved_or_not() -> None:
    ended, ending = dated("retires_on", "2026-11-19"), dated("retires_on", "2026-12-01")
    rules = [found.rule for it in (ended, ending) if (found := look({**LISTED, **it, "approved": False}))]
    assert rules == [LintRule.RETIRED, LintRule.UNAPPROVED]


def test_it_is_said_who_calls_a_model_deprecated() -> None:
    found = look({**LISTED, "status": "deprecated", "status_source": "overlays"})
    assert found is not None
    assert found.message == "acme/one is deprecated, by the organisation's overlays."
