"""Prints refreshes for people: the outcome of each source, and the reasons for what was held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from llmanac.cli.output.tables import TableColumn, put_table
from llmanac.cli.output.terminal import put, say
from llmanac.service.refresh.records import Outcome

Record = dict[str, Any]
"""A refresh, or one source of it, in the API's shape."""

LISTED = (
    TableColumn("ID"),
    TableColumn("BEGUN BY"),
    TableColumn("OUTCOME"),
    TableColumn("HELD", may_wrap=True),
    TableColumn("SOURCES", may_wrap=True),
)
SOURCES = (
    TableColumn("SOURCE"),
    TableColumn("OUTCOME"),
    TableColumn("ADDED", is_number=True),
    TableColumn("REMOVED", is_number=True),
    TableColumn("CHANGED", is_number=True),
    TableColumn("REPRICED", is_number=True),
    TableColumn("HELD", is_number=True),
    TableColumn("REJECTS", is_number=True),
    TableColumn("BYTES", is_number=True),
    TableColumn("SECONDS", is_number=True),
)
HELD = (
    TableColumn("SOURCE"),
    TableColumn("RULE"),
    TableColumn("ENTRY", may_wrap=True),
    TableColumn("TIMES", is_number=True),
    TableColumn("WHY", may_wrap=True),
)

WHOLE_FEED = "(the whole feed)"
NOTHING = "-"


def put_refreshes(records: Sequence[Record]) -> None:
    """Print a line for each refresh."""
    put_table(
        LISTED,
        [
            (
                it["id"],
                it["trigger"],
                it["outcome"] or it["status"],
                "; ".join(filter(None, map(_held_of, it["sources"]))) or NOTHING,
                ", ".join(f"{source['name']} {source['outcome']}" for source in it["sources"]) or it["detail"],
            )
            for it in records
        ],
    )


def put_refresh(record: Record, *, most: int | None = None, put_detail: Callable[[str], None] = put) -> None:
    """Print what a refresh recorded, and the reasons for what it held, at most ``most`` of each source.

    ``put_detail`` prints what a source failed by, or had held: a command that ran the refresh says it as its own.
    """
    put("\n".join(_heading(record)))
    if record["sources"]:
        put("")
        put_table(SOURCES, list(map(_source_row, record["sources"])))
    details = [f"{it['name']}: {it['detail']}" for it in record["sources"] if it["detail"]]
    if details:
        put_detail("\n".join(["", *details]))
    _put_held(record, most=most)


def _put_held(record: Record, *, most: int | None) -> None:
    """Print the anomalies that a refresh held, with their rules; at most ``most`` of each source."""
    held = [(it, it["pending"][:most]) for it in record["sources"] if it["pending_count"]]
    if not held:
        return
    put("")
    put_table(HELD, [_held_row(source, pending) for source, listed in held for pending in listed])
    for source, listed in held:
        if more := source["pending_count"] - len(listed):
            say(f"{source['name']}: {more:,} more are held, and not listed here.")
    if any(len(listed) < len(source["pending"]) for source, listed in held):
        say(f"More of it: llmanac refresh show {record['id']}")
    say(f"Unless it is settled by now: llmanac refresh accept {record['id']}")


def _heading(record: Record) -> Iterator[str]:
    yield f"Refresh {record['id']}: {record['outcome'] or record['status']}"
    began = datetime.fromisoformat(record["started_at"])
    taken = ""
    if record["ended_at"]:
        taken = f", took {(datetime.fromisoformat(record['ended_at']) - began).total_seconds():.1f} s"
    yield f"begun {began:%Y-%m-%d %H:%M:%S} UTC by {record['trigger']}, {record['status']}{taken}"
    yield f"snapshot {record['snapshot']} is served since" if record["snapshot"] else "nothing new is served"
    if record["detail"]:
        yield record["detail"]


def _source_row(source: Record) -> tuple[str, ...]:
    counts = ("added", "removed", "changed", "repriced", "pending_count", "rejects", "size")
    return (
        source["name"],
        source["outcome"],
        *(f"{source[name]:,}" for name in counts),
        f"{source['duration_s']:.1f}",
    )


def _held_row(source: Record, pending: Record) -> tuple[str, ...]:
    entry = WHOLE_FEED if pending["entry"] is None else pending["entry"]
    return (source["name"], pending["rule"], entry, str(pending["times"]), pending["detail"])


def _held_of(source: Record) -> str:
    """A short summary of what a refresh held of one source; empty for nothing."""
    if source["outcome"] in {Outcome.HELD, Outcome.REFUSED} and any(it["entry"] is None for it in source["pending"]):
        return f"all of {source['name']}"
    count = source["pending_count"]
    return f"{count:,} of {source['name']}" if count else ""
