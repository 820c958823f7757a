from __future__ import annotations

import pytest

from llmanac.errors import InvalidParameters, InvalidRequest
from llmanac.pages.forms.query_form import MAX_FIELDS, Fields, parse
from llmanac.search.query.schema import build_query


def test_empty_fields_count_as_absent() -> None:
    assert Fields.of(b"query=&provider=+&min_price=0").pairs == (("min_price", "0"),)


def test_a_view_is_its_url() -> None:
    fields = Fields.of(b"query=a+b&capabilities=vision&capabilities=pdf,reasoning")
    assert fields.url() == "/?query=a+b&capabilities=vision&capabilities=pdf%2Creasoning"
    assert fields.all("capabilities") == ("vision", "pdf", "reasoning")
    assert fields.url(query=None, capabilities=["pdf"], offset=50) == "/?capabilities=pdf&offset=50"
    assert Fields().url("/compare") == "/compare"


def test_one_of_several_values_can_be_taken_away() -> None:
    assert Fields.of(b"ids=a&ids=b").without("ids", "a").url("/compare") == "/compare?ids=b"


def test_fields_become_a_query() -> None:
    query = parse(Fields.of(b"query=x&min_context=1000&max_price=2.5&open_weights=true&sort=-price&plot=date"))
    assert query == build_query(query="x", min_context=1000, max_price=2.5, open_weights=True, sort="-price")


@pytest.mark.parametrize(
    "fields",
    [
        "min_context=1e3",
        "min_context=0",
        "min_context=1_000",
        "max_price=nan",
        "max_price=inf",
        "max_price=x",
        "open_weights=maybe",
        "sort=beauty",
        "limit=101",
        f"query={'x' * 257}",
    ],
)
def test_a_value_that_does_not_parse_is_named(fields: str) -> None:
    name = fields.partition("=")[0]
    with pytest.raises(InvalidParameters, match=f"^{name}: ") as raised:
        parse(Fields.of(fields.encode()))
    assert [fault.loc for fault in raised.value.faults] == [("query", name)]


def test_bounds_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="is above"):
        parse(Fields.of(b"min_price=2&max_price=1"))


@pytest.mark.parametrize("query_string", [b"query=%ff", b"\xff", b"&".join([b"a=1"] * (MAX_FIELDS + 1))])
def test_a_malformed_form_is_refused(query_string: bytes) -> None:
    with pytest.raises(InvalidRequest):
        Fields.of(query_string)
