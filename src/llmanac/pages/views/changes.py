"""``/changes``: what changed, newest first, with filters."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from starlette.responses import Response

from llmanac import paths
from llmanac.domain.naming import base_of
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.history.change import ChangeKind
from llmanac.pages.drawing.change_text import KINDS, tell
from llmanac.pages.query_form import Fields
from llmanac.pages.site import PageContext
from llmanac.service.history.changes import Interest

PAGE = 100
NOTABLE = tuple(kind for kind in ChangeKind if kind is not ChangeKind.OTHER)
"""What is shown where the address names no kinds: names, dates and LiteLLM's ids change by the hundred."""


async def show(visit: PageContext) -> Response:
    """The changes of interest, by day."""
    fields = visit.fields
    interest = read(fields)
    found = await visit.site.archive.changes.page(interest, cursor=fields.one("cursor"), limit=PAGE)
    told = [tell(it.recorded.change, it.epoch.day) for it in found.changes]
    return visit.render(
        "changes.html",
        groups=[(day, kind, list(those)) for (day, kind), those in groupby(told, key=lambda it: (it.day, it.kind))],
        fields=fields,
        kinds=[(kind.value, label, kind in interest.kinds) for kind, label in KINDS.items()],
        interest=interest,
        providers=visit.edition.catalog.providers,
        epochs=visit.site.archive.history.timeline.epochs,
        next_url=fields.url("/changes", cursor=found.next) if found.next else None,
        atom_url=_feed(visit, interest),
    )


def _feed(visit: PageContext, interest: Interest) -> str:
    """The address of the same changes for feed readers."""
    wanted = {name: getattr(interest, name) for name in ("provider", "base", "since", "until")}
    path = Fields().url(paths.CHANGES, format="atom", kind=[it.value for it in interest.kinds], **wanted)
    return f"{str(visit.request.base_url).rstrip('/')}{path}"


def read(fields: Fields) -> Interest:
    """What the address asks for. Raises InvalidParameters."""
    base = fields.one("base")
    return Interest(
        kinds=tuple(kind for kind in ChangeKind if kind in fields.all("kind")) or NOTABLE,
        provider=fields.one("provider"),
        base=base_of(base) if base else None,
        since=_day(fields, "since"),
        until=_day(fields, "until"),
    )


def _day(fields: Fields, name: str) -> date | None:
    text = fields.one(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"a day such as 2026-09-30, not {text[:40]!r}"
        fault = ParameterFault(("query", name), message, "value_error")
        raise InvalidParameters(f"{name}: {message}.", faults=(fault,)) from None
