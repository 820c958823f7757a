"""Overlays: named lists of rules that correct the catalog, or add to it, as an organisation writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, PlainSerializer, model_validator

from llmanac.domain.amounts import digits, json_number
from llmanac.domain.pricing import RATE_NAMES, PriceState
from llmanac.domain.records import MAX_ID_LENGTH, MAX_NAME_LENGTH, Capability, ModelKind
from llmanac.ingest.guard.price_bounds import BOUNDS
from llmanac.rules.declared import Declared, LongText, ResourceName, ShortText, Texts, listed, printable
from llmanac.rules.selector import Matching

MOST_RULES = 10_000
"""Maximum number of rules of one overlay."""
MOST_FACTOR = Decimal(100)

MARKS = "+-"
"""Before an item of a list that is added to what is stated below, or taken away from it."""


def is_marked(items: Sequence[str]) -> bool:
    """Whether a list changes what is stated below, rather than stating all of it."""
    return bool(items) and items[0][0] in MARKS


def _plain_decimal(value: Any) -> Any:
    """A float as its digits: 0.1 is a tenth."""
    if isinstance(value, bool):
        raise ValueError("Input should be a number")  # noqa: TRY004 -- pydantic makes its error of this one
    return str(value) if isinstance(value, float) else value


def _day(value: Any) -> Any:
    """A day as sources state one; TOML has days of its own."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


OfferId = Annotated[str, Field(max_length=MAX_ID_LENGTH, pattern=r"^[^/*?\s][^*?]*/[^*?]+$"), AfterValidator(printable)]
AsNumber = PlainSerializer(json_number, return_type=float, when_used="json")
"""Writes a Decimal as a number of JSON, which is read back as the same."""
Amount = Annotated[Decimal, BeforeValidator(_plain_decimal), Field(ge=0, allow_inf_nan=False), AsNumber]
Tokens = Annotated[int, Field(ge=1, le=10**12)]
Day = Annotated[str, BeforeValidator(_day), Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]
CapabilityChange = Annotated[str, Field(pattern=rf"^[+-]?({'|'.join(Capability)})$")]


def _all_or_marked(items: tuple[str, ...]) -> tuple[str, ...]:
    marked = sum(item[:1] in MARKS for item in items)
    if marked not in {0, len(items)}:
        raise ValueError("Input should be the whole list; or each item with + or - before it, for a change of it")
    if marked and not all(item[1:].strip() for item in items):
        raise ValueError("Input should have a text behind each + and -")
    return items


Listed = Annotated[
    tuple[ShortText, ...],
    BeforeValidator(listed),
    AfterValidator(_all_or_marked),
    Field(
        max_length=100, description="The whole list; or, each with `+` or `-` before it, what is added or taken away"
    ),
]


class Stating(Declared):
    """The base of what a rule states: at least one field, where null is the same as leaving it out."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, stated: Any) -> Any:
        if not isinstance(stated, dict):
            return stated
        return {name: it for name, it in stated.items() if it is not None and (it or name != "unset")}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Input should state at least one field: null states nothing; unset makes facts unknown")
        return self


class RateChanges(Stating):
    """Rates in USD per million tokens; of those that are left out, the sources' hold."""

    input: Amount | None = None
    output: Amount | None = None
    reasoning: Amount | None = None
    cache_read: Amount | None = None
    cache_write: Amount | None = None
    cache_write_1h: Amount | None = None
    cache_write_12h: Amount | None = None
    input_audio: Amount | None = None
    input_image: Amount | None = None
    output_audio: Amount | None = None
    output_image: Amount | None = None

    @model_validator(mode="after")
    def _is_charged_by_anybody(self) -> Self:
        for name in RATE_NAMES:
            price, (least, most) = getattr(self, name), BOUNDS[name]
            if price and not least <= price <= most:
                raise ValueError(
                    f"{name} is {digits(price)} USD per million tokens, which is not between {digits(least)} and "
                    f"{digits(most)}: is it in another unit?"
                )
        return self


class TierChange(Declared):
    """Other rates for a request whose context is larger than ``above`` tokens."""

    above: Tokens
    rates: RateChanges


class LimitChanges(Stating):
    """Token limits; of those that are left out, the sources' hold."""

    context: Tokens | None = None
    output: Tokens | None = None
    input: Tokens | None = None


class ModalityChanges(Stating):
    """Kinds of media in and out."""

    input: Texts | None = None
    output: Texts | None = None


CLEARABLE = (
    "name", "family", "status", "knowledge", "release_date", "open_weights", "rates", "tiers", "services", "off_peak",
    "fees", "limits", "deprecated_on", "retires_on", "retires_not_before",
)  # fmt: skip


class Changes(Stating):
    """The fields that a rule states of the offers that it is about; all others are as they were."""

    name: ShortText | None = None
    family: ShortText | None = None
    status: Literal["alpha", "beta", "deprecated"] | None = None
    knowledge: Day | None = None
    release_date: Day | None = None
    open_weights: bool | None = None
    kind: ModelKind | None = None
    capabilities: (
        Annotated[
            tuple[CapabilityChange, ...], BeforeValidator(listed), AfterValidator(_all_or_marked), Field(max_length=28)
        ]
        | None
    ) = Field(None, description="All of them; or, each with `+` or `-` before it, what is added or taken away")
    limits: LimitChanges | None = None
    modalities: ModalityChanges | None = None
    price_state: PriceState | None = None
    rates: RateChanges | None = None
    discount: Annotated[Decimal, BeforeValidator(_plain_decimal), Field(ge=0, le=1), AsNumber] | None = Field(
        None, description="The share by which every price is lower, of the rules below too: 0.15 is 15 %"
    )
    factor: Annotated[Decimal, BeforeValidator(_plain_decimal), Field(gt=0, le=MOST_FACTOR), AsNumber] | None = Field(
        None, description="A factor of every price, of the rules below too: 1.2 is a fifth more"
    )
    tiers: Annotated[tuple[TierChange, ...], Field(max_length=20)] | None = None
    litellm: ShortText | None = Field(None, description="The id by which LiteLLM calls it")
    api_base: ShortText | None = Field(None, description="The base URL that LiteLLM calls it at")
    deprecated_on: Day | None = None
    retires_on: Day | None = None
    retires_not_before: Day | None = None
    successor: OfferId | None = None
    aliases: Listed | None = None
    notes: LongText | None = None
    tags: Listed | None = None
    owner: ShortText | None = None
    regions: Listed | None = None
    retention_days: Annotated[int, Field(ge=0, le=100_000)] | None = None
    trains_on_data: bool | None = None
    certifications: Listed | None = None
    approved: bool | None = None
    unset: Annotated[tuple[Literal[CLEARABLE], ...], BeforeValidator(listed)] = Field(  # type: ignore[valid-type]  # -- a literal of a tuple is one of its items
        (), description="Fields of the sources that are unknown for all that the organisation knows"
    )

    @model_validator(mode="after")
    def _multiplies_once(self) -> Self:
        if self.discount is not None and self.factor is not None:
            raise ValueError("discount and factor are two ways to say the same: give one of them")
        return self


class AddedHost(Declared):
    """A host that no source lists."""

    id: Annotated[str, Field(max_length=MAX_NAME_LENGTH, pattern=r"^[^/*?\s]+$")]
    name: ShortText | None = None
    api: ShortText | None = Field(None, description="The base URL of its API")
    npm: ShortText | None = Field(None, description="The AI SDK package for its API")
    doc: ShortText | None = None
    env: Texts = ()
    litellm_prefix: ShortText | None = None


class AddedOffer(Declared):
    """An offer that no source lists, as ``host/model``."""

    id: OfferId
    like: OfferId | None = Field(None, description="An offer of which everything is taken that the rule does not state")
    base: ShortText | None = Field(None, description="The base model; by default that of `like`, else made of the id")


class OverlayRule(Matching):
    """A rule: what it is about, or adds, and what it states."""

    add: AddedOffer | None = None
    add_host: AddedHost | None = None
    set: Changes | None = None
    reason: LongText
    valid_from: AwareDatetime | date | None = Field(None, description="From when on it holds; a day begins in UTC")
    valid_until: AwareDatetime | date | None = Field(None, description="Until when it holds; a day is included, in UTC")
    reviewed: date | None = Field(
        None, description="The day on which somebody looked at it again: what upstream says then counts as known"
    )

    @model_validator(mode="after")
    def _does_one_thing(self) -> OverlayRule:
        ways = [self.match or self.where, self.add, self.add_host]
        if sum(bool(way) for way in ways) != 1:
            raise ValueError(
                "A rule either says what it is about (match, where), or adds an offer (add) or a host (add_host)"
            )
        if self.set is None and not (self.add or self.add_host):
            raise ValueError("A rule states something: set = { … }")
        if self.set is not None and self.add_host:
            raise ValueError("A host has no fields of an offer: state them in a rule with match = 'host/*'")
        return self


class Overlay(Declared):
    """A named, ordered list of rules. Later rules lie above earlier ones."""

    name: ResourceName
    description: LongText | None = None
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = Field(
        0, description="Overlays of a higher priority lie above; of equal ones, the later by name"
    )
    rules: Annotated[tuple[OverlayRule, ...], Field(max_length=MOST_RULES)] = ()
