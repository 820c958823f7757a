"""Standard output is for data, standard error for people; errors end the command with a code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import typer

from llmanac.errors import (
    AlreadyExists,
    AuthenticationFailed,
    ConfigurationError,
    Forbidden,
    InvalidParameters,
    InvalidRequest,
    LlmanacError,
    NotFound,
    UpstreamFailed,
    UsageLimitExceeded,
    WriteConflict,
)


class Exit(IntEnum):
    """What the command's exit code says."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NOT_ALLOWED = 4
    CONFLICT = 5
    LIMITED = 6
    UNREACHABLE = 7


CODES: tuple[tuple[type[LlmanacError], Exit], ...] = (
    (NotFound, Exit.NOT_FOUND),
    (AuthenticationFailed, Exit.NOT_ALLOWED),
    (Forbidden, Exit.NOT_ALLOWED),
    (AlreadyExists, Exit.CONFLICT),
    (WriteConflict, Exit.CONFLICT),
    (InvalidRequest, Exit.USAGE),
    (InvalidParameters, Exit.USAGE),
    (UsageLimitExceeded, Exit.LIMITED),
    (UpstreamFailed, Exit.UNREACHABLE),
    (ConfigurationError, Exit.USAGE),
)


def say(message: str) -> None:
    """Tell the person; programs that read standard output do not see it."""
    typer.echo(message, err=True)


def put(data: str) -> None:
    """Give out data."""
    typer.echo(data)


def put_json(value: Any) -> None:
    put(json.dumps(value, indent=2, ensure_ascii=False, default=str))


@contextmanager
def errors_explained() -> Iterator[None]:
    """An error of ours becomes one line and an exit code; a pipe that closes early is no error."""
    try:
        yield
    except LlmanacError as error:
        say(f"llmanac: {error.detail}")
        raise SystemExit(exit_code(error)) from None
    except BrokenPipeError:
        # The reader of our output has gone; without this Python complains once more when it flushes.
        sys.stdout = None
        raise SystemExit(Exit.OK) from None


def exit_code(error: LlmanacError) -> Exit:
    return next((code for kind, code in CODES if isinstance(error, kind)), Exit.FAILED)
