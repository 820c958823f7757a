"""Finds the files of a repository that may mention models: programs and configurations that are its own."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from llmanac.errors import NotFound
from llmanac.service.check.syntax.formats import PLAIN, FileFormat, format_of, format_of_script
from llmanac.service.check.text import FileText

LARGEST = 1 << 20
"""The size of the largest file that is read, in bytes."""
MOST_FILES = 100_000
"""Files of one call; what comes after them is not read, and the command says so."""

SKIPPED_DIRECTORIES = frozenset(
    "node_modules bower_components venv env site-packages __pycache__ dist build target vendor third_party coverage "
    "htmlcov out".split()
)
"""Directories that are not searched; hidden ones are not, either, except HIDDEN_BUT_READ."""
HIDDEN_BUT_READ = frozenset(
    ".agent .agents .aider .amazonq .augment .azure-pipelines .azuredevops .buildkite .circleci .claude .claude-plugin "
    ".cline .clinerules .codex .config .continue .copilot .crush .cursor .devcontainer .docker .factory .forgejo "
    ".gemini .gitea .github .gitlab .goose .helix .idea .junie .kilocode .kiro .litellm .llm .mcp .nvim .openai "
    ".opencode .openhands .pi .promptfoo .qwen .roo .teamcity .trae .vscode .windsurf .woodpecker .zed".split()
)
"""Hidden directories of tools that name models."""

LOCKS = frozenset(
    "package-lock.json npm-shrinkwrap.json pnpm-lock.yaml yarn.lock bun.lock uv.lock poetry.lock pdm.lock pipfile.lock "
    "composer.lock cargo.lock go.sum gemfile.lock deno.lock flake.lock mix.lock".split()
)
BASELINE = "llmanac-baseline.json"
"""The name of baselines in the docs; one that is named as such is not read, whatever it is called."""
_GENERATED = re.compile(r".*\.(?:min|bundle|chunk)\.(?:js|mjs|css)|.*\.map|.*\.(?:pb|generated)\.\w+", re.IGNORECASE)
_FIRST_LINE = 120


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may mention models."""

    path: Path
    format: FileFormat


def files(
    paths: Sequence[Path], *, excluded: Sequence[str] = (), own: Collection[Path] = (), force_exclude: bool = False
) -> Iterator[FoundFile]:
    """Every file that may mention models, in order; files in ``paths`` are included under any name.

    ``own`` are files of the command itself, which are left out. With ``force_exclude`` files in ``paths`` are chosen
    like those below a directory, and may be gone: programs list them so. Raises NotFound for a path that is not there.
    """
    owned = {it.resolve() for it in own}
    names = {it.name for it in own}
    for found in _files(paths, excluded, force_exclude=force_exclude):
        if found.path.name not in names or found.path.resolve() not in owned:
            yield found


def _files(paths: Sequence[Path], excluded: Sequence[str], *, force_exclude: bool) -> Iterator[FoundFile]:
    for path in paths:
        if path.is_dir():
            yield from _below(path, excluded)
        elif force_exclude:
            yield from _listed(path, excluded)
        elif path.exists():
            yield FoundFile(path, format_of(path) or _format_of_content(path) or PLAIN)
        else:
            raise NotFound(f"{path} does not exist.")


def read(path: Path) -> FileText | str:
    """The text of a file, or why it was not read."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return "not a regular file"
        if found.st_size > LARGEST:
            return f"larger than {LARGEST >> 20} MiB"
        return FileText.read(path.read_bytes()) or "not a text"
    except OSError as error:
        return (error.strerror or "unreadable").lower()


def _format(path: Path) -> FileFormat | None:
    """The format of a file; None for one that is neither program nor configuration."""
    if path.name.lower() in LOCKS or path.name == BASELINE or _GENERATED.fullmatch(path.name):
        return None
    return format_of(path) or (None if path.suffix else _format_of_content(path))


def _format_of_content(path: Path) -> FileFormat | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return format_of_script(file.readline(_FIRST_LINE))
    except OSError:
        return None


def _below(root: Path, excluded: Sequence[str]) -> Iterator[FoundFile]:
    for folder, directories, names in os.walk(root):
        directories[:] = sorted(it for it in directories if _is_entered(it))
        for name in sorted(names):
            path = Path(folder, name)
            found = _format(path)
            if found is not None and not _is_excluded(path.relative_to(root).as_posix(), excluded):
                yield FoundFile(path, found)


def _listed(path: Path, excluded: Sequence[str]) -> Iterator[FoundFile]:
    """The file, if it would be found below the directory in which the command runs, or below one above that."""
    relative = Path(os.path.relpath(path))
    is_entered = all(_is_entered(it) for it in relative.parts[:-1] if it != os.pardir)
    found = _format(path)
    if found is not None and is_entered and not _is_excluded(relative.as_posix(), excluded):
        yield FoundFile(path, found)


def _is_excluded(relative: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(relative, pattern) for pattern in patterns)


def _is_entered(directory: str) -> bool:
    if directory.startswith("."):
        return directory in HIDDEN_BUT_READ
    return directory not in SKIPPED_DIRECTORIES
