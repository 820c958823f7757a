"""Reads strings by their place in a syntax tree: climbs from the place to the root, by the node types of a grammar."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tree_sitter import Language, Node, Parser

from llmanac.service.check.syntax.scalar import Scalar

MOST_NEIGHBOURS = 64
"""Pairs of one mapping that are read as neighbours."""
LONGEST_NAME = 200
"""Bytes of a key, a callee or a neighbour that are read."""
MOST_LEVELS = 60
"""Nodes between a string and the root that are visited."""
MOST_HEADERS = 4
"""Names in front of a block."""

_QUOTED = re.compile(rb"(?s)[A-Za-z$]{0,2}(\"\"\"|'''|[\"'`])(.*)\1")
_BLOCK = re.compile(rb"[|>][^\n]*\n")
_MEMBERSHIP = frozenset({"in", "not in"})
_ITEM = re.compile(rb"-[ \t]+")
_OPTION = re.compile(r"--?[A-Za-z][\w.-]*")
_SETTING = re.compile(r"(?i:[a-z_.]*model[a-z_.]*)")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """The node types of a language that matter to the place of a string."""

    language: Callable[[], object]
    """The language of a tree-sitter wheel."""
    literals: frozenset[str]
    """Strings and bare words."""
    pairs: Mapping[str, str | None]
    """Names with a value, and the field of the name; None where it is the first child."""
    mappings: frozenset[str] = frozenset()
    """Nodes whose pairs are neighbours."""
    scopes: frozenset[str] = frozenset()
    """Nodes whose pairs are assignments of the whole file."""
    wrappers: frozenset[str] = frozenset()
    """Nodes between a mapping and its pairs."""
    calls: Mapping[str, str] = field(default_factory=dict)
    """Calls and commands, with the field of what is called."""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Blocks with names in front, and the types of these."""
    operators: frozenset[str] = frozenset()
    """Operators that give their right side in place of their left."""
    lists: frozenset[str] = frozenset()
    """Lists in which an option stands before its value."""
    arguments: frozenset[str] = frozenset()
    """The arguments of a call, where a name may stand before its value: ``get("model", x)``."""
    skipped: frozenset[str] = frozenset()
    """Nodes whose strings mention nothing: comments, imports."""
    documentation: Callable[[Sequence[Node]], bool] | None = None
    """Whether a string is documentation, by the nodes around it and itself, from the outside in."""


class TreeReader:
    """The strings of a file whose language has a grammar."""

    def __init__(self, grammar: Grammar, data: bytes) -> None:
        self._grammar = grammar
        self._data = data
        # A tree must not outlive its parser's language: both are kept by the node.
        self._root = Parser(Language(grammar.language())).parse(data).root_node
        self._neighbours: dict[int, Mapping[str, str]] = {}

    @property
    def root(self) -> Node:
        """The root of the syntax tree."""
        return self._root

    def scalar_at(self, start: int, end: int) -> Scalar | None:
        """The string that holds these bytes; None for a comment, documentation, a name in code, or an import."""
        path = self._path_to(start, end)
        if any(it.type in self._grammar.skipped for it in path):
            return None
        while path and path[-1].type not in self._grammar.literals:
            path.pop()
        while len(path) > 1 and path[-2].type in self._grammar.literals:
            path.pop()
        is_documentation = self._grammar.documentation
        return None if not path or (is_documentation and is_documentation(path)) else self._scalar(path)

    def is_broken_at(self, offset: int) -> bool:
        """Whether the parser could not make sense of the lines there."""
        return self._root.has_error and any(it.is_error for it in self._path_to(offset, offset))

    def _path_to(self, start: int, end: int) -> list[Node]:
        """The nodes that hold these bytes, from the outside in; of very many, the innermost."""
        path = deque([self._root], maxlen=MOST_LEVELS)
        # A node's parent is found from the root each time: going down once is quicker than climbing.
        cursor = self._root.walk()
        while cursor.goto_first_child_for_byte(start) is not None:
            node = cursor.node
            if node is None or node.start_byte > start or node.end_byte < end:
                break
            path.append(node)
        return list(path)

    def _scalar(self, path: Sequence[Node]) -> Scalar:
        start, end = self._content(path[-1])
        keys: list[str] = []
        neighbours: list[Mapping[str, str]] = []
        calls: list[str] = []
        assigned: Mapping[str, str] = {}
        is_key = False
        for child, parent in pairwise(reversed(path)):
            name = self._name_node(parent)
            if name is not None and _holds(name, child):
                is_key = is_key or not keys
            elif name is not None:
                keys.append(self._text(name))
            keys += self._header(parent)
            calls += self._callee(parent, child)
            keys += self._names_beside(child, parent)
            if parent.type in self._grammar.mappings:
                neighbours.append(self._mapping(parent))
            if parent.type in self._grammar.scopes:
                assigned = self._mapping(parent)
        return Scalar(
            start=start,
            end=end,
            keys=tuple(keys),
            neighbours=tuple(neighbours),
            assigned=assigned,
            calls=tuple(calls),
            is_key=is_key,
        )

    def _content(self, literal: Node) -> tuple[int, int]:
        """The place of a string between its quotes, or below the head of a block."""
        text = self._data[literal.start_byte : literal.end_byte]
        quoted = _QUOTED.fullmatch(text)
        if quoted:
            return literal.start_byte + quoted.start(2), literal.start_byte + quoted.end(2)
        block = _BLOCK.match(text)
        return literal.start_byte + (block.end() if block else 0), literal.end_byte

    def _names_beside(self, child: Node, parent: Node) -> Iterator[str]:
        """An option or a variable that stands before a value: ``--model x``, ``get("MODEL", x)``, ``MODEL or x``."""
        grammar = self._grammar
        if parent.type in grammar.lists or parent.type in grammar.calls or parent.type in grammar.arguments:
            is_call = parent.type in self._grammar.arguments
            before = child.prev_named_sibling
            text = self._text(before) if before is not None else ""
            if _OPTION.fullmatch(text) or _VARIABLE.fullmatch(text) or (is_call and _SETTING.fullmatch(text)):
                yield text
        elif parent.type in self._grammar.operators:
            left = parent.named_children[0]
            if not _holds(left, child):
                yield self._text(left)

    def _callee(self, call: Node, child: Node) -> Iterator[str]:
        """The name of what is called with an argument; ``contains`` of a string that is searched for by an operator."""
        if call.type in self._grammar.operators and _holds(call.named_children[0], child):
            yield from ("contains" for it in call.children if it.type in _MEMBERSHIP)
        of = self._grammar.calls.get(call.type)
        callee = call.child_by_field_name(of) if of else None
        if callee is not None and not _holds(callee, child):
            yield self._text(callee)

    def _name_node(self, pair: Node) -> Node | None:
        """The node of a pair's name; None for what is no pair."""
        if pair.type not in self._grammar.pairs:
            return None
        of = self._grammar.pairs[pair.type]
        named = pair.child_by_field_name(of) if of else None
        return named or (pair.named_children[0] if pair.named_children else None)

    def _header(self, block: Node) -> list[str]:
        types = self._grammar.headers.get(block.type)
        if types is None:
            return []
        first = (block.named_child(place) for place in range(min(MOST_HEADERS, block.named_child_count)))
        return [self._text(it) for it in first if it.type in types][::-1]

    def _mapping(self, node: Node) -> Mapping[str, str]:
        known = self._neighbours.get(node.id)
        if known is None:
            known = self._neighbours[node.id] = dict(self._pairs(node))
        return known

    def _pairs(self, node: Node) -> Iterator[tuple[str, str]]:
        for child in node.named_children[:MOST_NEIGHBOURS]:
            if child.type in self._grammar.wrappers:
                yield from self._pairs(child)
            elif (name := self._name_node(child)) is not None:
                value = child.named_children[-1]
                if value.id != name.id:
                    is_short = value.end_byte - value.start_byte <= LONGEST_NAME
                    yield self._text(name), self._text(value) if is_short else ""

    def _text(self, node: Node) -> str:
        """The text of a node, less its quotes."""
        text = self._data[node.start_byte : min(node.end_byte, node.start_byte + LONGEST_NAME)]
        item = _ITEM.match(text)
        text = text[item.end() :] if item else text
        quoted = _QUOTED.fullmatch(text)
        return (quoted[2] if quoted else text).decode(errors="replace").strip()


def _holds(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte
