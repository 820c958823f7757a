"""The catalog's parameters: values that are accepted, and errors for the others."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import InvalidParameters, InvalidRequest
from llmanac.http.parameters import MAX_FIELDS, parse
from llmanac.search.query.query import IdSpelling, Query, Sort
from llmanac.search.query.schema import build_query


def test_nothing_asked_is_the_first_page() -> None:
    assert parse(b"") == Query()


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (b"query=+%09", Query()),
        (b"query=%20gpt-5+", Query(text="gpt-5")),
        (b"provider=OpenAI", build_query(provider="openai")),
        (b"provider=", Query()),
        (b"capabilities=vision&capabilities=Tools", build_query(capabilities=("tool_call", "vision"))),
        (b"capabilities=vision,,tool_call,image", build_query(capabilities=("tool_call", "vision"))),
        (b"capabilities=", Query()),
        (b"open_weights=true", build_query(open_weights=True)),
        (b"open_weights=False", build_query(open_weights=False)),
        (b"min_price=0&max_price=2.5e1", build_query(min_price=0.0, max_price=25.0)),
        (b"min_price=-1", build_query(min_price=-1.0)),
        (b"min_context=1000", build_query(min_context=1000)),
        (b"min_context=" + b"9" * 100, build_query(min_context=int("9" * 100))),
        (b"featured=true", Query(featured=True, ids=IdSpelling.LITELLM)),
        (b"featured=true&ids=models.dev", Query(featured=True)),
        (b"featured=true&query=gpt", Query(text="gpt")),
        (b"featured=true&query=+", Query(featured=True, ids=IdSpelling.LITELLM)),
        (b"sort=-price", Query(sort=Sort.PRICE, descending=True)),
        (b"offset=40&limit=100", Query(offset=40, limit=100)),
    ],
)
def test_a_request_means(asked: bytes, meant: Query) -> None:
    assert parse(asked) == meant


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (b"limit=0", "limit"),
        (b"limit=101", "limit"),
        (b"limit=", "limit"),
        (b"limit=20.0", "limit"),
        (b"limit=1_0", "limit"),
        (b"limit=%D9%A3", "limit"),
        (b"limit=ten", "limit"),
        (b"min_context=0", "min_context"),
        (b"max_context=-1", "max_context"),
        (b"min_price=NaN", "min_price"),
        (b"max_price=inf", "max_price"),
        (b"max_price=1e400", "max_price"),
        (b"max_price=1_0", "max_price"),
        (b"open_weights=maybe", "open_weights"),
        (b"featured=", "featured"),
        (b"offset=-1", "offset"),
        (b"sort=colour", "sort"),
        (b"ids=openai", "ids"),
        (b"query=" + b"x" * 257, "query"),
    ],
)
def test_a_value_that_does_not_parse_or_is_out_of_bounds_is_named(asked: bytes, name: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        parse(asked)
    assert [fault.loc for fault in refused.value.faults] == [("query", name)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (b"min_context=2&max_context=1", "min_context (2) is above max_context (1)"),
        (b"min_price=2&max_price=1", "min_price (2.0) is above max_price (1.0)"),
        (b"capability=vision", "the nearest known one is 'capabilities'"),
        (b"Limit=3", "the nearest known one is 'limit'"),
        (b"limit=1&limit=2", "'limit' was given 2 times"),
        (b"query=%FF", "not percent-encoded UTF-8"),
        (b"query=\xff", "not percent-encoded UTF-8"),
        (b"&".join([b"query=a"] * (MAX_FIELDS + 1)), "more than 100 fields"),
        (b"=", "Unknown parameter ''"),
    ],
)
def test_a_request_that_contradicts_itself_is_refused(asked: bytes, said: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse(asked)
    assert said in refused.value.detail


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(asked: bytes) -> None:
    with contextlib.suppress(InvalidRequest, InvalidParameters):
        assert isinstance(parse(asked), Query)
