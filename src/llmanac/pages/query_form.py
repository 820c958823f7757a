"""The fields of a page's URL in the vocabulary of queries: read, and written again.

The same parameters as the API's, from the same table; but a form sends all of its fields, so an empty one
means that it was not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl, urlencode

from llmanac.errors import InvalidParameters, InvalidRequest, ParameterFault
from llmanac.search.query import PARAMETERS, Parameter, Query, parse_query

MAX_FIELDS = 400
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "on": True, "off": False}


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


def question(fields: Fields, **defaults: Any) -> Query:
    """The Query that the fields ask for; names that are no parameters of queries are left to the page.

    Raises InvalidParameters for a value that does not parse or is out of bounds, InvalidRequest for a contradiction.
    """
    values: dict[str, Any] = dict(defaults)
    faults: list[ParameterFault] = []
    for name, parameter in BY_NAME.items():
        given = fields.all(name) if parameter.repeated else fields.one(name)
        if not given:
            continue
        try:
            values[name] = list(given) if parameter.repeated else _read(str(given), parameter)
        except ValueError as error:
            faults.append(ParameterFault(("query", name), str(error), "value_error"))
    if faults:
        raise InvalidParameters(
            "; ".join(f"{fault.loc[-1]}: {fault.msg}" for fault in faults) + ".", faults=tuple(faults)
        )
    return parse_query(**values)


def _read(text: str, parameter: Parameter) -> Any:
    """One value. Raises ValueError, which says what would be right."""
    if parameter.choices and text not in parameter.choices:
        raise ValueError(f"one of {', '.join(parameter.choices)}, not {text[:80]!r}")
    if parameter.max_length and len(text) > parameter.max_length:
        raise ValueError(f"at most {parameter.max_length} characters, not {len(text)}")
    if parameter.type is str:
        return text
    if parameter.type is bool:
        return _read_choice(text, BOOLEANS)
    if parameter.type is date:
        return _read_day(text)
    value = _read_number(text, parameter.type)
    _require_bounds(value, parameter)
    return value


def _read_choice(text: str, choices: Mapping[str, bool]) -> bool:
    if text.lower() not in choices:
        raise ValueError(f"true or false, not {text[:80]!r}")
    return choices[text.lower()]


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a day such as 2026-08-18, not {text[:80]!r}") from None


def _read_number(text: str, kind: type) -> float:
    example = "a whole number such as 20" if kind is int else "a number such as 2.5"
    plain = text.isascii() and "_" not in text
    try:
        value: float = kind(text) if plain else float("nan")
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise ValueError(f"{example}, not {text[:80]!r}")
    return value


def _require_bounds(value: float, parameter: Parameter) -> None:
    if parameter.minimum is not None and value < parameter.minimum:
        raise ValueError(f"at least {parameter.minimum}, not {value:g}")
    if parameter.maximum is not None and value > parameter.maximum:
        raise ValueError(f"at most {parameter.maximum}, not {value:g}")


def _texts(values: object) -> Sequence[str]:
    if values is None:
        return ()
    if isinstance(values, list | tuple):
        return [str(value) for value in values]
    return (str(values).lower() if isinstance(values, bool) else str(values),)
