"""The table of filters; each row is a filter everywhere, from the index to the web page.

The parameters of HTTP and of the command, the index, the facets, and the page's form and chips are made from
``FILTERS``. A new filter is one row here, its rows in ``docs/catalog.md``, and a key for each of its parameters in
``catalog.filters.SearchFilters``, where a type checker must see them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Capability, Model, ModelKind, Offer
from llmanac.search.query.filter_kinds import Filter, LabelFilter, LimitFilter, RangeFilter, Unit, label_of
from llmanac.search.query.parameter import Parameter

CAPABILITY_SYNONYMS = {
    "tools": Capability.TOOL_CALL,
    "tool_calling": Capability.TOOL_CALL,
    "tool_use": Capability.TOOL_CALL,
    "function_calling": Capability.TOOL_CALL,
    "functions": Capability.TOOL_CALL,
    "thinking": Capability.REASONING,
    "response_format": Capability.STRUCTURED_OUTPUT,
    "response_schema": Capability.STRUCTURED_OUTPUT,
    "json_schema": Capability.STRUCTURED_OUTPUT,
    "structured_outputs": Capability.STRUCTURED_OUTPUT,
    "image": Capability.VISION,
    "images": Capability.VISION,
    "image_input": Capability.VISION,
    "file": Capability.PDF,
    "pdf_input": Capability.PDF,
    "audio": Capability.AUDIO_INPUT,
    "video": Capability.VIDEO_INPUT,
    "image_generation": Capability.IMAGE_OUTPUT,
    "caching": Capability.PROMPT_CACHING,
    "cache": Capability.PROMPT_CACHING,
    "attachments": Capability.ATTACHMENT,
}


def _price(offer: Offer, _: Model) -> float | None:
    bound = offer.price.bound
    return None if bound is None else float(bound)


def _last_day(offer: Offer, _: Model) -> float | None:
    last = offer.lifecycle.retires_on
    return None if last is None else last.day.toordinal()


def _day_before(day: date) -> float:
    return float(day.toordinal() - 1)


def _own(name: str) -> Callable[[Offer, Model], Any]:
    """Reads a fact that only an organisation states; None where it states none, or an empty list."""

    def read(offer: Offer, _: Model) -> Any:
        value = getattr(offer.own, name) if offer.own else None
        return None if value == () else value

    return read


def litellm_prefixes(catalog: CatalogData) -> Mapping[str, Sequence[str]]:
    """The providers of each LiteLLM prefix, in lower case, that is not itself the id of a provider."""
    ids = {label_of(provider) for provider in catalog.providers}
    providers: defaultdict[str, list[str]] = defaultdict(list)
    for provider, known in catalog.providers.items():
        prefix = label_of(known.litellm_prefix or "")
        if prefix and prefix not in ids:
            providers[prefix].append(label_of(provider))
    return providers


FILTERS: tuple[Filter, ...] = (
    LabelFilter(
        parameter=Parameter(name="provider", type=str, description="Restrict catalog results to a single provider"),
        of=lambda offer, _: offer.provider,
        title="Host",
        aliases=litellm_prefixes,
    ),
    LabelFilter(
        parameter=Parameter(
            name="capabilities", type=str, repeated=True, description="Require one or more model capabilities"
        ),
        of=lambda offer, _: offer.capabilities,
        title="Capabilities",
        values=tuple(it.value for it in Capability),
        synonyms={name: capability.value for name, capability in CAPABILITY_SYNONYMS.items()},
    ),
    LabelFilter(
        parameter=Parameter(
            name="open_weights", type=bool, description="Restrict results by open-weights availability"
        ),
        of=lambda offer, _: offer.open_weights,
        title="Weights",
        values=(True, False),
    ),
    LabelFilter(
        parameter=Parameter(
            name="kind",
            type=str,
            choices=tuple(it.value for it in ModelKind),
            description="Restrict results to models of one kind of use",
        ),
        of=lambda offer, _: offer.kind,
        title="Kind",
        values=tuple(it.value for it in ModelKind),
    ),
    RangeFilter(
        name="context",
        of=lambda offer, _: offer.limits.context,
        minimum=Parameter(name="min_context", type=int, minimum=1, description="Minimum context window"),
        maximum=Parameter(name="max_context", type=int, minimum=1, description="Maximum context window"),
        title="Context",
        unit=Unit.TOKENS,
        note="tokens",
        steps=(8_000, 32_000, 128_000, 200_000, 400_000, 1_000_000),
        counted="minimum",
    ),
    RangeFilter(
        name="price",
        of=_price,
        minimum=Parameter(name="min_price", type=float, description="Minimum max token price across input/output"),
        maximum=Parameter(name="max_price", type=float, description="Maximum max token price across input/output"),
        title="Price",
        unit=Unit.USD,
        note="USD per million tokens, the larger of input and output",
        steps=(0.0, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0),
        counted="maximum",
        counts_note="USD per million tokens; 0 is what is free",
    ),
    LimitFilter(
        parameter=Parameter(
            name="retires_before",
            type=date,
            description="Only what has a last day before this one, or has ended: YYYY-MM-DD",
        ),
        of=_last_day,
        title="Retires before",
        bound=_day_before,
    ),
    LabelFilter(
        parameter=Parameter(name="lab", type=str, description="Restrict results to models of one lab"),
        of=lambda _, model: model.lab,
        title="Lab",
    ),
    LabelFilter(
        parameter=Parameter(name="family", type=str, description="Restrict results to one family of models"),
        of=lambda offer, _: offer.family,
        title="Family",
    ),
    LabelFilter(
        parameter=Parameter(name="base", type=str, description="Restrict results to one base model, at every host"),
        of=lambda offer, _: offer.base,
        title="Base model",
        is_counted=False,
    ),
    LabelFilter(
        parameter=Parameter(
            name="status", type=str, description="Restrict results to models with a status, such as deprecated"
        ),
        of=lambda offer, _: offer.status,
        title="Status",
    ),
    LabelFilter(
        parameter=Parameter(
            name="tags", type=str, repeated=True, description="Require one or more of the organisation's tags"
        ),
        of=_own("tags"),
        title="Tags",
        is_own=True,
    ),
    LabelFilter(
        parameter=Parameter(
            name="region",
            type=str,
            description="Only what keeps data in this region, as the organisation states it",
        ),
        of=_own("regions"),
        title="Region",
        is_own=True,
    ),
    LabelFilter(
        parameter=Parameter(
            name="trains_on_data",
            type=bool,
            description="Whether the host trains models on requests, as the organisation states it",
        ),
        of=_own("trains_on_data"),
        title="Trains on data",
        values=(True, False),
        is_own=True,
    ),
    LimitFilter(
        parameter=Parameter(
            name="retention_days",
            type=int,
            minimum=0,
            description="Only what keeps requests for at most so many days, as the organisation states it",
        ),
        of=_own("retention_days"),
        title="Retention, at most",
        is_own=True,
    ),
    LabelFilter(
        parameter=Parameter(
            name="approved", type=bool, description="Whether the organisation has approved the use of the model"
        ),
        of=_own("approved"),
        title="Approved",
        values=(True, False),
        is_own=True,
    ),
    LabelFilter(
        parameter=Parameter(name="owner", type=str, description="Restrict results to models of one owner"),
        of=_own("owner"),
        title="Owner",
        is_own=True,
    ),
)
"""Every filter, in the order of their parameters."""

FILTERS_BY_NAME: Mapping[str, Filter] = {it.name: it for it in FILTERS}
