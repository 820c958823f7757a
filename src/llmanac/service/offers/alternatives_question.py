"""The question for alternatives: its parameters, and their parsing, alike for a query string and a command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from llmanac.domain.usage import MAX_TOKENS, MEANINGS, TokenKind, Usage
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.query import ListedBy, Query
from llmanac.search.query.schema import FILTER_SCHEMA, MAX_LIMIT
from llmanac.service.offers.alternative_list import AlternativeList
from llmanac.service.offers.alternatives import DEFAULT_LIMIT, DEFAULT_REQUESTS, Alternatives
from llmanac.service.offers.rate_cards import STANDARD
from llmanac.service.offers.resolution import Removed
from llmanac.service.offers.workload import MAX_REQUESTS, Workload, end_of

LIMIT = Parameter(
    name="limit",
    type=int,
    default=DEFAULT_LIMIT,
    minimum=1,
    maximum=MAX_LIMIT,
    description="Maximum number of hosts, and of other models, to return; the totals still count all",
)
TOKENS = tuple(
    Parameter(
        name=kind.value,
        type=int,
        minimum=0,
        maximum=MAX_TOKENS,
        description=f"Tokens of each request of the workload: {MEANINGS[kind]}",
    )
    for kind in TokenKind
)
WORKLOAD = (
    *TOKENS,
    Parameter(
        name="requests",
        type=int,
        minimum=1,
        maximum=MAX_REQUESTS,
        description=f"How many such requests. Default: 1, or {DEFAULT_REQUESTS:,} where no tokens are given",
    ),
    Parameter(name="batch_share", type=float, description="The part of them, 0 to 1, that can wait for a batch"),
    Parameter(name="service", type=str, max_length=40, description="How the others are served: standard, flex, …"),
    Parameter(
        name="at",
        type=str,
        max_length=40,
        description="The time of the requests with its offset from UTC, for hosts that have peak hours. Default: now, "
        "or the end of `as_of`",
    ),
)
QUESTION_SCHEMA = FILTER_SCHEMA.with_parameters(LIMIT, *WORKLOAD)
"""The parameters that choose what may be listed, the limit, and the workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativesQuestion:
    """A question for alternatives in normal form."""

    query: Query
    listed_by: ListedBy | None
    workload: Workload
    """The workload; without tokens, of the default ones of the kind of model."""
    limit: int
    as_of: date | None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> AlternativesQuestion:
        """The question of parsed values. Raises InvalidParameters, and InvalidRequest for contradictory bounds."""
        query = QUESTION_SCHEMA.build(values)
        with _faults_in_query():
            workload = _workload(values)
        listed_by = values.get("listed_by")
        return cls(
            query=query,
            listed_by=None if listed_by is None else ListedBy(listed_by),
            workload=workload,
            limit=query.limit,
            as_of=query.as_of,
        )

    def ask(
        self,
        alternatives: Alternatives,
        id: str,  # noqa: A002 -- what is looked up is an id
        *,
        now: datetime,
        recalled: Removed | None = None,
    ) -> AlternativeList:
        """The answer about the model of an id; of a past day, it is of the end of that. Raises as ``find`` does.

        ``recalled`` is what a history knows of an id that is not listed any more.
        """
        with _faults_in_query():
            return alternatives.find(
                id,
                workload=self.workload,
                now=now if self.as_of is None else end_of(self.as_of),
                query=self.query,
                listed_by=self.listed_by,
                limit=self.limit,
                recalled=recalled,
            )


def _workload(values: Mapping[str, Any]) -> Workload:
    get = values.get
    tokens: dict[str, int] = {it.name: get(it.name) or 0 for it in TOKENS}
    return Workload(
        tokens=Usage(**tokens),
        requests=get("requests") or (1 if any(tokens.values()) else DEFAULT_REQUESTS),
        batch_share=Decimal(str(get("batch_share") or 0)),
        service=get("service") or STANDARD,
        at=_time(get("at")),
    )


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        message = "at should be a time such as 2026-11-27T09:30:00Z"
        raise InvalidParameters(f"{message}.", faults=(ParameterFault(("at",), message, "value_error"),)) from None


@contextmanager
def _faults_in_query() -> Iterator[None]:
    """Locate parameter faults that are raised in the block in the query string."""
    try:
        yield
    except InvalidParameters as error:
        faults = tuple(replace(fault, loc=("query", *fault.loc)) for fault in error.faults)
        raise InvalidParameters(error.detail, faults=faults) from None
