"""Writes data to standard output and messages to standard error; maps errors to exit codes."""

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
    """Exit codes of the command."""

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
    """Print a message to standard error."""
    typer.echo(message, err=True)


def put(data: str) -> None:
    """Print data to standard output."""
    typer.echo(data)


def put_json(value: Any) -> None:
    """Print a value as indented JSON to standard output."""
    put(json.dumps(value, indent=2, ensure_ascii=False, default=str))


@contextmanager
def errors_explained() -> Iterator[None]:
    """Turns an LlmanacError into one line and an exit code; a pipe that is closed early is no error."""
    try:
        yield
    except LlmanacError as error:
        say(f"llmanac: {error.detail}")
        raise SystemExit(exit_code(error)) from None
    except BrokenPipeError:
        # The reader has closed the pipe; without this, Python reports the error again when it flushes.
        sys.stdout = None
        raise SystemExit(Exit.OK) from None


def exit_code(error: LlmanacError) -> Exit:
    """The exit code of an error."""
    return next((code for kind, code in CODES if isinstance(error, kind)), Exit.FAILED)
