"""The forms of documents: no field of a document is missing from its form, and none is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from llmanac.pages.forms.document_forms import AUTO_APPROVAL, OVERLAY, OVERLAY_RULE, POLICY, POLICY_RULE
from llmanac.pages.forms.form_field import Form
from llmanac.rules.overlay import Overlay, OverlayRule
from llmanac.rules.policy import AutoApproval, Policy, PolicyRule

from ...small_overlays import RULES

MODELS: list[tuple[Form, type[BaseModel], set[str]]] = [
    (OVERLAY, Overlay, {"rules"}),
    (OVERLAY_RULE, OverlayRule, set()),
    (POLICY, Policy, {"rules", "approve"}),
    (POLICY_RULE, PolicyRule, set()),
    (AUTO_APPROVAL, AutoApproval, set()),
]
FULL: dict[str, Any] = {
    "match": ["azure/*", "openai/gpt-5.5"],
    "where": {"provider": "azure", "capabilities": ["vision", "tool_call"], "min_price": 3},
    "set": {
        "name": "Ours",
        "capabilities": ["+tool_call", "-vision"],
        "limits": {"context": 100_000},
        "modalities": {"input": ["text", "image"]},
        "rates": {"input": 1.5, "cache_read": 0.15},
        "tiers": [{"above": 200_000, "rates": {"input": 3, "output": 22.5}}],
        "aliases": ["+our-default"],
        "trains_on_data": False,
        "retention_days": 0,
        "certifications": ["ISO 27001, type 2", "SOC 2"],
        "unset": ["status", "knowledge"],
        "retires_on": "2027-01-31",
    },
    "reason": "Agreement of May,\nand of June",
    "valid_from": "2026-12-01",
    "valid_until": "2026-12-31T12:00:00Z",
}


def leaves_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The dotted names of all fields of a model that are no models of one value themselves."""
    for name, field in model.model_fields.items():
        inner = next((it for it in (field.annotation, *get_args(field.annotation)) if _is_model(it)), None)
        if inner is None:
            yield f"{prefix}{name}"
        else:
            yield from leaves_of(inner, f"{prefix}{name}.")


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


@pytest.mark.parametrize(("form", "model", "lists"), MODELS)
def test_each_field_of_a_document_has_one_in_its_form(form: Form, model: type[BaseModel], lists: set[str]) -> None:
    paths = [it.path for it in form.fields]
    assert sorted(paths) == sorted(path for path in leaves_of(model) if path.split(".")[0] not in lists)


@pytest.mark.parametrize("rule", [*RULES, FULL], ids=lambda rule: str(rule["reason"])[:12])
def test_a_rule_that_is_saved_as_it_was_shown_is_the_same(rule: dict[str, Any]) -> None:
    before = OverlayRule.model_validate(rule)
    shown = OVERLAY_RULE.write(before.model_dump(mode="json", exclude_unset=True))
    assert OverlayRule.model_validate(OVERLAY_RULE.read(shown)) == before


@pytest.mark.parametrize(
    "policy",
    [
        {"name": "a", "default": "deny", "new_arrivals": "quarantine", "since": "2026-11-01T00:00:00Z"},
        {"name": "a", "given_to": {"everyone": True, "claims": {"groups": ["a", "b"], "realm.team": ["c"]}}},
    ],
)
def test_settings_that_are_saved_as_they_were_shown_are_the_same(policy: dict[str, Any]) -> None:
    before = Policy.model_validate(policy)
    shown = POLICY.write(before.model_dump(mode="json", exclude_unset=True))
    assert Policy.model_validate(POLICY.read(shown)) == before
