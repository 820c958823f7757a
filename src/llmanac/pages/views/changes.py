"""``/changes``: the changes, newest first, with filters."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from starlette.responses import Response

from llmanac import paths
from llmanac.domain.naming import base_of
from llmanac.errors import InvalidParameters, ParameterFault
from llmanac.history.change import ChangeKind
from llmanac.pages.drawing.change_text import KINDS, describe_change
from llmanac.pages.forms.query_form import Fields
from llmanac.pages.site import PageContext
from llmanac.service.history.changes import Interest

PAGE_SIZE = 100
NOTABLE = tuple(kind for kind in ChangeKind if kind is not ChangeKind.OTHER)
"""The kinds shown by default; names, dates and LiteLLM ids change by the hundred."""


async def show(context: PageContext) -> Response:
    """The page of changes, grouped by day and kind."""
    fields = context.fields
    interest = read(fields)
    found = await context.site.archive.changes.page(
        interest, cursor=fields.one("cursor"), limit=PAGE_SIZE, edition=context.edition
    )
    described = [describe_change(it.recorded.change, it.epoch.day) for it in found.changes]
    return context.render(
        "changes.html",
        groups=[
            (day, kind, list(changes)) for (day, kind), changes in groupby(described, key=lambda it: (it.day, it.kind))
        ],
        fields=fields,
        kinds=[(kind.value, label, kind in interest.kinds) for kind, label in KINDS.items()],
        interest=interest,
        providers=context.edition.catalog.providers,
        epochs=context.site.archive.history.timeline.epochs if context.edition.is_whole else (),
        next_url=fields.url("/changes", cursor=found.next) if found.next else None,
        atom_url=_atom_url(context, interest),
    )


def _atom_url(context: PageContext, interest: Interest) -> str:
    """The URL of the Atom feed with the same filters."""
    filters = {name: getattr(interest, name) for name in ("provider", "base", "since", "until")}
    path = Fields().url(paths.CHANGES, format="atom", kind=[it.value for it in interest.kinds], **filters)
    return f"{str(context.request.base_url).rstrip('/')}{path}"


def read(fields: Fields) -> Interest:
    """Parse the filters. Raises InvalidParameters."""
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
