"""The tools, a row each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llmanac import paths
from llmanac.history.change import ChangeKind
from llmanac.http.parameters import json_schema
from llmanac.mcp.brevity import Answer
from llmanac.mcp.tool import LOG, Body, JsonSchema, Paging, Tool
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.schema import PARAMETERS
from llmanac.service.offers.alternatives_question import QUESTION_SCHEMA

NOT_FOR_AGENTS = frozenset({"ids"})
"""Parameters of the catalog that would only give a second way to write ids."""
CONDITIONS = frozenset(
    {"input", "output", "cache_read", "requests", "provider", "lab", "capabilities", "min_context", "max_price"}
    | {"open_weights", "tags", "region", "approved", "limit", "as_of"}
)
"""Parameters of alternatives that agents are told of; it takes all filters."""


def schemas_of(parameters: Iterable[Parameter]) -> dict[str, JsonSchema]:
    """The schemas of parameters of the catalog; none is null, since what is not wanted is left away."""
    schemas: dict[str, JsonSchema] = {}
    for parameter in parameters:
        schema = json_schema(parameter)
        schemas[parameter.name] = {**schema.get("anyOf", [schema])[0], "description": parameter.description}
    return schemas


def _text(description: str, *examples: str) -> JsonSchema:
    schema: dict[str, Any] = {"type": "string", "description": description}
    return {**schema, "examples": [*examples]} if examples else schema


def _number(description: str, least: int, most: int | None = None) -> JsonSchema:
    schema: dict[str, Any] = {"type": "integer", "minimum": least, "description": description}
    return schema if most is None else {**schema, "maximum": most}


def _ids(least: int, most: int, *examples: list[str]) -> JsonSchema:
    return {
        "type": "array",
        "items": {"type": "string"},
        "minItems": least,
        "maxItems": most,
        "description": "Ids of models",
        "examples": [*examples],
    }


def _list(description: str) -> JsonSchema:
    return {"type": "array", "items": {"type": "object"}, "description": description}


ID = _text("An id of a model, in any spelling; search has them", "anthropic/claude-sonnet-5")
AS_OF = _text("As it was at the end of this day, in UTC: YYYY-MM-DD")
TOTAL: JsonSchema = {"type": "integer", "description": "All that match"}
OFFSET = _number("Entries to skip", 0)
TOKENS: JsonSchema = {
    "type": "object",
    "description": "Of one request: input (the whole prompt), of it cache_read, cache_write, cache_write_1h, "
    "cache_write_12h, input_audio, input_image; output (everything that is made), of it reasoning, output_audio, "
    "output_image",
    "additionalProperties": {"type": "integer", "minimum": 0},
    "examples": [{"input": 3000, "output": 500}],
}


def differences_first(answer: Answer) -> Answer:
    """A comparison by the ids of its models, with the facts in which they differ before the others."""
    rows = sorted(answer["rows"], key=lambda row: not row["differs"])
    return {**answer, "models": [model["id"] for model in answer["models"]], "rows": rows}


TOOLS = (
    Tool(
        name="search",
        title="Search models",
        description="Find models at their hosts by words and filters: what they can do, limits, price, status. Each "
        "entry is one model at one host, with an id for the other tools. Prices are USD per million tokens.",
        path=paths.CATALOG,
        parameters=schemas_of(it for it in PARAMETERS if it.name not in NOT_FOR_AGENTS),
        defaults={"limit": 10},
        items="models",
        paging=Paging.OFFSET,
        answer={"models": _list("Models, the best match first"), "total": TOTAL},
    ),
    Tool(
        name="get",
        title="Show a model",
        description="Everything known of one model at one host: prices with tiers and caches, limits, status and last "
        "day, successor, how LiteLLM calls it, keys, and the same model at other hosts.",
        path=paths.MODEL,
        parameters={"id": ID, "as_of": AS_OF},
        required=("id",),
        answer={"id": _text("The id in the catalog's spelling"), "offers": _list("The same model at all hosts")},
    ),
    Tool(
        name="compare",
        title="Compare models",
        description="Two to six models side by side: a row for each fact, those in which they differ first, and in "
        "best the places of the best values.",
        path=paths.COMPARE,
        parameters={"ids": _ids(2, 6, ["anthropic/claude-sonnet-5", "openai/gpt-5.6-sol"]), "as_of": AS_OF},
        required=("ids",),
        items="rows",
        arrange=differences_first,
        answer={
            "models": {"type": "array", "items": {"type": "string"}, "description": "Ids, in the order of values"},
            "rows": _list("Facts, each with its values"),
        },
    ),
    Tool(
        name="alternatives",
        title="Find alternatives",
        description="What could take a model's place: in hosts the same model elsewhere, the cheapest first; in models "
        "others with at least its media, abilities and context, the closest first. Each with why, and with what a "
        "workload would cost in USD: the one given by input and output, or a default one. Takes ids that are gone.",
        path=paths.ALTERNATIVES,
        parameters={"id": ID, **schemas_of(it for it in QUESTION_SCHEMA.parameters if it.name in CONDITIONS)},
        required=("id",),
        defaults={"limit": 5},
        answer={
            "models": _list("Other models, the closest first"),
            "total_models": TOTAL,
            "hosts": _list("The same model at other hosts, the cheapest first"),
            "total_hosts": TOTAL,
        },
    ),
    Tool(
        name="estimate",
        title="Estimate a cost",
        description="What requests cost, the cheapest first, in USD: with one model, several, or all that pass a "
        'filter; of one model at all its hosts by filter {"base": …}, which get gives. Context tiers, caches, '
        "batches and peak hours are charged as each host does.",
        path=paths.ESTIMATE,
        parameters={
            "model": ID,
            "models": _ids(1, 100),
            "filter": {
                "type": "object",
                "description": "Filters as search has them",
                "examples": [{"capabilities": ["tool_call"], "min_context": 200000}],
            },
            "tokens": TOKENS,
            "requests": _number("How many such requests; by default 1", 1),
            "batch_share": {"type": "number", "minimum": 0, "maximum": 1, "description": "The part that may wait"},
            "service": _text("How they are served: standard, flex, priority, fast"),
            "at": _text("The time of the requests with its offset, for peak hours", "2026-11-27T09:30:00Z"),
            "budget": _text("USD; the answer says how many such requests it pays for", "500"),
            "as_of": AS_OF,
            "limit": _number("Models to list; by default 5", 1, 100),
            "offset": OFFSET,
        },
        required=("tokens",),
        defaults={"limit": 5},
        body=Body.JSON,
        items="models",
        paging=Paging.OFFSET,
        answer={
            "models": _list("Models with their total in USD, the cheapest first"),
            "total": TOTAL,
            "priced": {"type": "integer", "description": "Those of them whose price is known"},
        },
    ),
    Tool(
        name="price",
        title="Price a usage log",
        description="What was used, priced as of when it was used: a log that fits into a request of 1 MiB, of a line "
        "of JSON for each request with its model, its time and the usage as the vendor's API returned it.",
        path=paths.PRICE,
        parameters={
            LOG: _text(
                "Lines of JSON",
                '{"time": "2026-10-02T09:30:00Z", "model": "claude-sonnet-4-5", '
                '"usage": {"input_tokens": 2000, "output_tokens": 500}}',
            ),
            "by": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Total by model, day, month, provider, service, shape, or any field of the lines",
            },
            "instead": _text("A model to price the same usage at, too"),
            "as_of": _text("Price all as of the end of this day: YYYY-MM-DD"),
            "timezone": _text("The time zone of times that state none", "UTC"),
        },
        required=(LOG,),
        defaults={"listed": 10},
        body=Body.LOG,
        items="groups",
        answer={"total": _text("USD, exact"), "groups": _list("Totals by the fields asked for")},
    ),
    Tool(
        name="changes",
        title="List changes",
        description="What changed in the catalog, the newest first: models added, removed and renamed, and their "
        "prices, limits, status and abilities, each before and after.",
        path=paths.CHANGES,
        parameters={
            "since": _text("On this day or later: YYYY-MM-DD"),
            "until": _text("On this day or earlier: YYYY-MM-DD"),
            "kind": {"type": "array", "items": {"type": "string", "enum": [it.value for it in ChangeKind]}},
            "provider": _text("Only at this host"),
            "id": _text("Only of this model, listed or not"),
            "base": _text("Only of this base model, at all hosts"),
            "limit": _number("Changes to list; by default 10", 1, 500),
            "cursor": _text("As the answer before gave it in more"),
        },
        defaults={"limit": 10},
        items="changes",
        paging=Paging.CURSOR,
        answer={"changes": _list("Changes, the newest first")},
    ),
    Tool(
        name="validate",
        title="Check ids",
        description="Is an id still good, and what instead? For each id: known, removed, ambiguous, unknown or "
        "disallowed (by a policy), its last day, its successor, and candidates for what may be meant.",
        path=paths.VALIDATE,
        parameters={"ids": _ids(1, 256, ["gpt-4-0314"])},
        required=("ids",),
        body=Body.JSON,
        items="verdicts",
        answer={"verdicts": _list("One for each id, in their order")},
    ),
)

BY_NAME: Mapping[str, Tool] = {tool.name: tool for tool in TOOLS}
