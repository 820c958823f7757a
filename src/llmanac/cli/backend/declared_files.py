"""Reads files of overlays or of policies that a command is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llmanac.errors import InvalidParameters
from llmanac.service.rules.resources.followed_files import SUFFIXES, Document, DocumentKind


def read_files(paths: Sequence[Path], kind: DocumentKind[Document]) -> tuple[Document, ...]:
    """The documents of these files, and of those in these directories. Raises InvalidParameters."""
    declared: dict[str, Path] = {}
    documents: list[Document] = []
    for path in paths:
        for file in _files_in(path):
            for document in kind.read(_read(file), origin=str(file)):
                other = declared.setdefault(document.name, file)
                if other != file:
                    raise InvalidParameters(f"{document.name!r} is declared in {other} and in {file}: one of them may.")
                documents.append(document)
    return tuple(documents)


def _files_in(path: Path) -> list[Path]:
    return sorted(it for it in path.iterdir() if it.suffix in SUFFIXES) if path.is_dir() else [path]


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidParameters(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidParameters(f"{file} is not a text in UTF-8.") from None
