"""What can be asked of the catalog: the one table of parameters, and the Query that they become.

HTTP parameters, command-line flags and docs derive from ``PARAMETERS``. A new filter is one row here,
one field of ``Query``, its part in ``parse_query``, and its lookup in ``search.index.filters``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from llmanac.domain.records import Capability
from llmanac.errors import InvalidRequest

MAX_QUERY_LENGTH = 256
MAX_LIMIT = 100
DEFAULT_LIMIT = 20


class Sort(StrEnum):
    """Orders of a result; a leading ``-`` means descending. Unknown values come last either way."""

    RELEVANCE = "relevance"
    POPULARITY = "popularity"
    NAME = "name"
    RELEASE_DATE = "release_date"
    CONTEXT = "context"
    PRICE = "price"
    INPUT_PRICE = "input_price"
    OUTPUT_PRICE = "output_price"


SORTS = {sign + sort.value: (sort, bool(sign)) for sort in Sort for sign in ("", "-")}
"""By what is asked for: the order, and whether it descends."""


class IdSpelling(StrEnum):
    """Whose spelling of ids an answer uses."""

    MODELS_DEV = "models.dev"
    LITELLM = "litellm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that can be asked: its name, type, bounds and meaning."""

    name: str
    type: type
    description: str
    default: Any = None
    title: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    repeated: bool = False


PARAMETERS = (
    Parameter(
        name="query",
        type=str,
        max_length=MAX_QUERY_LENGTH,
        description="Free-text search across model ID and display name",
    ),
    Parameter(
        name="limit",
        type=int,
        default=DEFAULT_LIMIT,
        minimum=1,
        maximum=MAX_LIMIT,
        title="Limit",
        description="Maximum number of models to return; total still reflects all matches",
    ),
    Parameter(name="provider", type=str, description="Restrict catalog results to a single provider"),
    Parameter(name="capabilities", type=str, repeated=True, description="Require one or more model capabilities"),
    Parameter(name="open_weights", type=bool, description="Restrict results by open-weights availability"),
    Parameter(name="min_context", type=int, minimum=1, description="Minimum context window"),
    Parameter(name="max_context", type=int, minimum=1, description="Maximum context window"),
    Parameter(name="min_price", type=float, description="Minimum max token price across input/output"),
    Parameter(name="max_price", type=float, description="Maximum max token price across input/output"),
    Parameter(
        name="featured",
        type=bool,
        default=False,
        title="Featured",
        description="Return a curated LiteLLM-compatible popular-model set when no query is provided",
    ),
    Parameter(
        name="sort",
        type=str,
        choices=tuple(SORTS),
        description="Order of the results, with a leading '-' for descending; unknown values come last. "
        "Default: relevance with a query, popularity without one",
    ),
    Parameter(name="offset", type=int, default=0, minimum=0, title="Offset", description="Number of matches to skip"),
    Parameter(
        name="ids",
        type=str,
        choices=tuple(spelling.value for spelling in IdSpelling),
        description="Whose spelling of ids to answer with. Default: litellm for the featured set, else models.dev",
    ),
    Parameter(
        name="as_of",
        type=date,
        description="The catalog as it was at the end of this day, in UTC: YYYY-MM-DD. Default: as it is now",
    ),
)

PRESENTATION = frozenset({"limit", "offset", "sort", "ids"})
"""Parameters that choose what is shown of the matches; all others choose what matches."""

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


class Query(NamedTuple):
    """A question in normal form: two requests that mean the same are equal. Named in full wherever one is made.

    ``text`` is None for a blank one, else without surrounding space. ``provider`` is lower-case.
    ``capabilities`` are sorted, without repeats, synonyms resolved; an unknown name stays as it is
    (and matches nothing). Prices are USD per million tokens.

    ``Sort.RELEVANCE`` without a text is the curated order for the featured set, else the static order
    of the catalog. ``RELEVANCE`` and ``POPULARITY`` begin with the best, and ``descending`` turns them round.
    """

    text: str | None = None
    provider: str | None = None
    capabilities: tuple[str, ...] = ()
    open_weights: bool | None = None
    min_context: int | None = None
    max_context: int | None = None
    min_price: float | None = None
    max_price: float | None = None
    featured: bool = False
    sort: Sort = Sort.RELEVANCE
    descending: bool = False
    offset: int = 0
    limit: int = DEFAULT_LIMIT
    ids: IdSpelling = IdSpelling.MODELS_DEV
    as_of: date | None = None
    """The end of this day is meant; an Index, which is of one day, pays no heed to it."""


def parse_query(
    *,
    query: str | None = None,
    limit: int = DEFAULT_LIMIT,
    provider: str | None = None,
    capabilities: Iterable[str] | None = None,
    open_weights: bool | None = None,
    min_context: int | None = None,
    max_context: int | None = None,
    min_price: float | None = None,
    max_price: float | None = None,
    featured: bool = False,
    sort: str | None = None,
    offset: int = 0,
    ids: str | None = None,
    as_of: date | None = None,
) -> Query:
    """The Query that these values of ``PARAMETERS``, each valid by itself, mean together.

    Raises InvalidRequest where a lower bound is above its upper one.
    """
    _require_order("context", min_context, max_context)
    _require_order("price", min_price, max_price)
    text = (query or "").strip() or None
    only_featured = featured and text is None
    order, descending = SORTS[sort or Sort.RELEVANCE.value]
    return Query(
        text=text,
        provider=(provider or "").strip().lower() or None,
        capabilities=_capabilities(capabilities) if capabilities else (),
        open_weights=open_weights,
        min_context=min_context,
        max_context=max_context,
        min_price=min_price,
        max_price=max_price,
        featured=only_featured,
        sort=order,
        descending=descending,
        offset=offset,
        limit=limit,
        as_of=as_of,
        ids=IdSpelling(ids) if ids else IdSpelling.LITELLM if only_featured else IdSpelling.MODELS_DEV,
    )


def _capabilities(values: Iterable[str]) -> tuple[str, ...]:
    """Each value may name several capabilities, separated by commas."""
    names = (name.strip().lower() for value in values for name in value.split(","))
    return tuple(sorted({CAPABILITY_SYNONYMS.get(name, name) for name in names if name}))


def _require_order(what: str, lower: float | None, upper: float | None) -> None:
    if lower is not None and upper is not None and lower > upper:
        raise InvalidRequest(
            f"min_{what} ({lower}) is above max_{what} ({upper}), so nothing could match. "
            f"Exchange them, or leave one out.",
        )
