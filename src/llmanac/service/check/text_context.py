"""The context of a word in a longer text, a command or a script, by what stands before it there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from llmanac.service.check.context import StringContext, read_context
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.names import is_well_formed
from llmanac.service.check.roles import StringRole, is_spoken
from llmanac.service.check.syntax.scalar import Scalar
from llmanac.service.check.words import words_of

REACH = 300
"""Bytes before a word that are searched for what it is given to."""
REACH_AFTER = 40

_LIST = r"(?:[\w./:@+-]+,[ \t]*)*"
_OPTION = re.compile(
    r"(?:^|[\s\"'`\[,(=])(?P<key>--?[A-Za-z][\w.-]*)"
    rf"(?:[ \t]*\\?\r?\n[ \t]*|[=\s]+|\\?[\"'],?\s*)\\?[\"']?{_LIST}$"
)
"""``--model x``, ``--model=x``, ``"--model", "x"``, ``--models a,x``."""
_SET = re.compile(r"(?:^|[\s;])(?:ENV|ARG|setx?|setenv)\s+(?:-{1,2}[\w-]+\s+)*(?P<key>[A-Za-z_]\w*)\s+[\"']?$")
"""``ENV MODEL x``, ``set -gx MODEL x``."""
_DEFAULT = re.compile(r"\$\{(?P<key>\w[\w.]*)(?::?[-=]|:)[\"']?$")
"""``${MODEL:-x}``, in the shell; ``${MODEL:x}``, in Spring."""
_ASSIGNED = re.compile(
    rf"(?P<key>[A-Za-z_][\w.-]*)\\?[\"'\]]*[ \t]*(?:[:?+]?=|:|=>)[ \t]*[\[{{(]?[ \t]*\\?[\"'`]?{_LIST}$"
)
"""``MODEL=x``, ``model: x``, ``\\"model\\": \\"x``."""
_GIVEN = (_OPTION, _SET, _DEFAULT, _ASSIGNED)
_EXPRESSION = re.compile(r"\{\{[^}]*[\"'`]$")
"""``${{ inputs.model || 'x``."""
_IN_ADDRESS = re.compile(r"/models?/$")
_CALLED = re.compile(r":[a-zA-Z]+|/(?:invoke|converse)")
"""The method after a model in an address: ``/models/x:generateContent``, ``/model/x/invoke``."""
_COMMAND_WORDS = frozenset("command cmd run script scripts exec execute entrypoint args".split())
_TALKS = re.compile(r"\b(?:echo|printf|git|gh|description)\b")
_REMARK = re.compile(r"^\s*(?:#|//)|\s#\s")
_LOCAL_COMMAND = re.compile(
    r"\b(?:ollama|vllm|llama-server|llama-cli|mlx_lm|huggingface-cli|hf\s+download|text-generation-launcher|sglang)\b"
)
_PIECES = re.compile(r"[,;|\s]+")
_PIECE = re.compile(r"\+?[\w./:@~-]+(?:\[1m\])?(?:=.*)?")
_MARKS = frozenset(",;|")
_END = re.compile(r"(?:\\?[\"'`])?(?:[\s,;)\]}|&:]|\\n|$)")


@dataclass(frozen=True, slots=True)
class WordInText:
    """A word that may name a model, with the text before and after it."""

    name: str
    before: str
    after: str

    @property
    def line(self) -> str:
        """The beginning of its line."""
        return self.before[self.before.rfind("\n") + 1 :]


def read_text_context(scalar: Scalar, word: WordInText, hosts: KnownHosts) -> StringContext | None:
    """The meaning of a word in a text; None where nothing gives it to a model, or to an option."""
    if _REMARK.search(word.line) or is_spoken(scalar):
        return None
    if _IN_ADDRESS.search(word.before):
        return StringContext(StringRole.MODEL) if _CALLED.match(word.after) else None
    if _EXPRESSION.search(word.before):
        return read_context(scalar, hosts)
    given = next((it for pattern in _GIVEN if (it := pattern.search(word.before))), None)
    if given and _END.match(word.after):
        return _given_context(scalar, word, given["key"], hosts=hosts)
    return read_context(scalar, hosts) if _is_argument(scalar, word) else None


def _is_argument(scalar: Scalar, word: WordInText) -> bool:
    """Whether a word is an argument of a command by itself: ``llm models default x``."""
    is_command = any(not _COMMAND_WORDS.isdisjoint(words_of(it)) for it in scalar.keys[:1])
    is_apart = word.before[-1:].isspace() and not word.after[:1].strip(" \t\r\n;")
    is_quoted = any(word.line.count(quote) % 2 for quote in "\"'`")
    return is_command and is_apart and not is_quoted and not _TALKS.search(word.line) and is_well_formed(word.name)


def _given_context(scalar: Scalar, word: WordInText, key: str, *, hosts: KnownHosts) -> StringContext | None:
    """The meaning of a word that the text gives to a key or an option; of an argument's default, that of the text."""
    if key.isdigit():
        return read_context(scalar, hosts)
    context = read_context(replace(scalar, keys=(_key(key),), is_prose=False), hosts)
    if context.role is StringRole.MODEL and _LOCAL_COMMAND.search(word.line):
        return StringContext(StringRole.OWN)
    is_open = context.role is StringRole.OPEN
    is_option = key.startswith("-") and (hosts.head_of(word.name) is not None or is_well_formed(word.name))
    return None if is_open and not is_option else context


def _key(option: str) -> str:
    """The name of an option, as that of a key; a letter keeps its dash."""
    return option if len(option) == len("-m") else option.lstrip("-")


def is_listed(content: str, word: WordInText) -> bool:
    """Whether a string is a list of names, and the word is one of them."""
    if word.before[-1:].strip(",;|+ \n\t") or word.after[:1].strip(",;|= \n\t\r"):
        return False
    pieces = [it for it in _PIECES.split(content.strip()) if it]
    if len(pieces) == 1 or not all(_PIECE.fullmatch(it.lstrip("-")) for it in pieces):
        return False
    return not _MARKS.isdisjoint(content) or all("-" in it for it in pieces)
