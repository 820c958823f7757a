"""The catalog's parameters mean the same, and are refused in the same words, wherever they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest
import typer
from starlette.testclient import TestClient
from typer.testing import CliRunner

from llmanac import paths
from llmanac.auth.verifier import OpenVerifier
from llmanac.cli.options.filters import Filters, filtered
from llmanac.errors import LlmanacError
from llmanac.http import parameters
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.pages.forms import query_form
from llmanac.search.query.query import Query
from llmanac.search.query.schema import SCHEMA, build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader

Fields: TypeAlias = Sequence[tuple[str, str]]


def by_http(fields: Fields) -> Query:
    return parameters.parse(urlencode(fields).encode())


def by_page(fields: Fields) -> Query:
    return query_form.parse(query_form.Fields.of(urlencode(fields).encode()))


def by_command(fields: Fields) -> Query:
    given: list[Filters] = []
    app = typer.Typer()

    @app.command()
    @filtered(paged=True)
    def command(*, filters: Filters) -> None:
        given.append(filters)

    options = [word for name, text in fields for word in (f"--{name.replace('_', '-')}", text)]
    assert CliRunner().invoke(app, options, catch_exceptions=False).exit_code == 0
    return SCHEMA.build(given[0])


DOORS = pytest.mark.parametrize("door", [by_http, by_page, by_command])
Door: TypeAlias = Callable[[Fields], Query]

MEANT: list[tuple[Fields, Query]] = [
    ([("query", "claude"), ("limit", "5")], build_query(query="claude", limit=5)),
    ([("provider", "OpenAI")], build_query(provider="openai")),
    ([("capabilities", "tools"), ("capabilities", "Vision,")], build_query(capabilities=["tool_call", "vision"])),
    ([("min_context", "1000"), ("max_context", "9" * 100)], build_query(min_context=1_000, max_context=int("9" * 100))),
    ([("min_price", "-1"), ("max_price", "2.5e1")], build_query(min_price=-1.0, max_price=25.0)),
    ([("sort", "-price"), ("offset", "7"), ("ids", "litellm")], build_query(sort="-price", offset=7, ids="litellm")),
]
REFUSED: list[tuple[Fields, str]] = [
    ([("limit", "0")], "limit: Input should be a whole number from 1 to 100, not '0'."),
    ([("limit", "1_0")], "limit: Input should be a whole number from 1 to 100, not '1_0'."),
    ([("limit", "20.0")], "limit: Input should be a whole number from 1 to 100, not '20.0'."),
    ([("min_context", "1e3")], "min_context: Input should be a whole number of at least 1, not '1e3'."),
    ([("max_price", "inf")], "max_price: Input should be a number such as 2.5, not 'inf'."),
    ([("max_price", "1_0")], "max_price: Input should be a number such as 2.5, not '1_0'."),
    ([("as_of", "20260818")], "as_of: Input should be a day such as 2026-08-18, not '20260818'."),
    ([("as_of", "2026-02-30")], "as_of: Input should be a day such as 2026-08-18, not '2026-02-30'."),
    ([("ids", "openai")], "ids: Input should be one of models.dev, litellm, not 'openai'."),
    ([("query", "x" * 257)], f"query: Input should be a text of at most 256 characters, not '{'x' * 80}'."),
    (
        [("limit", "x"), ("max_price", "y")],
        (
            "limit: Input should be a whole number from 1 to 100, not 'x'; "
            "max_price: Input should be a number such as 2.5, not 'y'."
        ),
    ),
    (
        [("min_price", "2"), ("max_price", "1")],
        "min_price (2.0) is above max_price (1.0), so nothing could match. Exchange them, or leave one out.",
    ),
]


@DOORS
@pytest.mark.parametrize(("fields", "meant"), MEANT)
def test_every_door_understands_the_same(door: Door, fields: Fields, meant: Query) -> None:
    assert door(fields) == meant


@DOORS
@pytest.mark.parametrize(("fields", "detail"), REFUSED)
def test_every_door_refuses_the_same_in_the_same_words(door: Door, fields: Fields, detail: str) -> None:
    with pytest.raises(LlmanacError) as refused:
        door(fields)
    assert refused.value.detail == detail


@pytest.fixture(scope="module")
def client(embedded_edition: Edition) -> Iterator[TestClient]:
    with TestClient(create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier()))) as client:
        yield client


@pytest.mark.parametrize(("fields", "detail"), REFUSED)
def test_the_server_answers_in_those_words(client: TestClient, fields: Fields, detail: str) -> None:
    assert client.get(f"{paths.CATALOG}?{urlencode(fields)}").json()["detail"] == detail


@pytest.mark.parametrize("door", [by_http, by_page])
@pytest.mark.parametrize("text", ["true", "TRUE", "1", "yes", "on", "t", "y"])
def test_yes_has_many_words_in_an_address(door: Door, text: str) -> None:
    assert door([("open_weights", text)]) == build_query(open_weights=True)


@pytest.mark.parametrize("door", [by_http, by_page])
@pytest.mark.parametrize("text", ["false", "False", "0", "no", "off", "f", "n"])
def test_and_so_has_no(door: Door, text: str) -> None:
    assert door([("open_weights", text)]) == build_query(open_weights=False)


@pytest.mark.parametrize("door", [by_http, by_page])
def test_what_is_neither_is_refused(door: Door) -> None:
    with pytest.raises(LlmanacError, match="open_weights: Input should be true or false, not 'maybe'"):
        door([("open_weights", "maybe")])


def test_parameters_that_are_added_one_after_another_all_have_their_meaning() -> None:
    def renamed(old: str, new: str) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
        return lambda values: {new if name == old else name: value for name, value in values.items()}

    first, second = replace(SCHEMA.by_name["query"], name="q"), replace(SCHEMA.by_name["offset"], name="skip")
    schema = SCHEMA.with_parameters(first, translate=renamed("q", "query"))
    schema = schema.with_parameters(second, translate=renamed("skip", "offset"))

    query = schema.parse([("q", "gpt"), ("skip", "20")])
    assert (query.text, query.offset) == ("gpt", 20)
