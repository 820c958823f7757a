"""HEAD, trailing slashes, and lists with brackets, at every operation there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from llmanac import paths
from llmanac.auth.verifier import OpenVerifier
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader

UNSTABLE = frozenset({"date", "x-request-id", "age"})
"""Headers that differ from one response to the next."""
ASKED = {paths.COMPARE: {"ids": "claude-sonnet-5,gpt-5"}}
"""Parameters without which an operation refuses."""


@pytest.fixture(scope="module")
def client(embedded_edition: Edition) -> Iterator[TestClient]:
    app = create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier()))
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def addresses(client: TestClient) -> list[str]:
    """The address of each operation that has a GET, with an example in place of each part of the path."""
    operations = client.get(paths.OPENAPI).json()["paths"]
    found = [path for path, methods in operations.items() if "get" in methods]
    assert len(found) > 12
    return [path.replace("{id}", "openai/gpt-5.5").replace("{", "").replace("}", "") for path in found]


@pytest.mark.slow
def test_head_has_the_status_and_the_headers_of_get_and_no_body(client: TestClient, addresses: list[str]) -> None:
    for address in [*addresses, paths.OPENAPI, paths.DOCS, "/nowhere"]:
        get = client.get(address, params=ASKED.get(address))
        head = client.head(address, params=ASKED.get(address))

        assert head.status_code == get.status_code, address
        assert {*head.headers} == {*get.headers}, address
        assert all(head.headers[name] == get.headers[name] for name in get.headers.keys() - UNSTABLE), address
        assert (head.content, bool(get.content)) == (b"", True), address


def test_a_trailing_slash_means_the_same_address(client: TestClient, addresses: list[str]) -> None:
    for address in addresses:
        plain = client.get(address, params=ASKED.get(address))
        slashed = client.get(f"{address}/", params=ASKED.get(address))

        assert (slashed.status_code, slashed.content) == (plain.status_code, plain.content), address


@pytest.mark.parametrize(
    "query",
    [
        "capabilities[]=vision&capabilities[]=reasoning",
        "capabilities%5B%5D=vision&capabilities%5b%5d=reasoning",
        "capabilities[0]=vision&capabilities[1]=reasoning",
        "limit=20&capabilities[]=vision,reasoning",
    ],
)
def test_a_list_may_have_brackets_as_clients_of_browsers_write_it(client: TestClient, query: str) -> None:
    plain = client.get(f"{paths.CATALOG}?capabilities=vision&capabilities=reasoning").json()

    assert client.get(f"{paths.CATALOG}?{query}").json() == plain
    assert client.get(f"{paths.FACETS}?{query.replace('limit=20&', '')}").json()["total"] == plain["total"]


def test_other_lists_may_have_them_too_and_unknown_names_are_still_refused(client: TestClient) -> None:
    two = client.get(f"{paths.COMPARE}?ids=claude-sonnet-5&ids=gpt-5").json()

    assert client.get(f"{paths.COMPARE}?ids[]=claude-sonnet-5&ids[]=gpt-5").json() == two
    refused = client.get(f"{paths.CATALOG}?colours[]=red")
    assert (refused.status_code, "'colours'" in refused.json()["detail"]) == (400, True)


def test_brackets_in_a_value_stay(client: TestClient) -> None:
    found = client.get(f"{paths.CATALOG}?query=claude-opus-5[1m]")

    assert found.status_code == 200
    assert found.json()["total"] > 0


def test_what_has_a_get_allows_head(client: TestClient) -> None:
    refused = client.put(paths.PROVIDERS)

    assert refused.status_code == 405
    assert refused.headers["allow"].split(", ") == ["GET", "HEAD"]
