"""What is wrong with a model that somebody depends on: retired, on its way out, unpriced, or not known at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from llmanac.domain.dates import day_of
from llmanac.domain.pricing import PriceState
from llmanac.service.offers.successors import GOING
from llmanac.service.offers.validation import IdStatus

USERS_OWN = frozenset(
    "azure azure_ai azure-cognitive-services bedrock amazon-bedrock huggingface ollama ollama_chat ollama-cloud "
    "lmstudio lm_studio vllm hosted_vllm sagemaker openai_like custom_openai custom llamafile xinference triton".split()
)
"""Hosts, by id or LiteLLM prefix, where users name deployments or bring any model: an unknown id is no news there."""


class Severity(IntEnum):
    """How bad a finding is."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class LintRule(StrEnum):
    """What can be wrong."""

    RETIRED = "retired"
    """Its last day is over."""
    RETIRING = "retiring"
    """Its last day is near, or its host calls it deprecated."""
    UNKNOWN = "unknown"
    """No host lists it: retired long ago, misspelt, or newer than the catalog."""
    UNPRICED = "unpriced"
    """No source knows a price."""


LEVELS = {
    LintRule.RETIRED: Severity.ERROR,
    LintRule.RETIRING: Severity.WARNING,
    LintRule.UNKNOWN: Severity.WARNING,
    LintRule.UNPRICED: Severity.NOTE,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with an id."""

    rule: LintRule
    message: str
    successor: str | None
    """What to take instead, where that can be told."""

    @property
    def level(self) -> Severity:
        """How bad it is."""
        return LEVELS[self.rule]


def lint(verdict: Mapping[str, Any], *, today: date, within: timedelta) -> Violation | None:
    """What is wrong with an id, given the verdict on it in the shape of the API; None where nothing is."""
    if verdict["standing"] == IdStatus.KNOWN:
        return _listed(verdict, today, within)
    given = str(verdict["id"])
    if given.partition("/")[0].lower() in USERS_OWN or _has_namesake(verdict):
        return None
    detail = f"No host lists {given}."
    if verdict["candidates"]:
        detail += f" Nearest: {', '.join(verdict['candidates'][:3])}."
    return Violation(LintRule.UNKNOWN, detail, verdict["successor"])


def _listed(verdict: Mapping[str, Any], today: date, within: timedelta) -> Violation | None:
    offer, successor = verdict["offer"], verdict["successor"]
    if verdict["deprecation_date"]:
        last = day_of(verdict["deprecation_date"])  # of a month its first day, lest it comes as a surprise
        if last < today:
            return Violation(LintRule.RETIRED, f"{offer} was retired on {verdict['deprecation_date']}.", successor)
        if last <= today + within:
            days = (last - today).days
            return Violation(
                LintRule.RETIRING,
                f"{offer} will be retired on {verdict['deprecation_date']}, in {days} days.",
                successor,
            )
    if verdict["status"] in GOING:
        return Violation(LintRule.RETIRING, f"{offer} is {verdict['status']}.", successor)
    if verdict["price_state"] == PriceState.UNKNOWN:
        return Violation(LintRule.UNPRICED, f"No source knows a price of {offer}.", None)
    return None


def _has_namesake(verdict: Mapping[str, Any]) -> bool:
    """Some host lists a model under just this id: which of them is meant, the configuration says elsewhere."""
    end = f"/{verdict['id']}".lower()
    return verdict["standing"] == IdStatus.AMBIGUOUS and any(it.lower().endswith(end) for it in verdict["candidates"])
