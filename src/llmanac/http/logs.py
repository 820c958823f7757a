"""Logging: one line per event on standard error, as JSON or text, without secrets.

Every module logs with the standard library; structlog formats the lines and adds the ids of the request. Secrets are
redacted from every text of a line, whatever field or traceback it is in.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from enum import StrEnum
from functools import cached_property
from typing import Any, TextIO

import orjson

from llmanac.http.middleware.access_log import CONTEXT

REDACTED = "[redacted]"

_SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    # A token: its id is kept, so that it can be found and revoked.
    (re.compile(r"(llma_[0-9A-Za-z]{8})_[0-9A-Za-z_]+"), rf"\1_{REDACTED}"),
    (re.compile(r"\bey[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*"), REDACTED),
    # The user and password of a URL.
    (re.compile(r"(?<=://)[^/\s\"'@]+@"), f"{REDACTED}@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+"), rf"\1 {REDACTED}"),
    (re.compile(r"(?i)\b((?:x-api-key|password|secret|cookie)\"?'?\s*[:=]\s*[\"']?)[^\s\"',;]+"), rf"\1{REDACTED}"),
)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class LogFormat(StrEnum):
    """The format of lines."""

    JSON = "json"
    TEXT = "text"


def configure(form: LogFormat, *, level: int = logging.INFO, stream: TextIO | None = None) -> LogFormatter:
    """Make all loggers of the process write lines of this format."""
    formatter = LogFormatter(form)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("llmanac").setLevel(level)
    return formatter


class LogFormatter(logging.Formatter):
    """Formats lines with structlog, which is imported for the first of them, or by ``prepare``.

    structlog takes 0.12 s to import: as much as the rest of a start.
    """

    def __init__(self, form: LogFormat) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        return self._structlog.format(record)

    def prepare(self) -> None:
        """Import structlog now, so that the first line does not wait for it."""
        self._structlog  # noqa: B018 -- a cached property, made by being read

    @cached_property
    def _structlog(self) -> logging.Formatter:
        import structlog  # noqa: PLC0415 -- a server starts without it: the first line imports it

        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                _add_request,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _render_json if self._form is LogFormat.JSON else _render_text,
            ],
        )


def _add_request(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {**event, **CONTEXT.get()}


def redact(text: str) -> str:
    """The text with secrets replaced by ``[redacted]``."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def _render_json(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(_redact_all(dict(event)), option=orjson.OPT_NON_STR_KEYS).decode()


def _redact_all(value: Any) -> Any:
    """The value with secrets redacted, in types that JSON has."""
    match value:
        case dict():
            return {str(key): _redact_all(member) for key, member in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redact_all(member) for member in value]
        case None | bool() | int() | float():
            return value
        case _:
            return _escape(redact(str(value)))


def _render_text(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """A line, followed by the traceback if there is one."""
    traceback = event.pop("exception", None)
    start = f"{event.pop('timestamp')} {event.pop('level').upper():7} {event.pop('event')}"
    fields = " ".join(f"{key}={_plain(value)}" for key, value in sorted(event.items()))
    line = _one_line(redact(f"{start} {fields}".rstrip()))
    return line if traceback is None else f"{line}\n{redact(traceback)}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value and " " not in value else repr(value)


def _one_line(text: str) -> str:
    """The text with line breaks escaped, so that no input can start a line of the log."""
    return _escape(text.replace("\n", "\\n").replace("\r", "\\r"))


def _escape(text: str) -> str:
    """The text with control and bidirectional characters escaped, so that no input can control a terminal."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
