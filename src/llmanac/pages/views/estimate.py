"""``/estimate``: the cost of a workload with every model that matches, cheapest first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from starlette.responses import Response

from llmanac.domain.usage import MAX_TOKENS, TokenKind, Usage
from llmanac.errors import InvalidParameters, InvalidRequest, LlmanacError, ParameterFault
from llmanac.pages.drawing import formatting
from llmanac.pages.forms.query_form import Fields, parse
from llmanac.pages.site import PageContext
from llmanac.pages.views.model import RATES
from llmanac.search.query.query import Query
from llmanac.service.offers.estimator import EstimateRanking
from llmanac.service.offers.workload import BUDGETS, MAX_REQUESTS, Workload, is_budget

PAGE_SIZE = 50
CENT = Decimal("0.01")
FINEST = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Preset:
    """A typical workload."""

    label: str
    tokens: Mapping[str, int]


PRESETS = (
    Preset("A chat", {"input": 2_000, "output": 500}),
    Preset("Answers from documents", {"input": 12_000, "output": 800}),
    Preset("A step of an agent", {"input": 60_000, "cache_read": 54_000, "output": 1_200, "reasoning": 400}),
    Preset("A book summarised", {"input": 250_000, "output": 3_000}),
)
FIRST = PRESETS[0]
WHOLES = {"input": "Input", "output": "Output"}
PARTS = {
    "cache_read": "of the input, read from a cache",
    "cache_write": "of the input, written to a cache",
    "cache_write_1h": "of the input, cached for an hour",
    "cache_write_12h": "of the input, cached for twelve hours",
    "input_audio": "of the input, audio",
    "input_image": "of the input, images",
    "reasoning": "of the output, reasoning",
    "output_audio": "of the output, audio",
    "output_image": "of the output, images",
}
ENDS = {"retired": "has ended", "retires_soon": "ends soon", "deprecated": "deprecated"}
"""Badges of warnings, by their code."""
REQUESTS = 1000


async def show(context: PageContext) -> Response:
    """The page with the form and the ranking."""
    fields = context.fields
    filled = fields if any(fields.one(kind) for kind in TokenKind) else _filled(fields, FIRST)
    complaint: LlmanacError | None = None
    ranking, query, workload = EstimateRanking(0, 0, ()), Query(), None
    try:
        query = parse(fields, featured=fields.one("query") is None and fields.one("featured") != "false")
        workload = read(filled).timed(context.site.clock())
        ranking = await asyncio.to_thread(_rank, context, query, workload)
    except (InvalidParameters, InvalidRequest) as error:
        complaint = error
    return context.render(
        "estimate.html",
        status=complaint.code if complaint else 200,
        complaint=complaint,
        fields=filled,
        query=query,
        workload=workload,
        ranking=ranking,
        wholes=WHOLES,
        parts=PARTS,
        has_parts=any(filled.one(name) for name in PARTS) or bool(filled.one("batch_share")),
        presets=[(preset.label, _filled(fields, preset).url("/estimate")) for preset in PRESETS],
        providers=context.edition.catalog.providers,
        kinds=RATES,
        ends=ENDS,
        dollars=dollars,
        finely=finely,
        most=max((it.total for it in ranking.models if it.total is not None), default=0),
        offset=query.offset,
        next_url=(
            fields.url("/estimate", offset=query.offset + PAGE_SIZE)
            if query.offset + PAGE_SIZE < ranking.total
            else None
        ),
        previous_url=fields.url("/estimate", offset=max(0, query.offset - PAGE_SIZE) or None) if query.offset else None,
    )


def read(fields: Fields) -> Workload:
    """Parse the workload. Raises InvalidParameters."""
    tokens = {kind.value: _whole(fields, kind.value, most=MAX_TOKENS) for kind in TokenKind}
    percent = _decimal(fields.one("batch_share") or "0")
    if percent is None or not 0 <= percent <= 100:  # noqa: PLR2004 -- per cent
        raise _fault("batch_share", "a share between 0 and 100 per cent")
    return Workload(
        tokens=Usage(**tokens),
        requests=_whole(fields, "requests", default=REQUESTS, most=MAX_REQUESTS),
        batch_share=percent.scaleb(-2),
        budget=_budget(fields.one("budget")),
    )


def _budget(text: str | None) -> Decimal | None:
    if text is None:
        return None
    budget = _decimal(text.replace(",", "").replace(" ", "").removeprefix("$"))
    if budget is None or not is_budget(budget):
        raise _fault("budget", f"{BUDGETS}, not {text[:40]!r}")
    return budget


def dollars(amount: Decimal | None) -> str:
    """An amount in US dollars with two decimal places; with five where it is less than a cent."""
    if amount is None:
        return formatting.UNKNOWN
    return f"${amount:,.2f}" if amount >= CENT or amount == 0 else finely(amount)


def finely(amount: Decimal) -> str:
    """A small amount in US dollars, to a thousandth of a cent."""
    return f"${amount:,.5f}" if amount >= FINEST or amount == 0 else f"<${FINEST}"


def _rank(context: PageContext, query: Query, workload: Workload) -> EstimateRanking:
    return context.edition.services.estimator.rank_matching(query, workload, offset=query.offset, limit=PAGE_SIZE)


def _filled(fields: Fields, preset: Preset) -> Fields:
    """The fields with their filters, but with a preset's tokens."""
    kept = [(name, value) for name, value in fields.pairs if name not in set(TokenKind) and name != "offset"]
    return Fields((*kept, *((name, str(tokens)) for name, tokens in preset.tokens.items())))


def _whole(fields: Fields, name: str, *, default: int = 0, most: int) -> int:
    text = fields.one(name)
    if text is None:
        return default
    plain = text.replace(",", "").replace(" ", "")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > len(str(most)) or int(plain) > most:
        raise _fault(name, f"a whole number up to {most:,}, not {text[:40]!r}")
    return int(plain)


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _fault(name: str, message: str) -> InvalidParameters:
    return InvalidParameters(f"{name}: {message}.", faults=(ParameterFault(("query", name), message, "value_error"),))
