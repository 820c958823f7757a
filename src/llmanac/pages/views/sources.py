"""``/sources``: what the catalog is made from, how old it is, what was left out, and where sources disagree."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from starlette.responses import Response

from llmanac.domain.records import Source
from llmanac.ingest.conflicts.causes import EXPLANATIONS
from llmanac.ingest.conflicts.find import RULE
from llmanac.ingest.decode.sources import SOURCES
from llmanac.pages.drawing import formatting
from llmanac.pages.site import PageContext

MOST_REJECTS = 200
MOST_CONFLICTS = 200
LAST_REFRESHES = 12
MONTH = len("2026-01")


async def show(visit: PageContext) -> Response:
    """The state of the sources."""
    build, conflicts = visit.edition.build, visit.edition.conflicts
    cause = visit.fields.one("cause")
    chosen = [it for it in conflicts if it.cause.value == cause]
    records = await visit.site.refreshes.records(limit=LAST_REFRESHES)
    counts = Counter(conflict.cause for conflict in conflicts)
    return visit.render(
        "sources.html",
        reports=[_report(visit, report) for report in build.reports],
        conflicts=conflicts,
        conflicting_offers=len({conflict.offer for conflict in conflicts}),
        compared=len(build.rows),
        causes=[
            (it, count, EXPLANATIONS[it], visit.fields.url("/sources", cause=it.value))
            for it, count in counts.most_common()
        ],
        rule=RULE,
        cause=cause,
        chosen=chosen[:MOST_CONFLICTS],
        chosen_in_all=len(chosen),
        records=records,
        edition_id=visit.edition.id,
        offers=visit.edition.size,
        epochs=visit.site.archive.history.timeline.epochs,
        most_rejects=MOST_REJECTS,
        figure=formatting.figure,
    )


def _report(visit: PageContext, report: Any) -> dict[str, Any]:
    source: Source = report.source
    return {
        "source": source,
        "home": SOURCES[source.name].home,
        "age": age(source.date, visit.today),
        "rejects": report.rejects,
        "unknown_keys": sorted(report.unknown_keys.items(), key=lambda it: (-it[1], it[0])),
        # A path of the server's machine is the operator's business.
        "origin": source.origin
        if source.origin == "embedded" or source.origin.startswith("https://")
        else "a local file",
    }


def age(stated: str, today: date) -> str:
    """How long ago a day or a month was, in words."""
    is_month = len(stated) == MONTH
    days = (today - date.fromisoformat(f"{stated}-01" if is_month else stated)).days
    if is_month:
        months = (today.year - int(stated[:4])) * 12 + today.month - int(stated[5:])
        return "this month" if months <= 0 else "last month" if months == 1 else f"{months} months ago"
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
