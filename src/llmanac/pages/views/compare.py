"""``/compare``: up to six models side by side, differences marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from starlette.responses import Response

from llmanac.domain.records import Offer
from llmanac.pages.drawing import formatting
from llmanac.pages.drawing.labels import CAPABILITIES
from llmanac.pages.site import PageContext
from llmanac.service.offers.comparison import FEWEST, MOST, Comparison, ComparisonRow, compare
from llmanac.service.offers.resolution import Ambiguous, Disallowed, Found, Removed, Unknown, explain

OWN = "own"
"""The group of facts that the organisation states."""
GROUPS = {
    "identity": "What it is",
    "price": "Price, USD per million tokens",
    "limits": "Limits, tokens",
    "modalities": "Media",
    "capabilities": "Capabilities",
    OWN: "What only we know",
}
PRICE = "_price"
"""The suffix of facts that are rates."""
NOTHING = frozenset({formatting.UNKNOWN, "no"})
IN_THE_HEAD = frozenset({"name", "provider"})
LABELS = {"litellm_id": "LiteLLM id", "first_party": "lab's own host", "knowledge": "knowledge until"} | {
    str(capability): label for capability, label in CAPABILITIES.items()
}


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A fact of every compared model, as text."""

    label: str
    cells: tuple[str, ...]
    differs: bool
    best: frozenset[int]
    is_ability: bool


def show(context: PageContext) -> Response:
    """The page with the comparison, and a field to add another model."""
    ids = list(dict.fromkeys(value for name, value in context.fields.pairs if name == "ids"))
    offers, unknown = _resolve(context, ids)
    shown = offers[:MOST]
    return context.render(
        "compare.html",
        status=404 if unknown and not offers else 200,
        offers=shown,
        groups=compare_rows(compare(shown), shown) if len(shown) >= FEWEST else [],
        unknown=unknown,
        too_many=len(offers) - len(shown),
        most=MOST,
        without={offer.id: context.fields.without("ids", offer.id).url("/compare") for offer in shown},
        providers=context.edition.catalog.providers,
    )


def _resolve(context: PageContext, ids: Sequence[str]) -> tuple[list[Offer], list[tuple[str, tuple[Offer, ...]]]]:
    """The offers of these ids without duplicates; and for each unknown id, an explanation and the nearest offers."""
    offers: dict[str, Offer] = {}
    unknown: list[tuple[str, tuple[Offer, ...]]] = []
    for id_ in ids:
        match context.edition.services.resolver.resolve(id_):
            case Found(offer=offer):
                offers[offer.id] = offer
            case Ambiguous(offers=several):
                offers[several[0].id] = several[0]
            case (Removed() | Disallowed()) as missing:
                unknown.append((explain(missing), ()))
            case Unknown(nearest=nearest) as nothing:
                unknown.append((explain(nothing), nearest))
    return list(offers.values()), unknown


def compare_rows(comparison: Comparison, offers: Sequence[Offer]) -> list[tuple[str, list[CompareRow]]]:
    """The rows by title of their group, without facts that no offer has."""
    by_title: defaultdict[str, list[CompareRow]] = defaultdict(list)
    for compared in comparison.rows:
        row = _row(compared, offers)
        if compared.group == OWN:  # that something is not approved is not nothing
            by_title[GROUPS[OWN]].append(row)
        elif compared.fact not in IN_THE_HEAD and any(cell not in NOTHING for cell in row.cells):
            by_title[GROUPS[compared.group]].append(row)
    return list(by_title.items())


def _row(row: ComparisonRow, offers: Sequence[Offer]) -> CompareRow:
    return CompareRow(
        LABELS.get(row.fact, row.fact.removesuffix(PRICE).replace("_", " ")),
        tuple(_cell(row, place, offers[place]) for place in range(len(offers))),
        row.differs,
        frozenset(row.best) if len(row.best) < len(offers) else frozenset(),
        row.group == "capabilities",
    )


def _cell(row: ComparisonRow, place: int, offer: Offer) -> str:
    value = row.values[place]
    if row.fact in ("input_price", "output_price"):
        return formatting.rate(offer.price, row.fact.removesuffix(PRICE))
    match value:
        case None | []:
            return formatting.UNKNOWN
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return formatting.figure(row.fact, Decimal(str(value)))
        case list():
            return ", ".join(value)
        case _:
            return value.replace("_", " ") if row.fact == "price_state" else value
