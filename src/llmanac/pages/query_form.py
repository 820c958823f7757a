"""The fields of a page's URL in the vocabulary of queries: read, and written again.

The parameters are the API's, and read by the same parser; but a form sends all of its fields, so an empty one
was not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from llmanac.errors import InvalidRequest
from llmanac.search.query.query import Query
from llmanac.search.query.schema import SCHEMA

MAX_FIELDS = 400


@dataclass(frozen=True, slots=True)
class Fields:
    """What a URL or a form says: names and values in order, none of them empty."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query_string: bytes) -> Fields:
        """The fields of a raw query string, or of a form's body. Raises InvalidRequest for what is no form."""
        try:
            pairs = parse_qsl(query_string.decode("ascii"), errors="strict", max_num_fields=MAX_FIELDS)
        except UnicodeDecodeError:
            raise InvalidRequest("The address is not percent-encoded UTF-8.") from None
        except ValueError:
            raise InvalidRequest(f"The address has more than {MAX_FIELDS} fields.") from None
        return cls(tuple((name, value.strip()) for name, value in pairs if value.strip()))

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def one(self, name: str) -> str | None:
        """The last value of this name."""
        return next((value for given, value in reversed(self.pairs) if given == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this name, commas taken as separators."""
        return tuple(part for given, value in self.pairs if given == name for part in value.split(",") if part)

    def url(self, path: str = "/", /, **changes: object) -> str:
        """The same view with these fields changed; None takes a field away."""
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        added = [(name, value) for name, values in changes.items() for value in _texts(values)]
        return f"{path}?{urlencode(kept + added)}" if kept or added else path

    def without(self, name: str, value: str) -> Fields:
        """The same fields less one of them."""
        return Fields(tuple(pair for pair in self.pairs if pair != (name, value)))

    def named(self, names: Iterable[str]) -> Fields:
        """Only the fields of these names."""
        wanted = frozenset(names)
        return Fields(tuple((name, value) for name, value in self.pairs if name in wanted))


def parse(fields: Fields, **defaults: Any) -> Query:
    """The Query that the fields ask for, as the API reads them; names that are no parameters are left to the page.

    ``defaults`` are the values of parameters that are not given. Raises as ``QuerySchema.parse`` does.
    """
    given = [pair for pair in fields.pairs if pair[0] in SCHEMA.by_name]
    return SCHEMA.build(defaults | SCHEMA.read(given))


def _texts(values: object) -> Sequence[str]:
    if values is None:
        return ()
    if isinstance(values, list | tuple):
        return [str(value) for value in values]
    return (str(values).lower() if isinstance(values, bool) else str(values),)
