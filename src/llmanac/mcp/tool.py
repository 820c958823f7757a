"""A tool: an operation of the API as an agent calls it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from llmanac.errors import InvalidRequest
from llmanac.mcp.brevity import LEFT_OUT, Answer
from llmanac_client.call import Call
from llmanac_client.json_format import read_object

JsonSchema: TypeAlias = Mapping[str, Any]
Arguments: TypeAlias = Mapping[str, Any]
"""The arguments of a tool by name, as an agent gives them."""

DEFAULT_TOKENS = 2_000
FEWEST_TOKENS = 500
MOST_TOKENS = 50_000
MAX_TOKENS = "max_tokens"
"""The argument of every tool with the most that its answer may take."""
MORE = "more"
"""The field of an answer with the arguments that give the rest of its list."""
LOG = "log"
"""The argument that is sent as it is."""

IN_PATH = re.compile(r"\{(\w+)(?::path)?\}")

LENGTH: JsonSchema = {
    "type": "integer",
    "minimum": FEWEST_TOKENS,
    "maximum": MOST_TOKENS,
    "default": DEFAULT_TOKENS,
    "description": "The longest answer; what does not fit is left out, and counted in left_out",
}
NOTES: Mapping[str, JsonSchema] = {
    LEFT_OUT: {
        "type": "object",
        "additionalProperties": {"type": "integer"},
        "description": "How many entries of which field did not fit; a larger max_tokens has them",
    },
    MORE: {"type": "object", "description": "The arguments to add for the next entries"},
}
"""The fields of answers that say what is not in them."""


class Body(Enum):
    """The part of a request that holds the arguments."""

    NONE = "none"
    """All are in the query string."""
    JSON = "json"
    """All are fields of an object."""
    LOG = "log"
    """The one named ``log`` is the body, and the others are in the query string."""


class Paging(Enum):
    """The way to the rest of a list."""

    NONE = "none"
    OFFSET = "offset"
    CURSOR = "cursor"


def as_it_is(answer: Answer) -> Answer:
    """The answer as the API gives it."""
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """An operation of the API that reads, and all that an agent is told of it."""

    name: str
    title: str
    description: str
    path: str
    """The pattern of its route."""
    parameters: Mapping[str, JsonSchema]
    """The schema of each argument; those of the path are among them."""
    required: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """The values of arguments that are not given, where they differ from the API's."""
    body: Body = Body.NONE
    items: str | None = None
    """The list that the answer is about."""
    paging: Paging = Paging.NONE
    arrange: Callable[[Answer], Answer] = as_it_is
    """Puts what matters most first: the end is left out before the beginning."""
    answer: Mapping[str, JsonSchema]
    """The schema of the most important fields of the answer, which may have others."""

    def call(self, arguments: Arguments) -> Call[Answer]:
        """The request with these arguments. Raises InvalidRequest where the path or the log is missing in them."""
        given = {**self.defaults, **arguments}
        names = {name: self._name(given, name) for name in IN_PATH.findall(self.path)}
        path = IN_PATH.sub(r"{\1}", self.path)
        match self.body:
            case Body.NONE:
                return Call("GET", path, read_object, names=names, query=given)
            case Body.JSON:
                return Call("POST", path, read_object, names=names, body=given, is_repeatable=True)
            case Body.LOG:
                log = self._text(given, LOG).encode(errors="replace")
                return Call("POST", path, read_object, names=names, query=given, body=log, is_repeatable=True)

    def _name(self, given: dict[str, Any], name: str) -> str:
        """Take a part of the path from the arguments. Raises InvalidRequest."""
        value = self._text(given, name).strip()
        if not {".", ".."}.isdisjoint(value.split("/")):
            raise InvalidRequest(f"{value[:80]!r} is no id: it would lead to another path.")
        return value

    def _text(self, given: dict[str, Any], name: str) -> str:
        """Take a text from the arguments. Raises InvalidRequest."""
        value = given.pop(name, None)
        if not isinstance(value, str) or not value.strip():
            example = self.parameters[name].get("examples", [""])[0]
            raise InvalidRequest(f"{self.name} needs {name}, a text such as {example}")
        return value

    def more(self, answer: Answer, arguments: Arguments) -> Mapping[str, Any]:
        """The arguments for the entries after those of an answer; empty where there are none."""
        shown = 0 if self.items is None else len(answer[self.items])
        if self.paging is Paging.OFFSET and shown:
            offset = int(arguments.get("offset") or 0) + shown
            return {"offset": offset} if offset < answer["total"] else {}
        if self.paging is Paging.CURSOR and answer.get("next"):
            return {"cursor": answer["next"]}
        return {}

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments."""
        return {
            "type": "object",
            "properties": {**self.parameters, MAX_TOKENS: LENGTH},
            "required": [*self.required],
            "additionalProperties": False,
        }

    @property
    def output_schema(self) -> dict[str, Any]:
        """The JSON Schema of the answer."""
        return {
            "type": "object",
            "properties": {**self.answer, **NOTES},
            "required": [] if self.items is None else [self.items],
        }
