"""The baseline: the findings that a repository had when it was written, which fail no build."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import msgspec

from llmanac.cli.check.finding import BaselineState, Finding
from llmanac.cli.check.fingerprint import MentionKey, fingerprints
from llmanac.cli.check.whole_file import write_whole
from llmanac.domain.file_names import encodable
from llmanac.errors import InvalidParameters, NotFound

VERSION = 1


class _Versioned(msgspec.Struct):
    version: int


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    rule: str
    id: str
    count: Annotated[int, msgspec.Meta(ge=1)]

    @property
    def key(self) -> MentionKey:
        return MentionKey(self.path, self.rule, self.id)


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    findings: list[_Entry]


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many findings of each key are known; paths are relative to the folder of the baseline's file."""

    folder: Path
    counts: Mapping[MentionKey, int]

    @classmethod
    def of(cls, findings: Iterable[Finding], file: Path) -> Baseline:
        """The baseline with exactly these findings, to be written to ``file``."""
        folder = file.parent.resolve()
        found = fingerprints(findings, path_of=_relative_to(folder))
        return cls(folder, Counter(it.key for it in found))

    @classmethod
    def read(cls, file: Path) -> Baseline:
        """Read a baseline. Raises NotFound for a file that is not there, InvalidParameters for one that is none."""
        try:
            entries = _decode(file.read_bytes())
        except FileNotFoundError:
            raise NotFound(f"The baseline {file} does not exist; --write-baseline writes one.") from None
        except OSError as error:
            raise InvalidParameters(f"The baseline {file} cannot be read: {error.strerror}.") from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise InvalidParameters(f"{file} is no baseline: {error}. --write-baseline writes it anew.") from None
        return cls(file.parent.resolve(), {it.key: it.count for it in entries})

    def write(self, file: Path) -> None:
        """Write the baseline whole or not at all: sorted, a line for each key. Raises InvalidParameters."""
        entries = (_Entry(*key, count) for key, count in sorted(self.counts.items()))
        lines = ",".join(f"\n    {json.dumps(msgspec.to_builtins(it), ensure_ascii=False)}" for it in entries)
        end = "\n  " if lines else ""
        write_whole(file, f'{{\n  "version": {VERSION},\n  "findings": [{lines}{end}]\n}}\n')

    def marked(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings, each with its state; of one key the first in a file are the known ones."""
        found = fingerprints(findings, path_of=_relative_to(self.folder))
        return [
            replace(
                finding,
                baseline_state=BaselineState.UNCHANGED
                if it.occurrence <= self.counts.get(it.key, 0)
                else BaselineState.NEW,
            )
            for finding, it in zip(findings, found, strict=True)
        ]

    def mended(self, findings: Iterable[Finding], checked: Iterable[str], *, is_ignored: Callable[[str], bool]) -> int:
        """How many known findings are no more, in the files that were checked and in those that are gone."""
        relative = _relative_to(self.folder)
        looked_at = {encodable(relative(it)) for it in checked}
        found = Counter(it.key for it in fingerprints(findings, path_of=relative))
        return sum(
            max(0, count - found[key])
            for key, count in self.counts.items()
            if not is_ignored(key.id) and self._is_settled(key.path, looked_at)
        )

    def _is_settled(self, path: str, looked_at: Collection[str]) -> bool:
        return path in looked_at or not os.path.lexists(self.folder / path)


def _decode(content: bytes) -> list[_Entry]:
    version = msgspec.json.decode(content, type=_Versioned).version
    if version != VERSION:
        raise msgspec.ValidationError(f"its version is {version}, and this llmanac reads {VERSION}")
    entries = msgspec.json.decode(content, type=_Content).findings
    doubled = [key for key, times in Counter(it.key for it in entries).items() if times > 1]
    if doubled:
        raise msgspec.ValidationError(f"it lists {doubled[0].id} in {doubled[0].path} twice as {doubled[0].rule}")
    return entries


def _relative_to(folder: Path) -> Callable[[str], str]:
    """A function that makes paths relative to a folder, with slashes; they may lead out of it."""
    folders: dict[Path, str] = {}

    def relative(path: str) -> str:
        parent, name = Path(path).parent, Path(path).name
        if parent not in folders:
            folders[parent] = os.path.relpath(parent.resolve(), folder)
        return Path(folders[parent], name).as_posix()

    return relative
