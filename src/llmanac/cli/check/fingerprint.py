"""Fingerprints of findings: they stay the same while lines move, so that a finding is known again later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple

from llmanac.cli.check.finding import Finding
from llmanac.domain.file_names import encodable


class MentionKey(NamedTuple):
    """A rule and the id that violates it, in one file; there may be several such findings."""

    path: str
    rule: str
    id: str


class Fingerprint(NamedTuple):
    """A key, and which of its findings is meant: the first in the file is 1."""

    key: MentionKey
    occurrence: int

    @property
    def digest(self) -> str:
        """The fingerprint as 64 hexadecimal digits."""
        return sha256("\0".join((*self.key, str(self.occurrence))).encode()).hexdigest()


def fingerprints(findings: Iterable[Finding], *, path_of: Callable[[str], str] = str) -> list[Fingerprint]:
    """The fingerprint of each finding; ``path_of`` makes the path of a finding that of a key."""
    seen = Counter[MentionKey]()
    found = []
    for finding in findings:
        path = encodable(path_of(finding.path))
        key = MentionKey(path, finding.violation.rule.value, finding.mention.id)
        seen[key] += 1
        found.append(Fingerprint(key, seen[key]))
    return found
