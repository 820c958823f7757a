"""Replacements of ids, and that nothing else is written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from llmanac.service.check.fixes import Edit, Replacement, apply_edits, is_sure, propose
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.lint import LintRule, Violation
from llmanac.service.check.mentions import Mention
from llmanac.service.check.text import FileText


def gone(id_: str, *, offer: str = "openai/gpt-4", successor: str | None = "openai/gpt-5") -> Violation:
    return Violation(LintRule.RETIRED, "gone", successor, id_, offer)


def mention(name: str, *, host: str | None = None) -> Mention:
    return Mention(id=name, start=0, line=1, column=1, is_model=True, host=host, hint=None)


@pytest.mark.parametrize(
    ("given", "violation", "text", "reading"),
    [
        (mention("openai/gpt-4"), gone("openai/gpt-4"), "openai/gpt-5", "openai/gpt-5"),
        (mention("openai:gpt-4"), gone("openai:gpt-4"), "openai:gpt-5", "openai:gpt-5"),
        (mention("gpt-4"), gone("gpt-4"), "gpt-5", "gpt-5"),
        (mention("gpt-4", host="openai"), gone("openai/gpt-4"), "gpt-5", "openai/gpt-5"),
    ],
)
def test_the_successor_in_the_spelling_of_the_id(
    hosts: KnownHosts, given: Mention, violation: Violation, text: str, reading: str
) -> None:
    assert propose(given, violation, hosts) == Replacement(text, reading, "openai/gpt-5")


@pytest.mark.parametrize(
    "violation",
    [
        gone("gpt-4", successor=None),
        gone("gpt-4", offer="azure/gpt-4"),
        Violation(LintRule.UNKNOWN, "unknown", "openai/gpt-5", "gpt-4"),
    ],
)
def test_no_successor_another_host_or_an_unknown_id_are_not_fixed(hosts: KnownHosts, violation: Violation) -> None:
    assert propose(mention("gpt-4"), violation, hosts) is None


@pytest.mark.parametrize(
    ("offer", "day", "sure"),
    [("openai/gpt-5", None, True), ("poe/gpt-5", None, False), ("openai/gpt-5", "2026-12-01", False)],
)
def test_a_fix_is_sure_where_it_is_read_as_a_successor_that_stays(offer: str, day: str | None, *, sure: bool) -> None:
    last = {"date": day, "source": "litellm", "last_stated": None} if day else None
    dates = {"deprecated_on": None, "retires_on": last, "retires_not_before": None}
    verdict: dict[str, Any] = {"offer": offer, "status": None, "lifecycle": dates}
    replacement = Replacement("gpt-5", "gpt-5", "openai/gpt-5")
    assert is_sure(replacement, {"gpt-5": verdict}, today=date(2026, 11, 20), within=timedelta(days=90)) is sure


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_every_other_byte_stays(encoding: str) -> None:
    content = "é: 'gpt-4'\r\n\tm = gpt-4  # x".encode(encoding)
    text = FileText.read(content)
    assert text is not None
    first = text.characters.index("gpt-4")
    second = text.characters.index("gpt-4", first + 1)
    edits = [Edit(first, first + 5, "gpt-5.5"), Edit(second, second + 5, "o")]
    assert apply_edits(text, edits) == "é: 'gpt-5.5'\r\n\tm = o  # x".encode(encoding)


def test_what_is_not_approved_is_replaced_by_the_successor_that_is(hosts: KnownHosts) -> None:
    violation = Violation(LintRule.UNAPPROVED, "not approved", "openai/gpt-5", "gpt-4", "openai/gpt-4")
    replacement = propose(mention("gpt-4"), violation, hosts)
    assert replacement == Replacement("gpt-5", "gpt-5", "openai/gpt-5")

    dates = {"deprecated_on": None, "retires_on": None, "retires_not_before": None}
    verdict: dict[str, Any] = {"offer": "openai/gpt-5", "status": None, "lifecycle": dates}
    sure = [
        is_sure(
            replacement,
            {"gpt-5": {**verdict, "approved": approved}},
            today=date(2026, 11, 20),
            within=timedelta(days=90),
        )
        for approved in (True, None, False)
    ]
    assert sure == [True, True, False]
