"""Selectors: the offers that a rule is about, by ids, by globs of ids, and by the catalog's own filters.

``match`` holds ids or globs in either spelling, of which an offer has to fit one; ``where`` holds parameters of the
catalog, of which it has to pass all. Either may be left out, but not both.
"""

from __future__ import annotations

import fnmatch
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, Protocol, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pyroaring import BitMap

from llmanac.domain.naming import fold
from llmanac.domain.records import MAX_ID_LENGTH, Offer
from llmanac.domain.spelling import litellm_spelling
from llmanac.errors import InvalidRequest
from llmanac.rules.declared import Declared, listed
from llmanac.search.index.filter_index import FilterIndex
from llmanac.search.query.filter_kinds import Condition, Filter
from llmanac.search.query.filters import FILTERS
from llmanac.search.query.parameter import InvalidValue, Parameter

WILDCARD = re.compile(r"[*?]")
LAST_CHARACTER = chr(sys.maxunicode)
"""Sorts behind whatever an id goes on with."""

MOST_PATTERNS = 1000
"""Maximum number of ids and globs of one selector."""

PARAMETERS: Mapping[str, Parameter] = {parameter.name: parameter for row in FILTERS for parameter in row.parameters}
"""The parameters that ``where`` takes."""


def _pattern(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("Input should be an id or a glob such as 'azure/*', in printable characters")
    return text.strip()


Pattern = Annotated[str, Field(max_length=MAX_ID_LENGTH), AfterValidator(_pattern)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(listed), Field(max_length=MOST_PATTERNS)]
WhereValue = str | bool | int | float | date | tuple[str, ...]


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values of filters that do not contradict each other."""
    read = read_filters(values)
    try:
        conditions_of(read)
    except InvalidRequest as error:
        raise ValueError(error.detail) from None
    return read


def read_filters(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of filters, each of the type of its parameter. Raises ValueError, which says what would be valid."""
    return {name: _read_all(name, value) for name, value in values.items()}


def _read_all(name: str, value: object) -> Any:
    """The value of a filter, or its values. Raises ValueError, which says what would be valid."""
    parameter = PARAMETERS.get(name)
    if parameter is None:
        near = get_close_matches(name[:80], PARAMETERS, n=1, cutoff=0)
        raise ValueError(f"{name[:80]!r} is not a filter of the catalog; the nearest is {near[0]!r}")
    given = value if isinstance(value, tuple | list) else (value,)
    if not given or (len(given) != 1 and not parameter.repeated):
        raise ValueError(f"{name} takes {'at least one value' if parameter.repeated else 'one value'}")
    read = tuple([_read(parameter, it) for it in given])
    return read if parameter.repeated else read[0]


def _read(parameter: Parameter, value: object) -> Any:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        return parameter.read(text)
    except InvalidValue:
        raise ValueError(f"{parameter.name} should be {parameter.takes}, not {text[:80]!r}") from None


def conditions_of(where: Mapping[str, Any], rows: Iterable[Filter] = FILTERS) -> tuple[Condition, ...]:
    """The conditions that these values of parameters set. Raises InvalidRequest for contradictory bounds."""
    return tuple([condition for row in rows for condition in row.conditions(where)])


class Selecting(Protocol):
    """A part of a document that says which offers it is about, as Matching does."""

    @property
    def match(self) -> Sequence[str]: ...

    @property
    def where(self) -> Mapping[str, Any]: ...


class Matching(Declared):
    """Ids and filters; none of either matches nothing."""

    match: Patterns = Field(
        (),
        description="Ids or globs, in models.dev's or LiteLLM's spelling: `*` stands for any characters, `?` for one",
    )
    where: Annotated[dict[str, WhereValue], AfterValidator(_checked)] = Field(
        default_factory=dict, description="Filters of the catalog, by the names of its parameters; all must pass"
    )


class Selector(Matching):
    """The offers that a rule is about."""

    @model_validator(mode="after")
    def _selects_something(self) -> Self:
        if not self.match and not self.where:
            raise ValueError("A rule says what it is about: match = 'azure/*', where = {provider = 'azure'}, or both")
        return self


class SelectableOffers:
    """Offers that selectors choose from: their ids in both spellings, and their filters, in one numbering."""

    def __init__(self, offers: Iterable[Offer], filters: FilterIndex, *, first: int = 0) -> None:
        """``first`` is the number of the first offer; ``filters`` count from 0 all the same."""
        self._filters = filters
        self._first = first
        named: list[tuple[str, int]] = []
        for number, offer in enumerate(offers, first):
            id_, called = offer.id, litellm_spelling(offer)
            named.append((fold(id_), number))
            if called is not None and called != id_:
                named.append((fold(called), number))
        named.sort()
        self._ids = [id_ for id_, _ in named]
        self._numbers = [number for _, number in named]
        self._globs: dict[str, BitMap] = {}
        self.everything = BitMap(self._numbers)
        """The numbers of all of these offers."""

    def select(self, selector: Selecting) -> BitMap:
        """The numbers of the offers that a selector is about; not to be changed, since selectors share them."""
        found: BitMap | None = None
        if selector.match:
            those = [self._matching(pattern) for pattern in selector.match]
            found = those[0] if len(those) == 1 else BitMap.union(*those)
        for condition in conditions_of(selector.where, self._filters.rows) if selector.where else ():
            if found is not None and not found:
                break
            passing = self._filters.passing(condition).shift(self._first)
            found = passing if found is None else found & passing
        return BitMap() if found is None else found

    def _matching(self, pattern: str) -> BitMap:
        """The offers of which an id fits an id or a glob; remembered, since rules share them."""
        key = fold(pattern)
        known = self._globs.get(key)
        if known is None:
            known = self._globs[key] = BitMap(self._numbers_of(key))
        return known

    def _numbers_of(self, pattern: str) -> Sequence[int]:
        """The numbers of the ids that fit, found from the characters before the first wildcard on."""
        wildcard = WILDCARD.search(pattern)
        if wildcard is None:
            return self._numbers[bisect_left(self._ids, pattern) : bisect_right(self._ids, pattern)]
        literal = pattern[: wildcard.start()]
        start = bisect_left(self._ids, literal)
        end = bisect_left(self._ids, literal + LAST_CHARACTER, lo=start)
        if pattern == f"{literal}*":
            return self._numbers[start:end]
        fits = glob(pattern).fullmatch
        return [number for id_, number in zip(self._ids[start:end], self._numbers[start:end], strict=True) if fits(id_)]


@lru_cache(maxsize=1 << 12)
def glob(pattern: str) -> re.Pattern[str]:
    """The expression of a glob: ``*`` stands for any characters, slashes too, ``?`` for one, all else for itself."""
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")))
