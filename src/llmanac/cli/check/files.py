"""Finds the files of a repository that may mention models: programs and configurations that are its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from llmanac.errors import NotFound
from llmanac.service.check.mentions import Syntax

LARGEST = 1 << 20
"""The size of the largest file that is read, in bytes."""

SKIPPED_DIRECTORIES = frozenset(
    "node_modules venv env site-packages __pycache__ dist build target vendor third_party coverage htmlcov out".split()
)
"""Directories that are not searched; hidden ones are not, either, except HIDDEN_BUT_READ."""
HIDDEN_BUT_READ = frozenset(
    {".github", ".gitlab", ".circleci", ".continue", ".codex", ".claude", ".opencode", ".vscode"}
)

LOCKS = frozenset("package-lock.json pnpm-lock.yaml yarn.lock uv.lock poetry.lock composer.lock go.sum".split())

CONFIGURATIONS = frozenset(
    ".yaml .yml .json .jsonc .json5 .toml .ini .cfg .conf .env .properties .tf .tfvars .hcl .ipynb".split()
)
PROGRAMS = frozenset(
    ".py .pyi .ts .tsx .mts .cts .js .jsx .mjs .cjs .go .rs .java .kt .kts .scala .rb .php .cs .fs .swift .dart .ex "
    ".exs .sh .bash .zsh .ps1 .lua .r .jl .sql .vue .svelte .c .cc .cpp .h .hpp".split()
)
QUOTED_ONLY = frozenset({".json", ".jsonc", ".json5", ".ipynb"})


def files(paths: Sequence[Path], *, excluded: Sequence[str] = ()) -> Iterator[tuple[Path, Syntax]]:
    """Every file that may mention models, in order, with its syntax; files in ``paths`` are included under any name.

    Raises NotFound for a path that is not there.
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path, excluded)
        elif path.exists():
            yield path, syntax_of(path) or Syntax.CONFIGURATION
        else:
            raise NotFound(f"{path} does not exist.")


def syntax_of(path: Path) -> Syntax | None:
    """The syntax of a file by its name; None for one that is neither program nor configuration."""
    if path.name in LOCKS or ".min." in path.name:
        return None
    if path.suffix in QUOTED_ONLY or path.suffix in PROGRAMS:
        return Syntax.PROGRAM
    if path.suffix in CONFIGURATIONS or path.name.startswith((".env", "Dockerfile")):
        return Syntax.CONFIGURATION
    return None


def read(path: Path) -> str | None:
    """The text of a file; None for one that is too large, unreadable, or not UTF-8."""
    try:
        if path.stat().st_size > LARGEST:
            return None
        data = path.read_bytes()
        return None if b"\0" in data else data.decode()
    except (OSError, UnicodeDecodeError):
        return None


def _below(root: Path, excluded: Sequence[str]) -> Iterator[tuple[Path, Syntax]]:
    for folder, directories, names in os.walk(root):
        directories[:] = sorted(it for it in directories if _is_entered(it))
        for name in sorted(names):
            path = Path(folder, name)
            syntax = syntax_of(path)
            relative = path.relative_to(root).as_posix()
            if syntax is not None and not any(fnmatch(relative, pattern) for pattern in excluded):
                yield path, syntax


def _is_entered(directory: str) -> bool:
    if directory.startswith("."):
        return directory in HIDDEN_BUT_READ
    return directory not in SKIPPED_DIRECTORIES
