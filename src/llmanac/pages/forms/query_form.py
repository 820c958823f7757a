"""Parses and writes the fields of a page's URL.

The parameters are those of the API and have the same parser; but a form sends all of its fields, so an empty one
counts as absent.
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
    """The fields of a URL or a form: names and values in order, none of them empty."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query_string: bytes) -> Fields:
        """Parse a raw query string or a form's body. Raises InvalidRequest where it is malformed or too long."""
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
        """The last value of this name; None where there is none."""
        return next((value for key, value in reversed(self.pairs) if key == name), None)

    @property
    def names(self) -> frozenset[str]:
        """The names that have a value."""
        return frozenset(name for name, _ in self.pairs)

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of this name, as it was sent."""
        return tuple(value for key, value in self.pairs if key == name)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this name; values are split at commas."""
        return tuple(part for key, value in self.pairs if key == name for part in value.split(",") if part)

    def url(self, path: str = "/", /, **changes: object) -> str:
        """The URL of a path with these fields, some of them changed; None removes a field."""
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        added = [(name, value) for name, values in changes.items() for value in _texts(values)]
        return f"{path}?{urlencode(kept + added)}" if kept or added else path

    def without(self, name: str, value: str) -> Fields:
        """These fields without one name and value."""
        return Fields(tuple(pair for pair in self.pairs if pair != (name, value)))

    def named(self, names: Iterable[str]) -> Fields:
        """The fields with these names only."""
        wanted = frozenset(names)
        return Fields(tuple((name, value) for name, value in self.pairs if name in wanted))


def parse(fields: Fields, **defaults: Any) -> Query:
    """Parse the fields as the API does; names that are not parameters of the API are ignored.

    ``defaults`` are the values of absent parameters. Raises InvalidParameters or InvalidRequest.
    """
    parameters = [pair for pair in fields.pairs if pair[0] in SCHEMA.by_name]
    return SCHEMA.build(defaults | SCHEMA.read(parameters))


def _texts(values: object) -> Sequence[str]:
    if values is None:
        return ()
    if isinstance(values, list | tuple):
        return [str(value) for value in values]
    return (str(values).lower() if isinstance(values, bool) else str(values),)
