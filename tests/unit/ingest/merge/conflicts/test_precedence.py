"""The served claim: the first, in the order of the sources, whose source may serve the field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from llmanac.domain.pricing import Rates
from llmanac.domain.records import Limits
from llmanac.ingest.decode.sources import LAB_FIELDS, NO_FIELDS, SOURCES, SourceFormat
from llmanac.ingest.layer import Cost, ModelClaims, ProviderClaims, SourceClaims
from llmanac.ingest.merge.conflicts.precedence import serve, serve_provider, served_by

ANY = SOURCES["models.dev"]
TABLE: dict[str, SourceFormat] = {
    "first": ANY,
    "second": ANY,
    "lab": replace(ANY, serves=LAB_FIELDS),
    "mute": replace(ANY, serves=NO_FIELDS),
}


def claimed(source: str, **fields: object) -> SourceClaims:
    return SourceClaims(source, ModelClaims(**{"id": "m", **fields}))  # type: ignore[arg-type]  # -- fields by name


def test_the_claims_of_one_source_are_served_as_they_are() -> None:
    only = claimed("first", name="M")

    assert serve([only], TABLE) is only.claims


def test_a_later_source_fills_in_what_an_earlier_one_leaves_out() -> None:
    served = serve([claimed("first", name="M"), claimed("second", name="Other", family="f")], TABLE)

    assert (served.name, served.family) == ("M", "f")


def test_a_false_and_a_zero_are_claims_too() -> None:
    free = Cost(Rates(input=Decimal(0)))
    paid = Cost(Rates(input=Decimal(3), output=Decimal(4)))

    served = serve(
        [claimed("first", open_weights=False, cost=free), claimed("second", open_weights=True, cost=paid)], TABLE
    )

    assert served.open_weights is False
    assert (served.rates.input, served.rates.output) == (Decimal(0), Decimal(4))


def test_limits_are_filled_in_one_by_one() -> None:
    served = serve([claimed("first", limits=Limits(context=1)), claimed("second", limits=Limits(2, 3))], TABLE)

    assert served.limits == Limits(context=1, output=3)


def test_a_source_serves_the_fields_of_its_row_and_no_others() -> None:
    other = {"name": "Other", "family": "f", "status": "beta"}

    served = serve([claimed("first"), claimed("mute", **other), claimed("lab", **other)], TABLE)

    assert (served.name, served.family, served.status) == (None, "f", None)


def test_who_is_served_is_told_by_field() -> None:
    claims = [claimed("first", name="M"), claimed("mute", status="beta"), claimed("second", status="alpha")]

    assert served_by(claims, "status", TABLE, states=lambda it: it.status is not None).source == "second"
    assert served_by(claims, "name", TABLE, states=lambda it: it.name is not None).source == "first"
    assert served_by(claims, "family", TABLE, states=lambda it: it.family is not None).source == "first"


def test_a_provider_is_served_alike() -> None:
    served = serve_provider([ProviderClaims(id="p", name="P"), ProviderClaims(id="p", name="Q", env=("KEY",))])

    assert (served.name, served.env) == ("P", ("KEY",))
