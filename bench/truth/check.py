"""Measure ``llmanac check``: precision and recall over files written after real ones, in which each finding is marked.

The files stand in ``bench/truth/check_files``: those in ``built`` were written while the command was, those in
``composed`` after it. ``=== name`` begins a file, with ``(crlf)`` behind the name for the ends of its lines; what is
between « and » is an id that ``check`` has to tell: its last day is over or within 90 days, or it is not listed any
more.

    python -m bench.truth check [--quiet] [FOLDER...]
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from llmanac.cli.backend.choose import open_client
from llmanac.cli.check.judge import Judge
from llmanac.cli.check.scan import scan
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.syntax.formats import format_of, format_of_script

FILES = Path(__file__).with_name("check_files")
TODAY = date(2026, 11, 27)
"""The day for which the files are marked."""
WITHIN = timedelta(days=90)

_HEAD = re.compile(r"(?m)^=== (?P<name>\S+)(?P<crlf> \(crlf\))?\n")
_MARK = re.compile(r"«([^»]*)»")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An id at its place."""

    file: str
    line: int
    column: int
    id: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.id}"


@dataclass(frozen=True, slots=True)
class MarkedFile:
    """A file, and the ids in it that have to be told."""

    name: str
    content: str
    marked: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The findings that were right, missing or wrong."""

    kind: str
    right: int
    missed: tuple[Place, ...]
    wrong: tuple[Place, ...]


def main(arguments: Sequence[str]) -> None:
    """Print precision and recall of each folder, by format, and all that is missed or wrong."""
    quiet = "--quiet" in arguments
    names = [it for it in arguments if not it.startswith("-")] or sorted(it.name for it in FILES.iterdir())
    for name in names:
        files = [it for path in sorted((FILES / name).glob("*.txt")) for it in _files_in(path)]
        scores = _judge(files)
        if not quiet:
            for score in scores:
                for label, places in (("missed", score.missed), ("wrong", score.wrong)):
                    for place in places:
                        print(f"{label:7}{place}")
        kinds = Counter(it.kind for it in scores)
        right, missed, wrong = (sum(map(count, scores)) for count in (lambda it: it.right, _missed, _wrong))
        print(
            f"{name}: {len(scores)} files of {len(kinds)} kinds, {right + missed} ids to tell;"
            f" precision {right / max(1, right + wrong):.3f}, recall {right / max(1, right + missed):.3f}"
        )


def _missed(score: Score) -> int:
    return len(score.missed)


def _wrong(score: Score) -> int:
    return len(score.wrong)


def _files_in(path: Path) -> Iterator[MarkedFile]:
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        marked = text[head.end() : following.start() if following else None]
        name = f"{path.stem}/{head['name']}"
        content = _MARK.sub(r"\1", marked)
        places = tuple(_places(name, marked))
        yield MarkedFile(name, content.replace("\n", "\r\n") if head["crlf"] else content, places)


def _places(name: str, marked: str) -> Iterator[Place]:
    for number, line in enumerate(marked.split("\n"), 1):
        for before, found in enumerate(_MARK.finditer(line)):
            yield Place(name, number, found.start() - 2 * before + 1, found[1])


def _judge(files: Sequence[MarkedFile]) -> list[Score]:
    """The score of each file."""
    client = open_client(None, None)
    hosts = KnownHosts.of(client.providers())
    judge = Judge(client, hosts, today=TODAY, within=WITHIN)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for file in files:
            path = root / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content.encode())
        findings = judge.findings(scan([root], hosts))
    told = {
        Place(Path(it.path).relative_to(root).as_posix(), it.mention.line, it.mention.column, it.mention.id)
        for it in findings
        if it.violation.rule != "unpriced"
    }
    return [_score(file, {it for it in told if it.file == file.name}) for file in files]


def _score(file: MarkedFile, told: set[Place]) -> Score:
    marked = set(file.marked)
    path = Path(file.name)
    found = format_of(path) or format_of_script(file.content.encode().partition(b"\n")[0])
    kind = f"{found.name if found else 'none'} {path.suffix or path.name}"
    return Score(kind, len(marked & told), tuple(sorted(marked - told)), tuple(sorted(told - marked)))
