"""``/sources``: the feeds of the catalog, with their age, their rejects, and the conflicts between them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from starlette.responses import Response

from llmanac.domain.dates import day_of, is_month
from llmanac.domain.feed import FeedRef
from llmanac.ingest.decode.sources import SOURCES
from llmanac.ingest.merge.conflicts.causes import EXPLANATIONS
from llmanac.ingest.packaged.snapshot import ORIGIN
from llmanac.pages.drawing import formatting
from llmanac.pages.site import PageContext

MOST_REJECTS = 200
MOST_CONFLICTS = 200
LAST_REFRESHES = 12


async def show(context: PageContext) -> Response:
    """The page of the sources."""
    build, conflicts = context.edition.build, context.edition.conflicts
    cause = context.fields.one("cause")
    chosen = [it for it in conflicts if it.cause.value == cause]
    # What feeds have, and refreshes hold, are not for those to see from whom a policy hides some of it.
    is_whole = context.edition.is_whole
    records = await context.site.refreshes.records(limit=LAST_REFRESHES) if is_whole else ()
    counts = Counter(conflict.cause for conflict in conflicts)
    return context.render(
        "sources.html",
        reports=[_report(context, report) for report in build.reports],
        conflicts=conflicts,
        conflicting_offers=len({conflict.offer for conflict in conflicts}),
        compared=len(build.rows),
        causes=[
            (it, count, EXPLANATIONS[it], context.fields.url("/sources", cause=it.value))
            for it, count in counts.most_common()
        ],
        rule=" ".join(dict.fromkeys(it.rule for it in conflicts)),
        cause=cause,
        chosen=chosen[:MOST_CONFLICTS],
        chosen_in_all=len(chosen),
        records=records,
        edition_id=context.edition.id,
        offers=context.edition.shown,
        epochs=context.site.archive.history.timeline.epochs if is_whole else (),
        is_whole=is_whole,
        most_rejects=MOST_REJECTS,
        figure=formatting.figure,
    )


def _report(context: PageContext, report: Any) -> dict[str, Any]:
    ref: FeedRef = report.source.ref
    return {
        "source": report.source,
        "home": SOURCES[ref.name].home,
        "age": age(ref.date, context.today),
        "rejects": report.rejects,
        "unknown_keys": sorted(report.unknown_keys.items(), key=lambda it: (-it[1], it[0])),
        # Paths on the server's machine are not disclosed.
        "origin": ref.origin if ref.origin == ORIGIN or ref.origin.startswith("https://") else "a local file",
    }


def age(stated: str, today: date) -> str:
    """The age of a day or a month, in words."""
    day = day_of(stated)
    if is_month(stated):
        months = (today.year - day.year) * 12 + today.month - day.month
        return "this month" if months <= 0 else "last month" if months == 1 else f"{months} months ago"
    days = (today - day).days
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
