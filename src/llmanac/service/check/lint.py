"""Lint rules for the ids of models that a project depends on: retired, retiring, unpriced, unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from llmanac.domain.dates import day_of, last_day_of
from llmanac.domain.pricing import PriceState
from llmanac.service.offers.successors import RETIRING_STATUSES
from llmanac.service.offers.validation import IdStatus

CUSTOM_MODEL_HOSTS = frozenset(
    "azure azure_ai azure-cognitive-services bedrock amazon-bedrock huggingface ollama ollama_chat ollama-cloud "
    "lmstudio lm_studio vllm hosted_vllm sagemaker openai_like custom_openai custom llamafile xinference triton".split()
)
"""Hosts, by id or LiteLLM prefix, where users name deployments or run any model: an unknown id is no violation."""


class Severity(IntEnum):
    """The severity of a violation."""

    NOTE = 1
    WARNING = 2
    ERROR = 3


class LintRule(StrEnum):
    """A rule that an id can violate."""

    RETIRED = "retired"
    """Its last day is over."""
    RETIRING = "retiring"
    """Its last day is near, or its host calls it deprecated."""
    UNKNOWN = "unknown"
    """No host lists it: retired long ago, misspelt, or newer than the catalog."""
    UNPRICED = "unpriced"
    """No source knows a price."""


SEVERITIES = {
    LintRule.RETIRED: Severity.ERROR,
    LintRule.RETIRING: Severity.WARNING,
    LintRule.UNKNOWN: Severity.WARNING,
    LintRule.UNPRICED: Severity.NOTE,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """An id's violation of a rule."""

    rule: LintRule
    message: str
    successor: str | None
    """The id of the model to use instead; None where none is known."""

    @property
    def level(self) -> Severity:
        """The severity of the rule."""
        return SEVERITIES[self.rule]


def lint(verdict: Mapping[str, Any], *, today: date, within: timedelta) -> Violation | None:
    """Check an id by its validation, in the shape of the API; None where it violates no rule.

    ``within`` is how long before its last day a model counts as retiring.
    """
    if verdict["standing"] == IdStatus.KNOWN:
        return _listed(verdict, today, within)
    if verdict["standing"] == IdStatus.REMOVED:
        is_over = verdict["deprecation_date"] and last_day_of(verdict["deprecation_date"]) < today
        rule = LintRule.RETIRED if is_over else LintRule.UNKNOWN
        return Violation(rule, verdict["detail"], verdict["successor"])
    model_id = str(verdict["id"])
    if model_id.partition("/")[0].lower() in CUSTOM_MODEL_HOSTS or _has_namesake(verdict):
        return None
    detail = f"No host lists {model_id}."
    if verdict["candidates"]:
        detail += f" Nearest: {', '.join(verdict['candidates'][:3])}."
    return Violation(LintRule.UNKNOWN, detail, verdict["successor"])


def _listed(verdict: Mapping[str, Any], today: date, within: timedelta) -> Violation | None:
    offer, successor = verdict["offer"], verdict["successor"]
    if verdict["deprecation_date"]:
        last = day_of(verdict["deprecation_date"])  # for a month its first day: early is better than late
        if last < today:
            return Violation(LintRule.RETIRED, f"{offer} was retired on {verdict['deprecation_date']}.", successor)
        if last <= today + within:
            days = (last - today).days
            return Violation(
                LintRule.RETIRING,
                f"{offer} will be retired on {verdict['deprecation_date']}, in {days} days.",
                successor,
            )
    if verdict["status"] in RETIRING_STATUSES:
        return Violation(LintRule.RETIRING, f"{offer} is {verdict['status']}.", successor)
    if verdict["price_state"] == PriceState.UNKNOWN:
        return Violation(LintRule.UNPRICED, f"No source knows a price of {offer}.", None)
    return None


def _has_namesake(verdict: Mapping[str, Any]) -> bool:
    """Whether some host lists a model under exactly this id; the configuration names the host elsewhere."""
    suffix = f"/{verdict['id']}".lower()
    return verdict["standing"] == IdStatus.AMBIGUOUS and any(
        it.lower().endswith(suffix) for it in verdict["candidates"]
    )
