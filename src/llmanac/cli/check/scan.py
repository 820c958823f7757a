"""Reads the files of a call: the mentions in each, and what could not be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from llmanac.cli.check.files import MOST_FILES, FoundFile, files, read
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.mentions import MOST_WORDS, Mention, find_mentions
from llmanac.service.check.text import FileText

MOST_REMARKS = 10
"""Files of one kind that are named on standard error; others are counted."""


@dataclass(slots=True)
class ScannedFiles:
    """The mentions in each file that was read, and the files that were not, or not as what they are."""

    mentions: dict[Path, Sequence[Mention]] = field(default_factory=dict)
    texts: dict[Path, FileText] = field(default_factory=dict)
    """The text of each file that has mentions."""
    unread: dict[Path, str] = field(default_factory=dict)
    """The reason that each file was not read."""
    broken: dict[Path, str] = field(default_factory=dict)
    """The place from which on each file is not in its format."""
    cut: dict[Path, str] = field(default_factory=dict)
    """The reason that each file was read in part."""
    is_cut: bool = False
    """There are more files than are read in one call."""

    def remarks(self) -> Iterator[str]:
        """Remarks about files that were not read as they should be."""
        yield from _told(self.unread, "was not read")
        yield from _told(self.cut, "was read in part")
        yield from _told(self.broken, "was read as text from there on")
        if self.is_cut:
            yield f"There are more than {MOST_FILES:,} files: the rest was not read."


def scan(
    paths: Sequence[Path],
    hosts: KnownHosts,
    *,
    excluded: Sequence[str] = (),
    own: Collection[Path] = (),
    force_exclude: bool = False,
) -> ScannedFiles:
    """The mentions in all files below these paths, of which ``files`` says which are read. Raises NotFound."""
    scanned = ScannedFiles()
    found = files(paths, excluded=excluded, own=own, force_exclude=force_exclude)
    for file in islice(found, MOST_FILES):
        _scan_file(file, hosts, scanned)
    scanned.is_cut = next(found, None) is not None
    return scanned


def _scan_file(file: FoundFile, hosts: KnownHosts, scanned: ScannedFiles) -> None:
    text = read(file.path)
    if isinstance(text, str):
        scanned.unread[file.path] = text
        return
    mentions = find_mentions(text, file.format, hosts)
    scanned.mentions[file.path] = mentions.found
    if mentions.found:
        scanned.texts[file.path] = text
    if mentions.cut is not None:
        scanned.cut[file.path] = f"it has more than {MOST_WORDS:,} names"
    if mentions.broken is not None:
        scanned.broken[file.path] = f"no valid {file.format.name} at line {mentions.broken}"


def _told(reasons: Mapping[Path, str], outcome: str) -> Iterator[str]:
    for path, reason in islice(reasons.items(), MOST_REMARKS):
        yield f"{path.as_posix()} {outcome}: {reason}."
    if len(reasons) > MOST_REMARKS:
        yield f"{len(reasons) - MOST_REMARKS:,} more files likewise."
