"""Writes small files whole or not at all."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

from llmanac.errors import InvalidParameters


def write_whole(path: Path, text: str) -> None:
    """Write a text as UTF-8 into a file that is replaced in one step. Raises InvalidParameters."""
    target = path.resolve()  # a link stays one
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        # Names of files need not be UTF-8; what is none becomes question marks.
        temporary.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        temporary.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise InvalidParameters(f"{path} cannot be written: {error.strerror}.") from None
