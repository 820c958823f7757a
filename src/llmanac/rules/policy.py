"""Policies: ordered rules that say which offers whoever they are given to may see and call."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from llmanac.rules.declared import Declared, LongText, ResourceName, ShortText, Texts, listed
from llmanac.rules.selector import Selector

MOST_RULES = 1000


class Effect(StrEnum):
    """The effect of a rule on offers."""

    ALLOW = "allow"
    DENY = "deny"


class PolicyRule(Selector):
    """A rule: of those about an offer, the first decides."""

    effect: Effect
    reason: LongText | None = Field(None, description="Shown to whom it denies a model")


class AutoApproval(Selector):
    """New arrivals that are approved without a person: what is about them."""

    reason: LongText | None = None


class GivenTo(Declared):
    """Whom a policy is given to, beside the tokens that are made with it."""

    everyone: bool = False
    claims: Annotated[
        dict[ShortText, Annotated[Texts, BeforeValidator(listed)]],
        Field(max_length=100, description="Values of a JWT's claims, by the claim's name; dots separate nested names"),
    ] = Field(default_factory=dict)


class Policy(Declared):
    """A named list of rules. What no rule is about is decided by ``default``."""

    name: ResourceName
    description: LongText | None = None
    default: Effect = Effect.ALLOW
    new_arrivals: Literal["allow", "quarantine"] = Field(
        "allow",
        description="Whether offers that were first seen after the policy began have to be approved by a person first",
    )
    since: AwareDatetime | None = Field(
        None, description="From when on offers count as new arrivals; by default, since the policy was first written"
    )
    approve: Annotated[tuple[AutoApproval, ...], Field(max_length=MOST_RULES)] = Field(
        (), description="New arrivals that need nobody's approval"
    )
    given_to: GivenTo = GivenTo()
    rules: Annotated[tuple[PolicyRule, ...], Field(max_length=MOST_RULES)] = ()
