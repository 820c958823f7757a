"""Reads usage logs line by line: each line becomes one outcome, whatever is in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import chain
from typing import Any, BinaryIO

import msgspec

from llmanac.domain.records import MAX_ID_LENGTH
from llmanac.usage.logs import claude_code, codex
from llmanac.usage.logs.csv_export import CsvExport
from llmanac.usage.logs.lines import Line, lines_of
from llmanac.usage.logs.repeats import Numbered, Place, Repeats
from llmanac.usage.logs.table import export_of
from llmanac.usage.logs.vendor_lines import VendorLines
from llmanac.usage.own_fields import field_reader
from llmanac.usage.record import NotPriced, NotPricedReason, Outcome, Skipped, UsageFault, UsageRecord

LARGEST_FIELD = 8 << 20
"""Maximum length of a field of CSV, in characters."""
NOT_AN_OBJECT = NotPriced(NotPricedReason.UNREADABLE, "It is no JSON object; `jq -c '.[]'` makes lines of a list.")
NO_JSON = NotPriced(NotPricedReason.UNREADABLE, "It is no JSON in UTF-8: each line should be an object.")
TOO_DEEP = NotPriced(NotPricedReason.UNREADABLE, "Its JSON is nested too deeply.")
DAMAGED_ROW = NotPriced(
    NotPricedReason.UNREADABLE,
    f"It is no CSV: a quote has no end, or a field has more than {LARGEST_FIELD:,} characters.",
)
NO_ROW = NotPriced(NotPricedReason.UNREADABLE, "It has another number of fields than the header.")

decode = msgspec.json.decode


class UsageReader:
    """Reads the logs of one bill, one file after another; a request that they repeat is counted once."""

    def __init__(self, zone: tzinfo | None = None, *, fields: Sequence[str] = (), largest: int | None = None) -> None:
        """``zone`` is that of times that state none; ``largest`` is the most bytes of a file, unpacked.

        ``fields`` are the names of the lines' own fields that records have.
        """
        self._zone = zone
        self._fields_of = field_reader(fields)
        self._largest = largest
        self._vendor_lines = VendorLines(zone)
        self._repeats = Repeats()
        self._files = 0

    def read(self, file: BinaryIO) -> Iterator[Numbered]:
        """The outcomes of a binary file, plain or gzip. Some may follow only from ``finish``. Raises InvalidRequest."""
        number, self._files = self._files, self._files + 1
        lines = lines_of(file, largest=self._largest)
        first = next(lines, None)
        if first is None:
            return iter(())
        export = _export_of(first[1])
        if export is not None:
            return self._rows(export, first[1], lines, file=number)
        return self._objects(chain((first,), lines), number)

    def finish(self) -> Iterator[Numbered]:
        """The outcomes that waited for the end of all files."""
        return self._repeats.flush()

    def _objects(self, lines: Iterator[tuple[int, Line]], file: int) -> Iterator[Numbered]:
        session = codex.CodexSession()
        read_vendors = self._vendor_lines.read
        for number, text in lines:
            if isinstance(text, NotPriced):
                yield file, number, text
                continue
            try:
                line = decode(text)
                if line.__class__ is not dict:
                    yield file, number, NOT_AN_OBJECT
                elif "type" in line and (codex.is_line(line) or claude_code.is_line(line)):
                    yield from self._session_line(line, session, (file, number))
                else:
                    yield file, number, self._slim(read_vendors(line))
            except UsageFault as fault:
                yield file, number, fault.why
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield file, number, _unreadable(text, error)

    def _session_line(self, line: dict[str, Any], session: codex.CodexSession, place: Place) -> Iterator[Numbered]:
        if codex.is_line(line):
            found = session.read(line)
            yield *place, found if isinstance(found, Skipped) else self._slim(found)
            return
        message = claude_code.read(line)
        if isinstance(message, Skipped):
            yield *place, message
            return
        key, record = message
        if key is None:
            yield *place, self._slim(record)
        else:
            yield from self._repeats.add(key, place, self._slim(record))

    def _slim(self, record: UsageRecord) -> UsageRecord:
        """A record without its line, since that may be of any size, and waits with others to be priced.

        Raises UsageFault for an id that is longer than any.
        """
        model, host, is_sure, at, reading, shape, line = record
        if len(model) > MAX_ID_LENGTH or (host is not None and len(host) > MAX_ID_LENGTH):
            detail = f"{model[:80]!r} at {(host or 'any host')[:80]!r} is longer than any id."
            raise UsageFault(NotPricedReason.UNKNOWN_MODEL, detail)
        return UsageRecord(model, host, is_sure, at, reading, shape, self._fields_of(line))

    def _rows(
        self, export: CsvExport, header: Line, lines: Iterator[tuple[int, Line]], *, file: int
    ) -> Iterator[Numbered]:
        texts = _Texts(header, lines)
        rows = csv.reader(texts)
        csv.field_size_limit(LARGEST_FIELD)
        columns = [name.strip() for name in next(rows)]
        while True:
            texts.first = 0
            try:
                row = next(rows, None)
            except csv.Error:
                yield file, texts.first, DAMAGED_ROW
                continue
            if row is None:
                break
            yield file, texts.first, self._row(export, columns, row)
        if texts.fault is not None:
            yield file, texts.number, texts.fault

    def _row(self, export: CsvExport, columns: list[str], row: list[str]) -> Outcome:
        if len(row) != len(columns):
            return NO_ROW
        try:
            found = export.read(dict(zip(columns, row, strict=True)), self._zone)
            return found if isinstance(found, Skipped) else self._slim(found)
        except UsageFault as fault:
            return fault.why


class _Texts(Iterator[str]):
    """Lines as the texts of a CSV, with the numbers of those that the current row begins and ends with."""

    def __init__(self, header: Line, lines: Iterator[tuple[int, Line]]) -> None:
        self._lines: Iterator[tuple[int, Line]] = chain(((1, header),), lines)
        self.number = 0
        self.first = 0
        self.fault: NotPriced | None = None

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        self.first = self.first or self.number
        if isinstance(line, NotPriced):
            self.fault = line
            raise StopIteration
        return line.decode("utf-8", "replace")


def _export_of(line: Line) -> CsvExport | None:
    """The format of CSV that a first line is the header of; None where it is none."""
    if isinstance(line, NotPriced) or line.lstrip()[:1] in (b"{", b"["):
        return None
    try:
        columns = next(csv.reader([line.decode("utf-8")]), [])
    except (UnicodeDecodeError, csv.Error):
        return None
    return export_of({name.strip() for name in columns})


def _unreadable(text: bytes, error: Exception) -> NotPriced:
    if not text.endswith(b"\n") and isinstance(error, msgspec.DecodeError):
        return NotPriced(NotPricedReason.TRUNCATED, "The file ends in the middle of it.")
    return TOO_DEEP if isinstance(error, RecursionError) else NO_JSON
