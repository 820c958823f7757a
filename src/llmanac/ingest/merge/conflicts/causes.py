"""Causes of conflicts: the likely reason why two sources state different figures, by the first rule that applies.

The causes were found by examining every large disagreement of August and November 2026. A difference that no rule
explains is drift: one of the sources is older, or wrong. ``last_word`` decides which of two that drift is served.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from llmanac.domain.feed import LITELLM, MODELS_DEV
from llmanac.domain.pricing import PriceState, Tier
from llmanac.domain.records import Offer, RouteKind
from llmanac.ingest.layer import SourceClaims

Figure = Decimal | int

MISPLACED_POINT = 1000
"""Minimum factor between two figures of which one is in another unit."""

UPLIFT = Decimal("1.1")
"""The factor between the prices of regional endpoints and global ones."""
UPLIFT_TOLERANCE = Decimal("0.005")
REGIONAL_HOSTS = ("amazon-bedrock", "azure", "google-vertex")

PEAK_FACTOR = 2
"""The factor between the prices of peak hours and those of all others, at the labs that have them."""

SAME = Decimal("0.02")
"""Maximum difference of two prices that do not disagree, relative to the larger: hosts round, and bill in euros."""
CLOSE = Decimal("0.03")
"""Maximum difference of a factor from an exchange rate, relative to that."""

LEAST_DIGITS = 2
"""Minimum number of digits that a limit keeps when it is rounded: 1,050,000 for 1,048,576."""
SLIP = Decimal("0.001")
"""Maximum difference of two limits that are one, relative to the larger: 65,535 for 65,536."""
LEAST_ROOM = 1024
"""Minimum number of tokens that LiteLLM leaves for the output in a limit of the input."""

MAINLAND = re.compile(r"https?://[^/:]+\.cn(?:[/:]|$)", re.IGNORECASE)
"""Addresses in mainland China."""


class Cause(StrEnum):
    """The likely reason why two figures differ."""

    PLAN = "plan"
    ZERO = "zero"
    UNIT_ERROR = "unit_error"
    MEDIA_OUTPUT = "media_output"
    LONG_CONTEXT_TIER = "long_context_tier"
    REGIONAL_UPLIFT = "regional_uplift"
    PEAK_HOURS = "peak_hours"
    INPUT_ONLY = "input_only"
    ROUNDING = "rounding"
    OUTPUT_IS_CONTEXT = "output_is_context"
    MAINLAND = "mainland"
    CURRENCY = "currency"
    OTHER_HOST = "other_host"
    DRIFT = "drift"
    OVERLAY = "overlay"
    """The organisation's own figure, in place of the sources'."""


EXPLANATIONS = {
    Cause.PLAN: "The host sells a subscription that includes the model; LiteLLM states the price without one.",
    Cause.ZERO: "One source says zero, which may mean free, included, or not filled in.",
    Cause.UNIT_ERROR: "The figures are a thousandfold apart or more: one is written in another unit.",
    Cause.MEDIA_OUTPUT: "models.dev states the price of image, audio or video tokens, LiteLLM that of text tokens.",
    Cause.LONG_CONTEXT_TIER: "One source states as its base price what is the other's for long contexts.",
    Cause.REGIONAL_UPLIFT: "The figures differ by the ten percent that regional endpoints cost more.",
    Cause.PEAK_HOURS: "The lab charges double in its peak hours: one source states those prices, the other the rest.",
    Cause.MAINLAND: "The host is in mainland China, and one of the figures is that of its lab's international host.",
    Cause.INPUT_ONLY: "LiteLLM's limit is that of the input alone: the context less room for the output.",
    Cause.ROUNDING: "One figure is the other, rounded: thousands of 1,000 or of 1,024.",
    Cause.OUTPUT_IS_CONTEXT: "One source states the whole context as the largest output.",
    Cause.CURRENCY: "All prices of the model or of the host differ by one factor, like an exchange rate.",
    Cause.OTHER_HOST: "LiteLLM's id stands for this model at another host, too, and its figures may be that one's.",
    Cause.OVERLAY: "The organisation states a figure of its own, in an overlay.",
    Cause.DRIFT: "Nothing explains the difference but time: one source has followed a change, the other has not.",
}
ABOUT_LITELLM = frozenset({Cause.PLAN, Cause.MEDIA_OUTPUT, Cause.MAINLAND, Cause.INPUT_ONLY, Cause.OTHER_HOST})
"""Causes that explain why LiteLLM's figure differs from the served one; they explain no other source's."""
ABOUT_MODELS_DEV = frozenset({Cause.MEDIA_OUTPUT})
"""Causes that say what the served figure is, where it is models.dev's."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A claim that differs from the served one, with the facts that its cause is determined from."""

    offer: Offer
    claims: SourceClaims
    """All claims about the offer by the source of the other figure."""
    field: str
    served_claims: SourceClaims
    """All claims about the offer by the source of the served figure."""
    served: Figure
    other: Figure
    exchange_rate: Decimal | None = None
    """The factor by which most prices of the offer or of its host differ; None where there is none."""
    api: str | None = None
    """The address of the host."""
    twins: tuple[Figure, ...] = ()
    """The served figures of the same model at the hosts whose figure the other one may be."""
    has_peak_hours: bool = False
    """True if the lab charges more for the model in some hours."""

    @property
    def served_by(self) -> str:
        """The source of the served figure."""
        return self.served_claims.source

    @property
    def is_price(self) -> bool:
        """True for a price, False for a limit."""
        return isinstance(self.served, Decimal)

    @property
    def ratio(self) -> Decimal | None:
        """The other figure over the served one; None where either is zero."""
        if not self.served or not self.other:
            return None
        return Decimal(self.other) / Decimal(self.served)


def cause_of(case: Disagreement) -> Cause:
    """The cause of a disagreement: the first whose rule applies, of those that explain these sources; else drift."""
    return next((cause for cause, applies in RULES if _explains(cause, case) and applies(case)), Cause.DRIFT)


def _explains(cause: Cause, case: Disagreement) -> bool:
    return (cause not in ABOUT_LITELLM or case.claims.source == LITELLM) and (
        cause not in ABOUT_MODELS_DEV or case.served_by == MODELS_DEV
    )


def is_near(case: Disagreement, rate: Decimal) -> bool:
    """Returns True if the figures differ by this factor, up to rounding."""
    return case.ratio is not None and abs(case.ratio / rate - 1) <= CLOSE


def is_same(one: Figure, other: Figure) -> bool:
    """Returns True if two prices are equal within SAME."""
    if one == other:
        return True
    first, second = Decimal(one), Decimal(other)
    return abs(first - second) <= SAME * max(first, second)


def _is_plan(case: Disagreement) -> bool:
    return case.is_price and case.offer.price.state is PriceState.IN_PLAN


def _has_a_zero(case: Disagreement) -> bool:
    return case.ratio is None


def _is_misplaced(case: Disagreement) -> bool:
    ratio = case.ratio
    if ratio is None or not case.is_price:
        return False
    return _factor(ratio) >= MISPLACED_POINT


def _is_for_media(case: Disagreement) -> bool:
    media = set(case.offer.modalities.output) - {"text"}
    return case.field == "output" and bool(media) and case.served > case.other


def _is_a_tier(case: Disagreement) -> bool:
    """Returns True if only one of them has tiers, and the other's base price is among these."""
    served, others = case.offer.price.tiers, case.claims.claims.tiers
    if not case.is_price or (served and others):
        return False
    return _has_rate(served, case.field, case.other) or _has_rate(others, case.field, case.served)


def _has_rate(tiers: tuple[Tier, ...], field: str, price: Figure) -> bool:
    rates = (getattr(tier.rates, field) for tier in tiers)
    return any(rate is not None and is_same(rate, price) for rate in rates)


def _is_uplift(case: Disagreement) -> bool:
    ratio = case.ratio
    if ratio is None or not case.is_price or not case.offer.provider.startswith(REGIONAL_HOSTS):
        return False
    return abs(_factor(ratio) - UPLIFT) <= UPLIFT_TOLERANCE


def _factor(ratio: Decimal) -> Decimal:
    """The ratio of the larger figure to the smaller."""
    return ratio if ratio >= 1 else Decimal(1) / ratio


def _is_of_peak_hours(case: Disagreement) -> bool:
    return case.is_price and case.has_peak_hours and case.ratio is not None and _factor(case.ratio) == PEAK_FACTOR


def _is_mainland(case: Disagreement) -> bool:
    return is_mainland(case.offer.provider, case.api) and case.served not in case.twins


def is_mainland(provider: str, api: str | None) -> bool:
    """Returns True if a host is in mainland China, by its id or its address."""
    return provider.endswith("-cn") or "-cn-" in provider or MAINLAND.match(api or "") is not None


def _is_input_only(case: Disagreement) -> bool:
    context, outputs = case.offer.limits.context, (case.offer.limits.output, case.claims.claims.limits.output)
    if case.field != "context" or context is None:
        return False
    return any(output is not None and case.other == context - output for output in outputs)


def _leaves_room(case: Disagreement) -> bool:
    """Returns True if LiteLLM's context is the other less 4,096, 8,192, … tokens, as room for the output."""
    room = int(case.served - case.other)
    is_room = room >= LEAST_ROOM and _is_power_of_two(room) and not _is_power_of_two(int(case.other))
    return case.field == "context" and is_room


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0


def _is_rounded(case: Disagreement) -> bool:
    if case.is_price or not case.served or not case.other:
        return False
    one, other = int(case.served), int(case.other)
    return abs(one - other) <= SLIP * max(one, other) or _is_rounding(one, other) or _is_rounding(other, one)


def _is_rounding(exact: int, rounded: int) -> bool:
    """Returns True if one limit is the other in thousands of 1,000 instead of 1,024, or with fewer digits."""
    if any(rounded % 1000**power == 0 and exact * 1000**power == rounded * 1024**power for power in (1, 2)):
        return True
    zeros = len(str(rounded)) - len(str(rounded).rstrip("0"))
    unit = 10 ** min(zeros, len(str(exact)) - LEAST_DIGITS)
    return unit > 1 and rounded in {exact // unit * unit, (exact + unit // 2) // unit * unit}


def _is_output_the_context(case: Disagreement) -> bool:
    """Returns True if the output that one source states is the context that it states, or the served one."""
    if case.field != "max_output":
        return False
    limits = case.claims.claims.limits
    contexts = {limits.context or limits.input, case.offer.limits.context} - {None}
    return case.other in contexts or case.served == case.offer.limits.context


def _is_exchanged(case: Disagreement) -> bool:
    return case.is_price and case.exchange_rate is not None and is_near(case, case.exchange_rate)


def _stands_for_another(case: Disagreement) -> bool:
    """Returns True if LiteLLM's id stands for another host first: another region of it, or a plan."""
    route = case.offer.litellm
    is_other = route is not None and not route.primary and route.kind is not RouteKind.NATIVE
    return is_other and case.served not in case.twins


RULES: tuple[tuple[Cause, Callable[[Disagreement], bool]], ...] = (
    (Cause.PLAN, _is_plan),
    (Cause.ZERO, _has_a_zero),
    (Cause.UNIT_ERROR, _is_misplaced),
    (Cause.MEDIA_OUTPUT, _is_for_media),
    (Cause.LONG_CONTEXT_TIER, _is_a_tier),
    (Cause.REGIONAL_UPLIFT, _is_uplift),
    (Cause.PEAK_HOURS, _is_of_peak_hours),
    (Cause.INPUT_ONLY, _is_input_only),
    (Cause.ROUNDING, _is_rounded),
    (Cause.INPUT_ONLY, _leaves_room),
    (Cause.OUTPUT_IS_CONTEXT, _is_output_the_context),
    (Cause.MAINLAND, _is_mainland),
    (Cause.CURRENCY, _is_exchanged),
    (Cause.OTHER_HOST, _stands_for_another),
)
"""The rules, in the order in which they are tried."""
