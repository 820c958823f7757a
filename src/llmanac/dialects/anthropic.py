"""Anthropic's list of models, in pages; and what pickers look for beside its own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from llmanac import paths
from llmanac.dialects.dialect import Dialect, Document, Headers, Question
from llmanac.dialects.error_response import encode_error_with_object
from llmanac.dialects.served_catalog import ServedCatalog
from llmanac.dialects.token_prices import openrouter_pricing
from llmanac.domain.catalog import CatalogData
from llmanac.domain.dates import day_of
from llmanac.domain.records import Offer
from llmanac.search.query.parameter import Parameter

HEADER = "anthropic-version"
"""The header that Anthropic's clients send with every request, and no others do."""
VARIANT = "anthropic"
UNKNOWN_TIME = "1970-01-01T00:00:00Z"
"""Anthropic's own value for a model whose release date is unknown."""
LIFECYCLES = ("active", "deprecated", "retired")
LISTED = ("active", "deprecated")
"""The lifecycles that are listed where none is asked for."""
DEFAULT_LIMIT = 20

PARAMETERS = (
    Parameter(name="limit", type=int, description="Models in a page", default=DEFAULT_LIMIT, minimum=1, maximum=1000),
    Parameter(name="after_id", type=str, description="The page begins after the model with this id", max_length=513),
    Parameter(name="before_id", type=str, description="The page ends before the model with this id", max_length=513),
    Parameter(
        name="lifecycle",
        type=str,
        description="Only models with one of these lifecycles; by default those that are active or deprecated",
        choices=LIFECYCLES,
        repeated=True,
    ),
)
"""Also written ``lifecycle[]``, as Anthropic's clients do."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["data", "has_more", "first_id", "last_id"],
    "properties": {"data": {"type": "array", "items": {"type": "object"}}, "has_more": {"type": "boolean"}},
}
MODEL_SCHEMA: Mapping[str, Any] = {"type": "object", "required": ["type", "id", "display_name", "created_at"]}


def recognise(headers: Headers, _values: Mapping[str, Any]) -> str | None:
    """The variant for Anthropic's clients."""
    return VARIANT if HEADER.encode() in headers else None


def make_list(served: ServedCatalog, question: Question) -> bytes:
    """A page of the list. Raises NotFound for a cursor that is no model's id."""
    values = question.values
    shown = values.get("lifecycle", LISTED)
    offers = served.once(_offers_by_lifecycle)
    listed = [id_ for id_, lifecycle in offers if lifecycle in shown]
    limit = values.get("limit", DEFAULT_LIMIT)
    if (after := values.get("after_id")) is not None:
        start = _place(served.offer(after).id, listed) + 1
    elif (before := values.get("before_id")) is not None:
        end = _place(served.offer(before).id, listed)
        return _page(listed[max(0, end - limit) : end], served, has_more=end > limit)
    else:
        start = 0
    return _page(listed[start : start + limit], served, has_more=start + limit < len(listed))


def make_model(served: ServedCatalog, question: Question) -> bytes:
    """The model that an id means, in any spelling."""
    return orjson.dumps(entry(served.offer(question.path["id"]), served.catalog))


def entry(offer: Offer, catalog: CatalogData) -> dict[str, Any]:
    """The entry of an offer, under its models.dev id."""
    deprecated, retires = offer.lifecycle.deprecated_on, offer.lifecycle.retires_on
    return {
        "type": "model",
        "id": offer.id,
        "display_name": offer.name or offer.model,
        "created_at": _time(offer.release_date) or UNKNOWN_TIME,
        "lifecycle": _lifecycle(offer),
        "deprecated_at": _time(deprecated.date if deprecated else None),
        "retires_at": _time(retires.date if retires else None),
        "max_input_tokens": offer.limits.input or offer.limits.context,
        "max_tokens": offer.limits.output,
        # Anthropic's is null or whole, and nobody states whether a model cites or plans: ours has another name.
        "capabilities": None,
        "supported": offer.capabilities,
        "owned_by": catalog.model_of(offer).lab or offer.provider,
        "context_length": offer.limits.context,
        "max_output_tokens": offer.limits.output,
        "pricing": openrouter_pricing(offer.price),
    }


def _page(ids: Sequence[str], served: ServedCatalog, *, has_more: bool) -> bytes:
    data = [entry(offer, served.catalog) for id_ in ids if (offer := served.listed(id_)) is not None]
    first, last = (ids[0], ids[-1]) if ids else (None, None)
    return orjson.dumps({"data": data, "first_id": first, "last_id": last, "has_more": has_more})


def _offers_by_lifecycle(served: ServedCatalog) -> list[tuple[str, str]]:
    """The id and the lifecycle of every offer that models.dev or the organisation lists, in the catalog's order."""
    return [(offer.id, _lifecycle(offer)) for offer in served.catalog.offers]


def _lifecycle(offer: Offer) -> str:
    return "deprecated" if offer.status == "deprecated" else "active"


def _place(id_: str, listed: Sequence[str]) -> int:
    """The place of a cursor in the list; the end for a model that is not in it."""
    return listed.index(id_) if id_ in listed else len(listed)


def _time(day: str | None) -> str | None:
    """The beginning of a day or month, as RFC 3339."""
    return None if day is None else f"{day_of(day).isoformat()}T00:00:00Z"


DIALECT = Dialect(
    name="anthropic",
    client="the anthropic SDKs, Claude Code",
    encode_error=encode_error_with_object,
    documents=(
        Document(
            path=paths.MODELS,
            summary="List models, as Anthropic does",
            description=f"With the header `{HEADER}` in Anthropic's shape, in pages.",
            schema=SCHEMA,
            make=make_list,
            parameters=PARAMETERS,
            variant=recognise,
            varies_by=HEADER,
        ),
        Document(
            path=f"{paths.MODELS}/{{id:path}}",
            summary="Show a model, as Anthropic does",
            description=f"With the header `{HEADER}` in Anthropic's shape.",
            schema=MODEL_SCHEMA,
            make=make_model,
            variant=recognise,
            varies_by=HEADER,
        ),
    ),
)
