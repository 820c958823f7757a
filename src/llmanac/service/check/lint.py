"""Lint rules for the ids of models that a project depends on: retired, retiring, unapproved, unpriced, unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from llmanac.domain.dates import last_day_of
from llmanac.domain.feed import MODELS_DEV
from llmanac.domain.pricing import PriceState
from llmanac.ingest.decode.sources import source_label
from llmanac.service.check.readings import IdReadings
from llmanac.service.offers.successors import RETIRING_STATUSES
from llmanac.service.offers.validation import IdStatus


class Severity(IntEnum):
    """The severity of a violation."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class LintRule(StrEnum):
    """A rule that an id can violate."""

    RETIRED = "retired"
    """Its last day is over, or its host does not list it any more."""
    RETIRING = "retiring"
    """Its last day is near, or its host calls it deprecated."""
    UNKNOWN = "unknown"
    """No host lists it, or has in the packaged feeds: retired long ago, misspelt, or newer than the catalog."""
    UNPRICED = "unpriced"
    """No source knows a price."""
    UNAPPROVED = "unapproved"
    """The organisation says that it has not approved its use."""


SEVERITIES = {
    LintRule.RETIRED: Severity.ERROR,
    LintRule.RETIRING: Severity.WARNING,
    LintRule.UNKNOWN: Severity.WARNING,
    LintRule.UNPRICED: Severity.NOTE,
    LintRule.UNAPPROVED: Severity.WARNING,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """An id's violation of a rule."""

    rule: LintRule
    message: str
    successor: str | None
    """The id of the model to use instead; None where none is known."""
    id: str
    """The id that was looked up."""
    offer: str | None = None
    """The catalog's id of what it is, or was; None where nobody knows it."""

    @property
    def level(self) -> Severity:
        """The severity of the rule."""
        return SEVERITIES[self.rule]


def lint(
    readings: IdReadings, verdicts: Mapping[str, Mapping[str, Any]], *, today: date, within: timedelta
) -> Violation | None:
    """Check a mention by the validations of its readings, in the shape of the API; None where it violates no rule.

    ``within`` is how long before its last day a model counts as retiring.
    """
    judged = [verdicts[it] for it in readings.ids]
    settled = next((it for it in judged if it["standing"] in {IdStatus.KNOWN, IdStatus.REMOVED}), None)
    if settled is not None:
        return _removed(settled, today) if settled["standing"] == IdStatus.REMOVED else _listed(settled, today, within)
    if not readings.matters_unknown or (not readings.is_stated and any(map(_has_namesake, judged))):
        return None
    verdict = verdicts[readings.told]
    detail = f"No host lists {verdict['id']}."
    if verdict["candidates"]:
        detail += f" Nearest: {', '.join(verdict['candidates'][:3])}."
    return Violation(LintRule.UNKNOWN, detail, verdict["successor"], verdict["id"])


def is_leaving(verdict: Mapping[str, Any], today: date, within: timedelta) -> bool:
    """Whether a model retires within this time, or has retired."""
    return _ending(verdict, today, within) is not None


def is_unapproved(verdict: Mapping[str, Any]) -> bool:
    """Whether the organisation says that a model's use is not approved; an older server says nothing of it."""
    return verdict.get("approved") is False


def _listed(verdict: Mapping[str, Any], today: date, within: timedelta) -> Violation | None:
    ending = _ending(verdict, today, within)
    if is_unapproved(verdict) and (ending is None or ending[0] is not LintRule.RETIRED):
        ending = LintRule.UNAPPROVED, f"{verdict['offer']} is not approved, by the organisation's overlays."
    if ending is None and verdict["price_state"] == PriceState.UNKNOWN:
        ending = LintRule.UNPRICED, f"No source knows a price of {verdict['offer']}."
    if ending is None:
        return None
    rule, message = ending
    successor = None if rule is LintRule.UNPRICED else verdict["successor"]
    return Violation(rule, message, successor, verdict["id"], verdict["offer"])


def _ending(verdict: Mapping[str, Any], today: date, within: timedelta) -> tuple[LintRule, str] | None:
    """The violation of a model that is on its way out, with who says so."""
    offer, dates = verdict["offer"], verdict["lifecycle"]
    if stated := dates["retires_on"]:
        last = last_day_of(stated["date"])
        if last < today:
            return LintRule.RETIRED, f"{offer} was retired on {stated['date']}, {_by(stated)}."
        if last <= today + within:
            days = (last - today).days
            return LintRule.RETIRING, f"{offer} will be retired on {stated['date']}, in {days} days, {_by(stated)}."
    if (stated := dates["retires_not_before"]) and last_day_of(stated["date"]) <= today + within:
        return LintRule.RETIRING, f"{offer} may be retired from {stated['date']} on, {_by(stated)}."
    if verdict["status"] in RETIRING_STATUSES:
        since = dates["deprecated_on"]
        said_by = source_label(verdict.get("status_source") or MODELS_DEV)  # an older server does not say it
        since_when = f" since {since['date']}" if since else ""
        return LintRule.RETIRING, f"{offer} is {verdict['status']}{since_when}, by {said_by}."
    return None


def _removed(verdict: Mapping[str, Any], today: date) -> Violation:
    """The violation of an id that is not listed any more: retired on its last day, or some day since it was listed."""
    offer, last = verdict["offer"], verdict["lifecycle"]["retires_on"]
    if last and last_day_of(last["date"]) < today:
        message = f"{offer} was retired on {last['date']}, {_by(last)}."
    else:
        lister = source_label(verdict["listed_by"])
        message = f"{offer} is not listed any more: {lister} listed it until {verdict['last_listed']}."
    return Violation(LintRule.RETIRED, message, verdict["successor"], verdict["id"], offer)


def _by(stated: Mapping[str, Any]) -> str:
    """The source of a date, and the feed that last stated it."""
    feed = f" of {stated['last_stated']}" if stated["last_stated"] else ""
    return f"by {source_label(stated['source'])}{feed}"


def _has_namesake(verdict: Mapping[str, Any]) -> bool:
    """Whether some host lists a model under exactly this id; the configuration names the host elsewhere."""
    suffix = f"/{verdict['id']}".lower()
    return any(it.lower().endswith(suffix) for it in (*verdict["candidates"], *verdict["alternatives"]))
