"""Files of documents that a server follows: what changes in them is taken over, unless it cannot be read.

Of what cannot be read, the last good reading holds: in memory and, for the next start, in a file of the installation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from llmanac.errors import ConfigurationError, InvalidParameters
from llmanac.rules.documents import MOST_CHARACTERS, read_overlays, read_policies, write_documents
from llmanac.rules.overlay import Overlay
from llmanac.rules.policy import Policy

SUFFIXES = (".toml", ".json")
"""The names of files in a directory that are read end in one of these."""
MOST_FILES = 1000

Document = TypeVar("Document", Overlay, Policy)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DocumentKind(Generic[Document]):
    """A kind of document."""

    key: str
    """The name of the list in a file, and of the setting that names files: ``overlays`` or ``policies``."""
    read: Callable[..., tuple[Document, ...]]
    """Reads a text, as ``rules.documents.read_overlays`` does."""


OVERLAY_FILES = DocumentKind("overlays", read_overlays)
POLICY_FILES = DocumentKind("policies", read_policies)


@dataclass(frozen=True, slots=True)
class DeclaredInFile(Generic[Document]):
    """A document, the file that declares it, and when that was written."""

    document: Document
    file: str
    written_at: datetime


class FollowedFiles(Generic[Document]):
    """The documents of a file, or of all TOML and JSON files of a directory. All methods block."""

    def __init__(self, path: Path, kind: DocumentKind[Document], *, last_good: Path | None = None) -> None:
        """``last_good`` is where to keep a copy of what was read."""
        self._path = path
        self._kind: DocumentKind[Document] = kind
        self._last_good = last_good
        self._signature: object = None
        self.documents: tuple[DeclaredInFile[Document], ...] = ()
        self.trouble: str | None = None
        """The reason that the files as they are now cannot be read, so that an earlier reading holds; else None."""

    def open(self) -> None:
        """Read the files for the first time; where they cannot be read, the last good reading of an earlier start.

        Raises ConfigurationError where there is none.
        """
        try:
            self._take_over(self._sign())
        except InvalidParameters as error:
            if not self._recall():
                raise ConfigurationError(error.detail) from None
            self._say(error.detail)

    def look(self) -> bool:
        """Read the files anew if any has changed; True if other documents are declared than before."""
        try:
            signature = self._sign()
            if signature == self._signature:
                return False
            before = self.documents
            self._signature = signature
            self._take_over(signature)
        except InvalidParameters as error:
            self._say(error.detail)
            return False
        return self.documents != before

    def _take_over(self, signature: object) -> None:
        self.documents = tuple(self._read_all())
        self._signature = signature
        if self.trouble is not None:
            logger.info("%s can be read again.", self._path)
        self.trouble = None
        self._keep()

    def _say(self, detail: str) -> None:
        if detail != self.trouble:
            logger.error("%s What was last read of %s holds.", detail, self._path)
        self.trouble = detail

    def _read_all(self) -> Iterator[DeclaredInFile[Document]]:
        """Every document. Raises InvalidParameters, naming the file."""
        declared: dict[str, Path] = {}
        for file in self._files():
            try:
                if file.stat().st_size > MOST_CHARACTERS:
                    raise InvalidParameters(f"{file} has more than {MOST_CHARACTERS} bytes.")
                text = file.read_text(encoding="utf-8")
                written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            except OSError as error:
                raise InvalidParameters(f"{file} cannot be read: {error.strerror}.") from None
            except UnicodeDecodeError:
                raise InvalidParameters(f"{file} is not a text in UTF-8.") from None
            for document in self._kind.read(text, origin=str(file)):
                other = declared.setdefault(document.name, file)
                if other != file:
                    raise InvalidParameters(
                        f"{document.name!r} is declared in {other} and in {file}: only one of them may."
                    )
                yield DeclaredInFile(document, str(file), written_at)

    def _files(self) -> list[Path]:
        """The files, by name. Raises InvalidParameters where there is none."""
        if not self._path.is_dir():
            return [self._path]
        try:
            files = sorted(it for it in self._path.iterdir() if it.suffix in SUFFIXES and it.is_file())
        except OSError as error:
            raise InvalidParameters(f"{self._path} cannot be read: {error.strerror}.") from None
        if len(files) > MOST_FILES:
            raise InvalidParameters(f"{self._path} has {len(files)} files; {MOST_FILES} are read at most.")
        return files

    def _sign(self) -> object:
        """The signature of the files, another once one has changed. Raises InvalidParameters where one is missing."""
        try:
            stats = [(str(file), file.stat()) for file in self._files()]
        except OSError as error:
            raise InvalidParameters(f"{self._path} cannot be read: {error.strerror}.") from None
        return [(name, it.st_mtime_ns, it.st_size, it.st_ino) for name, it in stats]

    def _keep(self) -> None:
        """Keep what was read for a start at which it can't be; a disk that takes no more is no reason to stop."""
        if self._last_good is None:
            return
        with suppress(OSError):
            self._last_good.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._last_good.with_suffix(".tmp")
            temporary.write_text(
                write_documents([it.document for it in self.documents], key=self._kind.key), encoding="utf-8"
            )
            temporary.replace(self._last_good)

    def _recall(self) -> bool:
        if self._last_good is None:
            return False
        try:
            text = self._last_good.read_text(encoding="utf-8")
            written_at = datetime.fromtimestamp(self._last_good.stat().st_mtime, UTC)
            documents = self._kind.read(text, origin=str(self._last_good))
        except (OSError, UnicodeDecodeError, InvalidParameters):
            return False
        self.documents = tuple(DeclaredInFile(it, str(self._path), written_at) for it in documents)
        return True
