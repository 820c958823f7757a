"""The contract's dialect: its bytes, and its OpenAPI document."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.dialects.error_response import ErrorResponse, encode_error
from llmanac.dialects.inference import (
    CatalogCost,
    CatalogLimits,
    CatalogModalities,
    InferenceCatalogEntry,
    change_id,
    encode,
    entry,
    envelope,
    typed_entry,
)
from llmanac.domain.pricing import Price, Rates
from llmanac.domain.records import Limits, Modalities, Offer
from llmanac.errors import ParameterFault
from llmanac.service import json_encoder

OFFER = Offer(
    provider="acme",
    model="one",
    base="one",
    price=Price(Rates(input=Decimal(1))),
    limits=Limits(context=1),
    modalities=Modalities(("text",), ("text",)),
)


def names(shape: type) -> list[str]:
    return [field.name for field in fields(shape)]


def test_an_entry_has_the_fields_that_the_document_shows() -> None:
    shown = entry(OFFER)
    assert list(shown) == names(InferenceCatalogEntry)
    assert [list(shown[part]) for part in ("cost", "limits", "modalities")] == [
        names(CatalogCost),
        names(CatalogLimits),
        names(CatalogModalities),
    ]


@pytest.mark.parametrize("offer", [OFFER, Offer(provider="acme", model="bare", base="bare")], ids=lambda it: it.model)
def test_an_entry_as_a_value_is_the_same_json(offer: Offer) -> None:
    typed = typed_entry(offer)
    assert json_encoder.encode(typed) == encode(offer, offer.id)
    assert (typed.cost is None) == (offer.price.rates.input is None)


@given(*[st.text(st.characters(exclude_categories=["Cs"]), min_size=1)] * 3)
def test_an_entry_under_another_id_is_as_if_encoded_so(provider: str, model: str, other: str) -> None:
    offer = Offer(provider=provider, model=model, base=model, price=Price(Rates(input=Decimal("0.1"))))

    assert change_id(encode(offer, offer.id), offer.id, other) == encode(offer, other)


def test_entries_and_their_number_are_the_list() -> None:
    entries = b",".join([encode(OFFER, "acme/one"), encode(OFFER, "one")])
    listed = orjson.loads(envelope(entries, 7))
    assert [it["id"] for it in listed["models"]] == ["acme/one", "one"]
    assert listed["total"] == 7


def test_an_error_names_its_faults_and_else_null() -> None:
    fault = ParameterFault(("query", "limit"), "too many", "less_than_equal")
    assert orjson.loads(encode_error(ErrorResponse(422, "limit: too many.", "validation_error", (fault,)))) == {
        "code": 422,
        "detail": "limit: too many.",
        "type": "validation_error",
        "errors": [{"loc": ["query", "limit"], "msg": "too many", "type": "less_than_equal"}],
    }
    assert orjson.loads(encode_error(ErrorResponse(404, "Nothing.", "not_found_error")))["errors"] is None
