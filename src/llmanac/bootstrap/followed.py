"""The files of overlays and policies that an installation follows: named by the settings, or by its last server's."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from llmanac.service.rules.resources.followed_files import (
    OVERLAY_FILES,
    POLICY_FILES,
    Document,
    DocumentKind,
    FollowedFiles,
)
from llmanac.settings import Settings


def followed_files(settings: Settings, kind: DocumentKind[Document]) -> FollowedFiles[Document] | None:
    """The followed files of a kind; None where there are none.

    A command whose settings name none follows those of the server that was last started on the data directory: a
    refresh without them would take what they add for gone.
    """
    path = _path_in(settings, kind.key) or _recorded(settings, kind.key)
    copy = _record(settings, kind.key).with_suffix(".json")
    return None if path is None else FollowedFiles(path, kind, last_good=copy)


def record_followed(settings: Settings) -> None:
    """Record which files a server follows; of those that it follows no more, nothing is kept."""
    for key in (OVERLAY_FILES.key, POLICY_FILES.key):
        record, path = _record(settings, key), _path_in(settings, key)
        with suppress(OSError):  # a disk that takes no more is no reason to stop
            if path is not None:
                record.parent.mkdir(parents=True, exist_ok=True)
                record.write_text(f"{path.absolute()}\n", encoding="utf-8")
                continue
            for file in (record, record.with_suffix(".json")):
                file.unlink(missing_ok=True)


def _path_in(settings: Settings, key: str) -> Path | None:
    path: Path | None = getattr(settings, key)
    return path


def _recorded(settings: Settings, key: str) -> Path | None:
    try:
        return Path(_record(settings, key).read_text(encoding="utf-8").rstrip("\n"))
    except FileNotFoundError:
        return None


def _record(settings: Settings, key: str) -> Path:
    return settings.data_dir / "followed" / f"{key}.path"
