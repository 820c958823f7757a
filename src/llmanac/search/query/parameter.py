"""Query parameters, and the parsing of their values from text, alike for URLs, forms and commands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import isfinite
from typing import Any

from llmanac.errors import InvalidParameters, InvalidRequest, ParameterFault

TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})
FALSE = frozenset({"false", "0", "no", "off", "f", "n"})
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOST_SHOWN = 80
"""Maximum number of characters of a wrong name or value that an error quotes."""


class InvalidValue(ValueError):
    """A text that is not a valid value of its parameter; ``kind`` is the type of pydantic's error for it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a query: its name, type, bounds and description."""

    name: str
    type: type
    """str, int, float, bool or date."""
    description: str
    default: Any = None
    title: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    repeated: bool = False
    """The parameter may be given several times."""

    @property
    def takes(self) -> str:
        """The valid values, in words: ``a whole number from 1 to 100``."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.type is int and self.minimum is not None:
            extent = f"of at least {self.minimum}" if self.maximum is None else f"from {self.minimum} to {self.maximum}"
            return f"a whole number {extent}"
        if self.max_length is not None:
            return f"a text of at most {self.max_length} characters"
        return TAKES[self.type]

    def read(self, text: str) -> Any:
        """Parse a text. Raises InvalidValue if it does not parse or is out of bounds."""
        try:
            value = READERS[self.type](text)
        except ValueError:
            raise InvalidValue(f"{self.type.__name__}_parsing") from None
        if self.choices and value not in self.choices:
            raise InvalidValue("literal_error")
        if self.max_length is not None and len(value) > self.max_length:
            raise InvalidValue("string_too_long")
        if self.minimum is not None and value < self.minimum:
            raise InvalidValue("greater_than_equal")
        if self.maximum is not None and value > self.maximum:
            raise InvalidValue("less_than_equal")
        return value


def read_boolean(text: str) -> bool:
    """Parse ``true`` or ``false`` in any case, or a synonym in TRUE or FALSE that forms and scripts use."""
    word = text.lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError(text)


def read_integer(text: str) -> int:
    """Parse ASCII digits only; Python also accepts 1_000, spaces and other scripts."""
    if not (text.isascii() and text.removeprefix("-").isdecimal()):
        raise ValueError(text)
    return int(text)


def read_number(text: str) -> float:
    """Parse a finite number, as JSON and C write one."""
    if "_" in text or not text.isascii() or text != text.strip():
        raise ValueError(text)
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


def read_day(text: str) -> date:
    """Parse YYYY-MM-DD, and no other form of ISO 8601."""
    if not DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


READERS: Mapping[type, Callable[[str], Any]] = {
    str: str,
    bool: read_boolean,
    int: read_integer,
    float: read_number,
    date: read_day,
}

TAKES: Mapping[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number such as 20",
    float: "a number such as 2.5",
    date: "a day such as 2026-08-18",
}


def check_names(fields: Iterable[tuple[str, str]], known: Collection[str], repeated: Collection[str] = ()) -> None:
    """Raises InvalidRequest for an unknown name, and for one that is given several times but takes one value."""
    for name, times in Counter(name for name, _ in fields).items():
        if name not in known:
            near = get_close_matches(name[:MOST_SHOWN].lower(), sorted(known), n=1, cutoff=0)
            hint = f"; the nearest known one is {near[0]!r}" if near else "; there are none here"
            raise InvalidRequest(f"Unknown parameter {name[:MOST_SHOWN]!r}{hint}.")
        if times > 1 and name not in repeated:
            raise InvalidRequest(f"The parameter {name!r} was given {times} times; it takes one value.")


def invalid_parameters(wrong: Iterable[tuple[Parameter, str, InvalidValue]]) -> InvalidParameters:
    """The error for invalid values, with each parameter, its value, and what would be valid."""
    faults, messages = [], []
    for parameter, text, error in wrong:
        message = f"Input should be {parameter.takes}"
        faults.append(ParameterFault(("query", parameter.name), message, error.kind))
        messages.append(f"{parameter.name}: {message}, not {text[:MOST_SHOWN]!r}")
    return InvalidParameters("; ".join(messages) + ".", faults=tuple(faults))
