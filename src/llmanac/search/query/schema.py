"""The schema of queries: every parameter, and the parsing of their texts or values into a Query.

HTTP parameters, options of the command and docs derive from ``SCHEMA``. A new filter is a row of
``search.query.filters.FILTERS``; any other parameter is a row here, a field of ``Query``, and its part in ``build``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from llmanac.search.query.filter_kinds import Condition, Filter
from llmanac.search.query.filters import FILTERS
from llmanac.search.query.parameter import InvalidValue, Parameter, check_names, invalid_parameters
from llmanac.search.query.query import DEFAULT_LIMIT, NO_LIMIT, SORTS, IdSpelling, ListedBy, Query, Sort

MAX_QUERY_LENGTH = 256
MAX_LIMIT = 100

PRESENTATION = frozenset({"limit", "offset", "sort", "ids"})
"""Parameters that choose what is shown of the matches; all others choose what matches."""


Translate: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Turns values of parameters, by name, into those of the catalog's parameters."""


class QuerySchema:
    """The parameters of a query, and the parser that turns them into a Query. Frozen."""

    def __init__(
        self, filters: Sequence[Filter], parameters: Iterable[Parameter], *, translate: Translate | None = None
    ) -> None:
        self.filters = tuple(filters)
        self.parameters = tuple(parameters)
        self._filter_names = tuple((row, frozenset(it.name for it in row.parameters)) for row in self.filters)
        self.by_name: Mapping[str, Parameter] = {parameter.name: parameter for parameter in self.parameters}
        self._repeated = frozenset(parameter.name for parameter in self.parameters if parameter.repeated)
        self._translate = translate
        limit = self.by_name.get("limit")
        default = DEFAULT_LIMIT if limit is None else limit.default
        self._default_limit: int = NO_LIMIT if default is None else default

    @classmethod
    def of(cls, filters: Sequence[Filter]) -> QuerySchema:
        """The catalog's schema with these filters."""
        of_filters = [parameter for row in filters for parameter in row.parameters]
        return cls(filters, (*BEFORE_FILTERS, *of_filters, *AFTER_FILTERS))

    def without(self, names: frozenset[str]) -> QuerySchema:
        """The schema without some of its parameters."""
        kept = (it for it in self.parameters if it.name not in names)
        return QuerySchema(self.filters, kept, translate=self._translate)

    def with_parameters(self, *parameters: Parameter, translate: Translate | None = None) -> QuerySchema:
        """The schema with more parameters; one whose name it has already takes that one's place.

        ``translate`` gives them their meaning: it turns their values into those of the catalog's parameters. Without
        it, a parameter with a new name is parsed, and ignored. A ``limit`` without a default is by default no limit.
        Parameters that were added before keep their meaning.
        """
        named = {**self.by_name, **{it.name: it for it in parameters}}
        return QuerySchema(self.filters, named.values(), translate=_in_turn(translate, self._translate))

    def parse(self, fields: Sequence[tuple[str, str]]) -> Query:
        """Parse the names and texts of a query string into a Query.

        Raises InvalidRequest for a name that is unknown or given too often, and for a lower bound above its upper one;
        InvalidParameters for a value that does not parse or is out of bounds.
        """
        return self.build(self.read(fields))

    def read(self, fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Parse each text: values by parameter name. Raises as ``parse`` does, except for contradictory bounds."""
        values: dict[str, Any] = {}
        wrong: list[tuple[Parameter, str, InvalidValue]] = []
        for name, text in fields:
            parameter = self.by_name.get(name)
            if parameter is None or (name in values and not parameter.repeated):
                check_names(fields, self.by_name, self._repeated)  # raises, and says which name is wrong
                continue
            try:
                value = parameter.read(text)
            except InvalidValue as error:
                wrong.append((parameter, text, error))
                value = None
            if parameter.repeated:
                values.setdefault(name, []).append(value)
            else:
                values[name] = value
        if wrong:
            raise invalid_parameters(wrong)
        return values

    def build(self, values: Mapping[str, Any]) -> Query:
        """Combine values, each of them valid, into a Query; None counts as not given.

        Raises InvalidRequest where a lower bound is above its upper one.
        """
        if self._translate is not None:
            values = self._translate(values)
        get = values.get
        conditions: tuple[Condition, ...] = ()
        for row, names in self._filter_names:
            if not names.isdisjoint(values):
                conditions += row.conditions(values)
        text = (get("query") or "").strip() or None
        featured = bool(get("featured")) and text is None
        sort, descending = SORTS[get("sort") or Sort.RELEVANCE]
        ids, limit = get("ids"), get("limit")
        return Query(
            text=text,
            conditions=conditions,
            featured=featured,
            sort=sort,
            descending=descending,
            offset=get("offset") or 0,
            limit=self._default_limit if limit is None else limit,
            ids=IdSpelling(ids) if ids else IdSpelling.LITELLM if featured else IdSpelling.MODELS_DEV,
            listed_by=ListedBy(get("listed_by") or ListedBy.MODELS_DEV),
            as_of=get("as_of"),
        )


BEFORE_FILTERS = (
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
)
AFTER_FILTERS = (
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
        name="listed_by",
        type=str,
        choices=tuple(it.value for it in ListedBy),
        description="Whose offers to search: those that models.dev lists, those that LiteLLM alone lists, or any. "
        "Default: models.dev",
    ),
    Parameter(
        name="as_of",
        type=date,
        description="The catalog as it was at the end of this day, in UTC: YYYY-MM-DD. Default: as it is now",
    ),
)

SCHEMA = QuerySchema.of(FILTERS)
"""The catalog's schema."""
PARAMETERS = SCHEMA.parameters
FILTER_SCHEMA = SCHEMA.without(PRESENTATION)
"""The schema of operations without a page: only the parameters that choose what matches."""


def _in_turn(first: Translate | None, then: Translate | None) -> Translate | None:
    """Both translations, one after the other, as far as they are given."""
    if first is None or then is None:
        return first or then
    return lambda values: then(first(values))


def build_query(**values: Any) -> Query:
    """The Query of these values of ``PARAMETERS``; see ``QuerySchema.build``. Raises TypeError for other names."""
    if unknown := values.keys() - SCHEMA.by_name.keys():
        raise TypeError(f"no parameters of a query: {', '.join(sorted(unknown))}")
    return SCHEMA.build(values)
