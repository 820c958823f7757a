"""A row in the table of filters is a filter everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import typer
from tests.unit.search.conftest import catalog_of, offer_of
from typer.testing import CliRunner

from llmanac.cli.options.filters import Filters, filtered
from llmanac.domain.feed import LITELLM
from llmanac.domain.lifecycle import Lifecycle, LifecycleDate
from llmanac.domain.records import Limits, Offer
from llmanac.http import parameters
from llmanac.http.api.facets import counts_model
from llmanac.http.api.filters import filter_model
from llmanac.pages.forms.query_form import Fields
from llmanac.pages.views.filter_form import RangeField, filter_fields
from llmanac.search import engine
from llmanac.search.explain import explain
from llmanac.search.facets import FacetIndex, Facets, counted_filters
from llmanac.search.index.index import Index
from llmanac.search.query.filter_kinds import LabelFilter, LimitFilter, RangeFilter, Unit
from llmanac.search.query.filters import FILTERS
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.schema import QuerySchema, build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.search import count_facets, search

ANSWER = RangeFilter(
    name="answer",
    of=lambda offer, _: offer.limits.output,
    minimum=Parameter(name="min_answer", type=int, minimum=1, description="Fewest tokens of an answer"),
    maximum=Parameter(name="max_answer", type=int, minimum=1, description="Most tokens of an answer"),
    title="Answer",
    unit=Unit.TOKENS,
    note="tokens",
    steps=(1_000, 10_000),
    counted="minimum",
)
CLAN = LabelFilter(
    parameter=Parameter(name="clan", type=str, description="Restrict results to a clan of models"),
    of=lambda offer, _: offer.family,
    title="Clan",
)
LICENCE = LabelFilter(
    parameter=Parameter(name="licence", type=str, description="Restrict results to weights under a licence"),
    of=lambda _, model: model.licence,
    title="Licence",
)
"""A filter by a fact that stands on the base model, and that the offer does not have."""
LENGTH = RangeFilter(
    name="length",
    of=lambda offer, _: float(len(offer.model)),
    minimum=Parameter(name="min_length", type=int, minimum=1, description="Least length of the name"),
    title="Length",
    unit=Unit.TOKENS,
    note="letters",
    steps=(5, 6),
    counted="minimum",
)
ROWS = (*FILTERS, ANSWER, CLAN, LICENCE, LENGTH)
SCHEMA = QuerySchema.of(ROWS)
OFFERS = catalog_of(
    [
        offer_of("acme/short", limits=Limits(output=500), family="Alpha"),
        offer_of("acme/middle", limits=Limits(output=5_000), family="Alpha"),
        offer_of("acme/long", limits=Limits(output=50_000), family="Beta"),
        offer_of("acme/unknown"),
    ]
)
LICENCES = {"short": "MIT", "long": "Apache-2.0"}
CATALOG = replace(
    OFFERS, models={base: replace(model, licence=LICENCES.get(base)) for base, model in OFFERS.models.items()}
)


def found(index: Index, *fields: tuple[str, str]) -> set[str]:
    page = engine.run(SCHEMA.parse(fields), index)
    return {CATALOG.offers[number].model for number in page.numbers}


def facets_of(index: Index) -> Facets:
    return Facets(CATALOG.offers, index, FacetIndex.of(CATALOG, index))


def test_the_parser_and_the_index_know_it() -> None:
    index = Index(CATALOG, filters=ROWS)
    assert found(index, ("min_answer", "5000")) == {"middle", "long"}
    assert found(index, ("query", "acme"), ("min_answer", "1"), ("max_answer", "5000")) == {"short", "middle"}
    assert found(index, ("clan", "ALPHA"), ("sort", "name")) == {"short", "middle"}
    assert found(index, ("clan", "gamma")) == set()
    assert found(index, ("min_length", "6")) == {"middle", "unknown"}
    assert found(index, ("licence", "mit")) == {"short"}


def test_facets_count_it_and_say_where_it_leaves_nothing() -> None:
    index = Index(CATALOG, filters=ROWS)
    counts = facets_of(index).count(SCHEMA.parse([("max_answer", "9000")]))
    assert [(it.value, it.count) for it in counts["min_answer"]] == [(1_000, 1)]
    assert [(it.value, it.count) for it in counts["clan"]] == [("Alpha", 2)]
    assert [(it.value, it.count) for it in counts["licence"]] == [("MIT", 1)]

    nothing = facets_of(index).count(SCHEMA.parse([("clan", "Betta"), ("min_answer", "600")])).nothing
    assert nothing is not None
    assert [(it.filter, it.without) for it in nothing.filters] == [("answer", 0), ("clan", 2)]
    assert nothing.filters[1].nearest == ("Beta",)
    assert explain(SCHEMA.parse([("min_answer", "5000")]), index).removed == {"answer": 2}


def test_http_documents_it_and_takes_it_in_json() -> None:
    documented = {it["name"]: it for it in parameters.document(SCHEMA.parameters)["parameters"]}
    assert documented["min_answer"]["schema"]["anyOf"][0] == {"type": "integer", "minimum": 1}
    assert documented["licence"]["schema"]["description"] == "Restrict results to weights under a licence"
    assert {"min_answer", "clan", "licence"} <= counts_model(ROWS).model_fields.keys()
    body = filter_model(SCHEMA.parameters).model_validate({"min_answer": 5_000, "clan": "Beta"})
    assert SCHEMA.build(dict(body)) == SCHEMA.parse([("min_answer", "5000"), ("clan", "beta")])


def test_the_command_has_its_options() -> None:
    given: list[Filters] = []
    app = typer.Typer()

    @app.command()
    @filtered(schema=SCHEMA)
    def command(*, filters: Filters) -> None:
        given.append(filters)

    result = CliRunner().invoke(
        app, ["--min-answer", "5000", "--clan", "Beta", "--licence", "mit"], catch_exceptions=False
    )
    assert result.exit_code == 0
    assert given == [{"min_answer": 5_000, "clan": "Beta", "licence": "mit"}]


def test_the_page_has_its_fields() -> None:
    fields = Fields.of(b"min_answer=5000&clan=beta")
    query = SCHEMA.parse(fields.pairs)
    counts = facets_of(Index(CATALOG, filters=ROWS)).count(query)
    form = {it.title: it for it in filter_fields(counts, query, fields=fields, names={}, rows=ROWS)}
    assert form["Answer"].kind == "range"
    length = form["Length"]
    assert isinstance(length, RangeField)
    assert [it.name for it in length.inputs] == ["min_length"]
    assert form["Clan"].kind == form["Licence"].kind == "select"


def test_a_filter_by_a_day_passes_what_ends_before_it() -> None:
    def ending(model: str, last: str) -> Offer:
        return offer_of(f"acme/{model}", lifecycle=Lifecycle(retires_on=LifecycleDate(last, LITELLM)))

    catalog = catalog_of(
        [
            ending("ended", "2026-09-01"),
            ending("month", "2026-12"),
            ending("day", "2026-12-30"),
            offer_of("acme/promised", lifecycle=Lifecycle(retires_not_before=LifecycleDate("2026-10-01", LITELLM))),
            offer_of("acme/staying"),
        ]
    )
    index = Index(catalog)

    def found(day: str) -> set[str]:
        numbers = engine.run(build_query(retires_before=date.fromisoformat(day)), index).numbers
        return {catalog.offers[number].model for number in numbers}

    assert found("2026-12-31") == {"ended", "day"}
    assert found("2027-01-01") == {"ended", "month", "day"}
    assert found("2026-09-01") == set()


def test_of_limits_and_of_labels_that_are_too_many_no_values_are_counted() -> None:
    for row in FILTERS:
        if isinstance(row, LimitFilter) or (isinstance(row, LabelFilter) and not row.is_counted):
            assert row.name not in {it.name for it in counted_filters(FILTERS)}
            assert row.name not in counts_model(FILTERS).model_fields


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        ({"tags": ["contract"]}, {"acme/alpha", "acme/beta", "acme/gamma"}),
        ({"tags": ["contract", "rare"]}, set()),
        ({"region": "EU"}, {"acme/alpha", "acme/beta", "acme/gamma"}),
        ({"trains_on_data": False}, {"acme/alpha", "acme/beta", "acme/gamma"}),
        ({"trains_on_data": True}, set()),
        ({"retention_days": 30}, {"acme/alpha", "acme/beta", "acme/gamma"}),
        ({"retention_days": 29}, set()),
        ({"approved": True}, {"acme/alpha"}),
        ({"approved": False}, {"acme/beta", "acme/gamma"}),
        ({"owner": "platform"}, {"acme/alpha"}),
        ({"status": "deprecated"}, {"acme/beta", "acme/gamma"}),
        ({"base": "alpha"}, {"acme/alpha", "rack/own"}),
        ({"listed_by": "any", "tags": ["rare"]}, {"openai/gpt-x"}),
    ],
)
def test_the_filters_of_what_only_the_organisation_states(
    overlaid: Edition, parameters: dict[str, Any], ids: set[str]
) -> None:
    found = search(build_query(**parameters), overlaid).numbers

    assert {overlaid.catalog.offer(number).id for number in found} == ids


def test_the_form_asks_for_what_the_organisation_states_only_where_it_states_any(
    overlaid: Edition, embedded_edition: Edition
) -> None:
    shown = {}
    for edition in (overlaid, embedded_edition):
        query = build_query()
        counts = count_facets(query, edition)
        shown[edition.id] = {it.title for it in filter_fields(counts, query, fields=Fields(), names={})}

    assert {"Tags", "Region", "Approved", "Owner", "Trains on data"} <= shown[overlaid.id]
    assert {"Tags", "Region", "Approved", "Owner", "Trains on data"}.isdisjoint(shown[embedded_edition.id])
