"""Proposes what to write in place of an id whose model retires, and writes it: that id, and no other byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.lint import LintRule, Violation, is_leaving, is_unapproved
from llmanac.service.check.mentions import Mention
from llmanac.service.check.text import FileText

FIXABLE = frozenset({LintRule.RETIRED, LintRule.RETIRING, LintRule.UNAPPROVED})
"""The rules of which a successor is a remedy."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A proposed replacement of an id: sure only where the catalog takes it for exactly the successor."""

    text: str
    """The new id, in the spelling of the old one."""
    reading: str
    """The id that it would be read as."""
    successor: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement at its place in a file's text."""

    start: int
    end: int
    text: str


def propose(mention: Mention, violation: Violation, hosts: KnownHosts) -> Replacement | None:
    """The replacement of a model that retires, at the same host; None where there is none."""
    successor = violation.successor
    if successor is None or violation.offer is None or violation.rule not in FIXABLE:
        return None
    host, _, model = successor.partition("/")
    if host != violation.offer.partition("/")[0] or mention.id.endswith("]"):
        return None
    head = hosts.head_of(mention.id)
    if head is not None and mention.host is None:
        before = mention.id[: len(mention.id) - len(head[1])]
        return Replacement(before + model, before + model, successor)
    read_as = violation.id
    before = read_as[: len(read_as) - len(mention.id)] if read_as.endswith(mention.id) else ""
    return Replacement(model, before + model, successor)


def is_sure(
    replacement: Replacement, verdicts: Mapping[str, Mapping[str, Any]], *, today: date, within: timedelta
) -> bool:
    """Whether a replacement is read as exactly the successor, and that one stays and may be used."""
    verdict = verdicts.get(replacement.reading)
    if verdict is None or verdict["offer"] != replacement.successor:
        return False
    return not is_leaving(verdict, today, within) and not is_unapproved(verdict)


def apply_edits(text: FileText, edits: Iterable[Edit]) -> bytes:
    """The content of a file after these edits; all other bytes stay as they are."""
    data = text.data
    for edit in sorted(edits, key=lambda it: it.start, reverse=True):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return text.encode(data)
