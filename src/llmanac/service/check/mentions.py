"""Finds mentions of models in a file: strings, words and values of options that name a model.

A word that may be a name (``names.py``) is looked up in the syntax of the file. It counts where it is a string as a
whole, or an item of a list in a string, or, in a longer text, what an option, an assignment or a key gives a model.
Its surroundings say at which host. Comments and documentation mention nothing; nor does a line with
``llmanac: ignore`` on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llmanac.service.check.context import StringContext, read_context
from llmanac.service.check.hosts import KnownHosts, is_display_name
from llmanac.service.check.names import is_file, is_local_tag, words_in
from llmanac.service.check.roles import PROXY_MARK, StringRole
from llmanac.service.check.syntax.formats import PLAIN, FileFormat
from llmanac.service.check.syntax.scalar import Scalar, ScalarReader
from llmanac.service.check.text import FileText
from llmanac.service.check.text_context import REACH, REACH_AFTER, WordInText, is_listed, read_text_context

IGNORE = "llmanac: ignore"
LONGEST_LINE = 20_000
"""Bytes; a longer line is data, not written by a person."""
MOST_WORDS = 5_000
"""Words of one file that may be names; a file with more is data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A model's id in a file, with its place and what stands around it."""

    id: str
    """The id as it is written."""
    start: int
    """The offset of its first byte in the text of the file."""
    line: int
    """Counted from 1, as editors do."""
    column: int
    is_model: bool
    """A key or an option says that it is a model."""
    host: str | None
    """The host that what stands around it states."""
    hint: str | None
    """A host that what stands around it suggests."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The mentions in a file, in order."""

    found: tuple[Mention, ...]
    broken: int | None = None
    """The first line that is not in the file's format, of those that matter; None where all are."""
    cut: int | None = None
    """The line from which on the file was not read, since it is data; None where all was."""


def find_mentions(text: FileText, format: FileFormat, hosts: KnownHosts) -> Mentions:  # noqa: A002 -- its name
    """The mentions of models in a text of this format."""
    words = [it for it in words_in(text.characters, heads=hosts.heads) if _may_count(text, *it)]
    if not words:
        return Mentions(())
    search = _Search(text, format.open(text.data), hosts)
    found = [mention for word in words[:MOST_WORDS] for mention in search.mentions_at(*word)]
    own = search.own_names
    cut, _ = text.place(words[MOST_WORDS][0]) if len(words) > MOST_WORDS else (None, 0)
    return Mentions(tuple(it for it in found if it.id not in own), search.broken, cut)


def _may_count(text: FileText, start: int, end: int) -> bool:
    name = text.characters[start:end]
    if is_file(name) or is_local_tag(name) or is_display_name(name):
        return False
    first, last = text.line_at(start)
    return last - first <= LONGEST_LINE and text.characters.find(IGNORE, first, last) < 0


class _Search:
    """The search of one file."""

    def __init__(self, text: FileText, reader: ScalarReader, hosts: KnownHosts) -> None:
        self._text = text
        self._reader = reader
        self._plain = PLAIN.open(text.data)
        self._hosts = hosts
        self._is_proxy = PROXY_MARK in text.characters
        self.own_names: set[str] = set()
        """Names that the file itself gives to models."""
        self.broken: int | None = None

    def mentions_at(self, start: int, end: int) -> Iterator[Mention]:
        """The mention of a word; none where it names no model."""
        name = self._text.characters[start:end]
        context = self._context_in(self._reader, name, start)
        if context is None and self._reader.is_broken_at(start):
            line, _ = self._text.place(start)
            self.broken = min(self.broken or line, line)
            context = self._context_in(self._plain, name, start)
        if context is None:
            return
        if context.role is StringRole.DEFINED:
            self.own_names.add(name)
        if context.role in {StringRole.MODEL, StringRole.OPEN}:
            line, column = self._text.place(start)
            yield Mention(
                id=name,
                start=start,
                line=line,
                column=column,
                is_model=context.role is StringRole.MODEL,
                host=context.host,
                hint=context.hint,
            )

    def _context_in(self, reader: ScalarReader, name: str, start: int) -> StringContext | None:
        """The meaning of a word by a reader of the file; None where it is no string, or only a part of a text."""
        end = start + len(name)
        scalar = reader.scalar_at(start, end)
        if scalar is None or not scalar.start <= start < end <= scalar.end:
            return None
        is_setting = scalar.is_key and not any(it in "-0123456789" for it in name)
        return None if is_setting else self._context(scalar, name, start)

    def _context(self, scalar: Scalar, name: str, start: int) -> StringContext | None:
        """The meaning of a word in a string; None where it is only a part of a text."""
        characters, end = self._text.characters, start + len(name)
        before = characters[max(scalar.start, start - REACH) : start]
        after = characters[end : min(end + REACH_AFTER, scalar.end)]
        if (
            not scalar.is_prose
            and not characters[scalar.start : start].strip()
            and not characters[end : scalar.end].strip()
        ):
            return read_context(scalar, self._hosts, is_proxy=self._is_proxy)
        word = WordInText(name, before, after)
        context = read_text_context(scalar, word, self._hosts)
        if context is not None or scalar.is_prose:
            return context
        if not is_listed(characters[scalar.start : scalar.end], word):
            return None
        listed = read_context(scalar, self._hosts, is_proxy=self._is_proxy)
        return None if listed.role is StringRole.OPEN else listed
