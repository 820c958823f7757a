"""The formats of files, by name: which reader reads which file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from llmanac.service.check.syntax.code import CodeReader
from llmanac.service.check.syntax.documents import JsonReader, NotebookReader
from llmanac.service.check.syntax.grammars import BASH, HCL, PYTHON, TOML, TSX, TYPESCRIPT, YAML
from llmanac.service.check.syntax.lines import AssignmentReader, CommandReader, PlainReader
from llmanac.service.check.syntax.scalar import ScalarReader
from llmanac.service.check.syntax.tree import TreeReader

NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """A format of files, and the names of files that are in it."""

    name: str
    """Its name, in messages."""
    suffixes: frozenset[str] = frozenset()
    files: re.Pattern[str] = NEVER
    """Whole names of files, whatever their suffix."""
    interpreters: frozenset[str] = frozenset()
    """Programs that the first line of a file without a suffix names."""
    open: Callable[[bytes], ScalarReader]


def _suffixes(names: str) -> frozenset[str]:
    return frozenset(f".{name}" for name in names.split())


def _names(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


PLAIN = FileFormat(name="text", open=PlainReader)
"""Plain text: the format of a file of no other, and of lines that are not in their file's format."""

FORMATS = (
    FileFormat(
        name="YAML",
        suffixes=_suffixes("yaml yml"),
        files=_names(r"\.clang-format|\.aider\.conf\.yml|\.continuerc\.ya?ml"),
        open=partial(TreeReader, YAML),
    ),
    FileFormat(name="JSON", suffixes=_suffixes("json jsonc json5 code-workspace"), open=JsonReader),
    FileFormat(name="notebook", suffixes=_suffixes("ipynb"), open=NotebookReader),
    FileFormat(name="TOML", suffixes=_suffixes("toml"), files=_names(r"pipfile"), open=partial(TreeReader, TOML)),
    FileFormat(name="HCL", suffixes=_suffixes("tf tfvars hcl nomad"), open=partial(TreeReader, HCL)),
    FileFormat(
        name="assignments",
        suffixes=_suffixes("env ini cfg conf properties"),
        files=_names(r"\.?env(?:[._-].*)?|.*\.env\..*|\.editorconfig|\.npmrc"),
        open=AssignmentReader,
    ),
    FileFormat(
        name="shell",
        suffixes=_suffixes("sh bash zsh ksh bats"),
        files=_names(r"\.envrc|\.(?:bash|zsh)(?:rc|env|_profile|_aliases)|\.z?profile|\.zprofile|pkgbuild"),
        interpreters=frozenset({"sh", "bash", "zsh", "dash", "ksh"}),
        open=partial(TreeReader, BASH),
    ),
    FileFormat(
        name="commands",
        suffixes=_suffixes("fish mk mak make dockerfile containerfile ps1 bat cmd just service"),
        files=_names(
            r"(?:gnu)?makefile(?:\..*)?|(?:dockerfile|containerfile)(?:\..*)?|.*\.dockerfile|\.?justfile|procfile"
        ),
        interpreters=frozenset({"fish", "make"}),
        open=CommandReader,
    ),
    FileFormat(
        name="Python",
        suffixes=_suffixes("py pyi pyw"),
        files=_names(r"sconstruct|snakefile"),
        interpreters=frozenset({"python", "uv"}),
        open=partial(TreeReader, PYTHON),
    ),
    FileFormat(name="TypeScript", suffixes=_suffixes("ts mts cts"), open=partial(TreeReader, TYPESCRIPT)),
    FileFormat(
        name="JavaScript",
        suffixes=_suffixes("js jsx mjs cjs tsx"),
        interpreters=frozenset({"node", "deno", "bun"}),
        open=partial(TreeReader, TSX),
    ),
    FileFormat(
        name="code",
        suffixes=_suffixes(
            "go rs java kt kts scala groovy gradle cs fs swift dart c cc cpp h hpp m mm zig vue svelte astro sol proto"
        ),
        files=_names(r"jenkinsfile.*"),
        open=partial(CodeReader, comments="c"),
    ),
    FileFormat(
        name="code",
        suffixes=_suffixes("rb ex exs r jl nix pl pm cr coffee tcl nim star bzl"),
        files=_names(r"gemfile|rakefile|tiltfile|build\.bazel"),
        interpreters=frozenset({"ruby", "perl"}),
        open=partial(CodeReader, comments="hash"),
    ),
    FileFormat(
        name="code",
        suffixes=_suffixes("lua sql hs elm"),
        interpreters=frozenset({"lua"}),
        open=partial(CodeReader, comments="dashes"),
    ),
    FileFormat(name="code", suffixes=_suffixes("php"), open=partial(CodeReader, comments="c and hash")),
)
"""The formats that are read. What is named whole goes before what has a suffix."""


def format_of(path: PurePath) -> FileFormat | None:
    """The format of a file by its name; None for one that no format claims."""
    named = (it for it in FORMATS if it.files.fullmatch(path.name))
    return next(named, None) or next((it for it in FORMATS if path.suffix.lower() in it.suffixes), None)


def format_of_script(first_line: bytes) -> FileFormat | None:
    """The format of a script by the interpreter that its first line names; None where it names none."""
    if not first_line.startswith(b"#!"):
        return None
    words = first_line[2:].decode(errors="replace").split()
    programs = {re.sub(r"[\d.]+$", "", PurePath(word).name) for word in words if not word.startswith("-")}
    return next((it for it in FORMATS if programs & it.interpreters), None)
