"""Policies."""

# Written by `make client-schemas`.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from msgspec import Struct, field


class IdAccess(Struct, frozen=True, kw_only=True):
    """Whether somebody is shown the model with an id."""

    id: str
    is_shown: bool | None
    """None where the id is of no listed model."""
    offer: str | None
    """The id of the offer that it means; null where there is none, or where it is hidden."""
    reason: str | None
    """Why it is not shown, in a sentence; null where it is."""


class PolicyRemoval(Struct, frozen=True, kw_only=True):
    """The offers that a part of a policy hides, those that only LiteLLM lists included."""

    policy: str
    part: str
    """`rule 2`, its place from 1; `default`; `new arrivals`, which wait; `unreadable`, which hides all."""
    removes: int


class ApprovalState(Struct, frozen=True, kw_only=True):
    """An approval under a policy."""

    id: str
    at: datetime
    author: str
    reason: str | None


class ApprovalRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """New arrivals to be let in."""

    ids: Sequence[str] = ()
    """The ids of models that wait."""
    all: bool = False
    """Whether all that wait are let in; then without `ids`"""
    reason: str | None = None


class Arrival(Struct, frozen=True, kw_only=True):
    """A new arrival that waits for approval."""

    id: str
    name: str | None
    first_seen: datetime | None
    """When it was first listed; null for one that has arrived just now."""


class AutoApproval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """New arrivals that are approved without a person: what is about them."""

    match: Sequence[str] = ()
    """Ids or globs, in models.dev's or LiteLLM's spelling: `*` stands for any characters, `?` for one."""
    where: Mapping[str, str | bool | int | float | date | Sequence[str]] = field(default_factory=dict)
    """Filters of the catalog, by the names of its parameters; all must pass."""
    reason: str | None = None


Effect: TypeAlias = str
"""The effect of a rule on offers. Known are `allow`, `deny`."""


class GivenTo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom a policy is given to, beside the tokens that are made with it."""

    everyone: bool = False
    claims: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Values of a JWT's claims, by the claim's name; dots separate nested names."""


class PolicyState(Struct, frozen=True, kw_only=True):
    """A policy, and who wrote it."""

    policy: Mapping[str, Any]
    """The document, as it was written."""
    version: int | None
    """Its version, which is its ETag; null where a file declares it."""
    file: str | None
    """The file that declares it, and where alone it can be changed; else null."""
    author: str
    """The name of the token or person who wrote it last, or the file."""
    written_at: datetime


class PolicyVersion(Struct, frozen=True, kw_only=True):
    """A version of a policy."""

    version: int
    policy: Mapping[str, Any] | None
    """The document; null where this change deleted it."""
    at: datetime
    author: str


class ReviewRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who asks for models: the bearer of a token, or of a JWT with some claims."""

    token: str | None = None
    """The name of a token, or the id in its middle; null for a JWT."""
    claims: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The values of a JWT's claims, by name; dots separate nested names."""
    ids: Sequence[str] = ()
    """Ids of models of which to say whether they are shown, and why not."""


class WithdrawalRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Approvals to be taken back."""

    ids: Sequence[str]
    """The ids of approved models."""


class AccessReview(Struct, frozen=True, kw_only=True):
    """The catalog as somebody sees it."""

    policies: tuple[str, ...]
    """The policies that are given to them; all of them have to show a model. Without any, everything is shown."""
    visible: int
    """The number of listed models that they are shown."""
    total: int
    """The number of all listed models."""
    removals: tuple[PolicyRemoval, ...]
    """The number that each part of these policies hides, where it is any; of one policy no offer is counted twice."""
    ids: tuple[IdAccess, ...]
    """The access to each of the ids asked for, in their order."""


class ApprovalList(Struct, frozen=True, kw_only=True):
    """The approvals under a policy, the newest first."""

    approvals: tuple[ApprovalState, ...]
    total: int


class ArrivalList(Struct, frozen=True, kw_only=True):
    """New arrivals that wait for approval, the newest first."""

    arrivals: tuple[Arrival, ...]
    total: int
    """The number of all that wait, of which the answer may have the first only."""


class PolicyRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule: of those about an offer, the first decides."""

    match: Sequence[str] = ()
    """Ids or globs, in models.dev's or LiteLLM's spelling: `*` stands for any characters, `?` for one."""
    where: Mapping[str, str | bool | int | float | date | Sequence[str]] = field(default_factory=dict)
    """Filters of the catalog, by the names of its parameters; all must pass."""
    effect: Effect
    reason: str | None = None
    """Shown to whom it denies a model."""


class RuleEffect(Struct, frozen=True, kw_only=True):
    """The effect of a rule of a policy."""

    rule: int
    """Its place, from 1."""
    effect: Effect
    matched: int
    """The number of offers that it is about, whatever the rules before it say."""
    removes: int
    """The number of offers that it hides, of those that no earlier rule has decided on; 0 for one that allows."""
    examples: tuple[str, ...]
    """Some of the offers that it hides."""


class PolicyList(Struct, frozen=True, kw_only=True):
    """Every policy, by name."""

    policies: tuple[PolicyState, ...]
    total: int
    trouble: str | None
    """Why followed files cannot be read as they are now, so that an earlier reading holds; else null."""
    unreadable: Mapping[str, str]
    """Why a policy of the database cannot be read, by its name; meanwhile nothing is shown to anyone but those who may
    mend it.
    """


class PolicyVersions(Struct, frozen=True, kw_only=True):
    """The versions of a policy, the newest first."""

    versions: tuple[PolicyVersion, ...]


class Policy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named list of rules. What no rule is about is decided by `default`."""

    name: str
    """Lower-case letters, digits, and `.`, `_`, `-` between."""
    description: str | None = None
    default: Effect = "allow"
    new_arrivals: str = "allow"
    """Whether offers that were first seen after the policy began have to be approved by a person first."""
    since: datetime | None = None
    """From when on offers count as new arrivals; by default, since the policy was first written."""
    approve: Sequence[AutoApproval] = ()
    """New arrivals that need nobody's approval."""
    given_to: GivenTo = GivenTo()
    rules: Sequence[PolicyRule] = ()


class PolicyPreview(Struct, frozen=True, kw_only=True):
    """The part of the catalog that a policy shows."""

    visible: int
    """The number of offers that it shows, those that only LiteLLM lists included."""
    total: int
    """The number of all offers."""
    rules: tuple[RuleEffect, ...]
    removed_by_default: int
    """The number of offers that no rule is about, and that the default hides."""
    waiting: int
    """The number of new arrivals that wait for approval."""
    examples: tuple[str, ...]
    """Some of the offers that it shows, the most popular first."""
    shown_newly: tuple[str, ...]
    """Some of the offers that it shows, and the policy as it is now does not."""
    hidden_newly: tuple[str, ...]
    """Some of the offers that it hides, and the policy as it is now shows."""
    warnings: tuple[str, ...]


class PoliciesRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Policies to be written together."""

    policies: Sequence[Policy]
    """In place of those of their names."""
    prune: bool = False
    """Whether all others are deleted; those that files declare stay."""
    expected: Mapping[str, Any] = field(default_factory=dict)
    """The versions that policies must have, by name; 0 for one that must not exist."""
    allow_nothing: bool = False
    """Whether a policy may be written that shows nothing at all."""
