"""Overlays."""

# Written by `make client-schemas`.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec import Struct, field

from llmanac_client.schemas.shared import (
    ModelKind,
    PriceState,
)


class AddedHost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A host that no source lists."""

    id: str
    name: str | None = None
    api: str | None = None
    """The base URL of its API."""
    npm: str | None = None
    """The AI SDK package for its API."""
    doc: str | None = None
    env: Sequence[str] = ()
    litellm_prefix: str | None = None


class AddedOffer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An offer that no source lists, as `host/model`."""

    id: str
    like: str | None = None
    """An offer of which everything is taken that the rule does not state."""
    base: str | None = None
    """The base model; by default that of `like`, else made of the id."""


class LimitChanges(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Token limits; of those that are left out, the sources' hold."""

    context: int | None = None
    output: int | None = None
    input: int | None = None


class ModalityChanges(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Kinds of media in and out."""

    input: Sequence[str] | None = None
    output: Sequence[str] | None = None


class RateChanges(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rates in USD per million tokens; of those that are left out, the sources' hold."""

    input: Decimal | None = None
    output: Decimal | None = None
    reasoning: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    cache_write_12h: Decimal | None = None
    input_audio: Decimal | None = None
    input_image: Decimal | None = None
    output_audio: Decimal | None = None
    output_image: Decimal | None = None


class OverlayVersion(Struct, frozen=True, kw_only=True):
    """A version of an overlay."""

    version: int
    overlay: Mapping[str, Any] | None
    """The document; null where this change deleted it."""
    at: datetime
    author: str


class PlannedFact(Struct, frozen=True, kw_only=True):
    """A fact that would change."""

    fact: str
    upstream: Any
    """The sources' value; null where they state none."""
    now: Any
    then: Any
    overlay: str | None
    """The overlay that would state it; null where the sources' value would be served again."""
    rule: int | None
    """The place of the rule in it, from 1."""


PlannedKind: TypeAlias = str
"""The planned change of an offer. Known are `added`, `removed`, `changed`."""


Validity: TypeAlias = str
"""Whether a rule holds at some time. Known are `scheduled`, `in_force`, `expired`."""


class TierChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Other rates for a request whose context is larger than `above` tokens."""

    above: int
    rates: RateChanges


class OverlayVersions(Struct, frozen=True, kw_only=True):
    """The versions of an overlay, the newest first."""

    versions: tuple[OverlayVersion, ...]


class PlannedOffer(Struct, frozen=True, kw_only=True):
    """An offer that would change, and its facts that would."""

    id: str
    kind: PlannedKind
    facts: tuple[PlannedFact, ...]


class RuleState(Struct, frozen=True, kw_only=True):
    """A rule, and what becomes of it on the catalog."""

    overlay: str
    rule: int
    """Its place among the rules of the overlay, from 1."""
    reason: str
    validity: Validity
    """`scheduled` before it holds, `in_force`, `expired` afterwards."""
    matched: int | None
    """The number of offers that it is about; null while it does not hold."""
    idle: bool
    """It holds, and is about no offer."""
    redundant: bool
    """It holds, and all that it states is what the sources state by now."""
    in_conflict_with: tuple[str, ...]
    """Rules that state another value of the same fact, as `overlay/rule`; the highest of them is served."""
    upstream_changed: tuple[str, ...] = ()
    """Offers of which the sources state something else by now than when the rule was first in force; at most 20."""
    trouble: str | None = None
    """The reason that it could not be applied."""


class Changes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The fields that a rule states of the offers that it is about; all others are as they were."""

    name: str | None = None
    family: str | None = None
    status: str | None = None
    knowledge: str | None = None
    release_date: str | None = None
    open_weights: bool | None = None
    kind: ModelKind | None = None
    capabilities: Sequence[str] | None = None
    """All of them; or, each with `+` or `-` before it, what is added or taken away."""
    limits: LimitChanges | None = None
    modalities: ModalityChanges | None = None
    price_state: PriceState | None = None
    rates: RateChanges | None = None
    discount: Decimal | None = None
    """The share by which every price is lower, of the rules below too: 0.15 is 15 %."""
    factor: Decimal | None = None
    """A factor of every price, of the rules below too: 1.2 is a fifth more."""
    tiers: Sequence[TierChange] | None = None
    litellm: str | None = None
    """The id by which LiteLLM calls it."""
    api_base: str | None = None
    """The base URL that LiteLLM calls it at."""
    deprecated_on: str | None = None
    retires_on: str | None = None
    retires_not_before: str | None = None
    successor: str | None = None
    aliases: Sequence[str] | None = None
    notes: str | None = None
    tags: Sequence[str] | None = None
    owner: str | None = None
    regions: Sequence[str] | None = None
    retention_days: int | None = None
    trains_on_data: bool | None = None
    certifications: Sequence[str] | None = None
    approved: bool | None = None
    unset: Sequence[str] = ()
    """Fields of the sources that are unknown for all that the organisation knows."""


class OverlayPlan(Struct, frozen=True, kw_only=True):
    """The changes that overlays would make, were they in force now."""

    changed: int
    """The number of offers that would be added, removed or changed."""
    added: int
    removed: int
    offers: tuple[PlannedOffer, ...]
    """The first of them by id."""
    rules: tuple[RuleState, ...]
    """Every rule of the overlays as they would be, from the lowest to the highest."""
    warnings: tuple[str, ...]
    """Rules that may not be meant: idle, about everything, redundant, in conflict, or in trouble."""


class OverlayState(Struct, frozen=True, kw_only=True):
    """An overlay, who wrote it, and what becomes of its rules."""

    overlay: Mapping[str, Any]
    """The document, as it was written."""
    version: int | None
    """Its version, which is its ETag; null where a file declares it."""
    file: str | None
    """The file that declares it, and where alone it can be changed; else null."""
    author: str
    """The name of the token or person who wrote it last, or the file."""
    written_at: datetime
    rules: tuple[RuleState, ...]
    """What becomes of each rule, in their order."""


class OverlayRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule: what it is about, or adds, and what it states."""

    match: Sequence[str] = ()
    """Ids or globs, in models.dev's or LiteLLM's spelling: `*` stands for any characters, `?` for one."""
    where: Mapping[str, str | bool | int | float | date | Sequence[str]] = field(default_factory=dict)
    """Filters of the catalog, by the names of its parameters; all must pass."""
    add: AddedOffer | None = None
    add_host: AddedHost | None = None
    set: Changes | None = None
    reason: str
    valid_from: datetime | date | None = None
    """From when on it holds; a day begins in UTC."""
    valid_until: datetime | date | None = None
    """Until when it holds; a day is included, in UTC."""
    reviewed: date | None = None
    """The day on which somebody looked at it again: what upstream says then counts as known."""


class OverlayList(Struct, frozen=True, kw_only=True):
    """Every overlay, from the lowest to the highest."""

    overlays: tuple[OverlayState, ...]
    total: int
    trouble: str | None
    """Why followed files cannot be read as they are now, so that an earlier reading holds; else null."""
    unreadable: Mapping[str, str]
    """Why an overlay of the database cannot be read, by its name."""


class Overlay(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named, ordered list of rules. Later rules lie above earlier ones."""

    name: str
    """Lower-case letters, digits, and `.`, `_`, `-` between."""
    description: str | None = None
    priority: int = 0
    """Overlays of a higher priority lie above; of equal ones, the later by name."""
    rules: Sequence[OverlayRule] = ()


class OverlaysRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Overlays to be written together."""

    overlays: Sequence[Overlay]
    """In place of those of their names."""
    prune: bool = False
    """Whether all others are deleted; those that files declare stay."""
    expected: Mapping[str, Any] = field(default_factory=dict)
    """The versions that overlays must have, by name; 0 for one that must not exist."""


class PreviewRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Overlays as they would be."""

    overlays: Sequence[Overlay] = ()
    """In place of those of their names."""
    without: Sequence[str] = ()
    """Names of overlays that would be deleted."""
    prune: bool = False
    """Whether all others would be deleted; those that files declare stay."""
    limit: int = 50
    """Maximum number of offers to show fact by fact."""
