"""Writes the fixes of findings into their files, or shows them as a diff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

from llmanac.cli.check.finding import Finding
from llmanac.service.check.fixes import Edit, apply_edits
from llmanac.service.check.text import FileText


def fixed_files(findings: Iterable[Finding], texts: Mapping[Path, FileText]) -> dict[Path, bytes]:
    """The content of each file that a fix changes, after all its fixes."""
    edits: defaultdict[str, list[Edit]] = defaultdict(list)
    for it in findings:
        if it.fix is not None:
            edits[it.path].append(Edit(it.mention.start, it.mention.start + len(it.mention.id), it.fix))
    return {path: apply_edits(text, edits[path.as_posix()]) for path, text in texts.items() if path.as_posix() in edits}


def write_fixes(contents: Mapping[Path, bytes], texts: Mapping[Path, FileText]) -> list[Path]:
    """Write the contents; files that have changed since they were read, or cannot be written, are left and returned."""
    left = []
    for path, content in contents.items():
        text = texts[path]
        try:
            if path.read_bytes() != text.encode(text.data):
                left.append(path)
            else:
                path.write_bytes(content)
        except OSError:
            left.append(path)
    return left


def diff(contents: Mapping[Path, bytes], texts: Mapping[Path, FileText]) -> str:
    """The changes as a unified diff, which ``patch`` and ``git apply`` take."""
    return "".join(
        line
        for path, content in contents.items()
        for line in _diff(path.as_posix(), texts[path].encode(texts[path].data), content)
    )


def _diff(path: str, before: bytes, after: bytes) -> Sequence[str]:
    was, becomes = (_lines(it) for it in (before, after))
    changes = unified_diff(was, becomes, f"a/{path}", f"b/{path}")
    return [it if it.endswith("\n") else f"{it}\n\\ No newline at end of file\n" for it in changes]


def _lines(content: bytes) -> list[str]:
    text = FileText.read(content)
    data = text.data if text else content
    return data.decode(errors="replace").splitlines(keepends=True)
