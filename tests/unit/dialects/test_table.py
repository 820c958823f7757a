"""A second dialect, made up here and registered as any other would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from llmanac import paths
from llmanac.dialects.dialect import QueriedDialect
from llmanac.dialects.table import CONTRACT, DIALECTS
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.ingest import pipeline
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.query import IdSpelling
from llmanac.search.query.schema import SCHEMA
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader

from ..small_past import FIRST, OpenGate, litellm, model, models_dev


@dataclass(frozen=True, slots=True)
class Lines:
    """The ids alone."""

    text: str


MODELS = 25
"""More than the contract lists by default."""


def as_query(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The dialect's own parameter ``named`` as the catalog's ``query``."""
    return {**values, "query": values.get("named")}


LINES = QueriedDialect(
    name="lines",
    path="/lines",
    summary="List ids",
    description="A line for each.",
    document=Lines,
    schema=SCHEMA.with_parameters(
        Parameter(name="limit", type=int, minimum=1, maximum=1_000, description="Most lines. Default: all"),
        Parameter(name="named", type=str, description="Words of a name"),
        translate=as_query,
    ),
    encode=lambda _offer, id_: id_.encode(),
    separator=b"\n",
    envelope=lambda entries, total: b"%b\n(%d)\n" % (entries, total),
    encode_error=lambda error: f"{error.code} {error.type}: {error.detail}\n".encode(),
    media_type="text/plain",
)


@pytest.fixture(scope="module")
def edition() -> Edition:
    others = {f"other-{number:02}": model() for number in range(MODELS - 3)}
    build = pipeline.build([models_dev(FIRST, alpha=model(), beta=model(), gamma=model(), **others), litellm()])
    return Edition.of(build, dialects=(*DIALECTS, LINES))


@pytest.fixture(params=[False, True], ids=["fast path", "framework"])
def client(edition: Edition, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    gate = OpenGate(hesitates=request.param)
    app = create_app(Services(reader=Reader(edition), authenticator=gate, dialects=(*DIALECTS, LINES)))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_its_entries_are_encoded_once_for_an_edition(edition: Edition) -> None:
    assert set(edition.entries) == {(name, spelling) for name in ("inference", "lines") for spelling in IdSpelling}
    reopened = Edition(edition.pack())
    assert [*map(bytes, reopened.entries["lines", IdSpelling.MODELS_DEV])][:3] == [
        b"acme/alpha",
        b"acme/beta",
        b"acme/gamma",
    ]


def test_its_list_has_its_envelope_and_the_parameters_of_the_catalog(client: TestClient) -> None:
    reply = client.get("/lines", params={"limit": 2})
    assert (reply.text, reply.headers["content-type"]) == ("acme/alpha\nacme/beta\n(25)\n", "text/plain")
    assert reply.headers["link"] == '</lines?limit=2&offset=2>; rel="next"'
    assert (
        client.get("/lines", params={"limit": 2}, headers={"if-none-match": reply.headers["etag"]}).status_code == 304
    )


def test_its_list_has_the_default_and_the_maximum_of_its_own_limit(client: TestClient) -> None:
    whole = client.get("/lines")
    assert whole.text.count("acme/") == MODELS
    assert "link" not in whole.headers
    assert client.get("/lines", params={"limit": 1_000}).text == whole.text
    assert client.get("/lines", params={"limit": 1_001}).text == (
        "422 validation_error: limit: Input should be a whole number from 1 to 1000, not '1001'.\n"
    )


def test_it_has_a_parameter_of_its_own_which_the_contract_has_not(client: TestClient) -> None:
    assert client.get("/lines", params={"named": "beta"}).text == "acme/beta\n(1)\n"
    assert client.get(paths.CATALOG, params={"named": "beta"}).status_code == 400


def test_an_error_at_its_address_has_its_envelope(client: TestClient) -> None:
    reply = client.get("/lines", params={"nope": 1})
    assert reply.status_code == 400
    assert reply.text.startswith("400 invalid_error: Unknown parameter")
    assert reply.headers["content-type"].startswith("text/plain")
    assert client.post("/lines").text == "405 invalid_error: POST does not work on /lines.\n"


def test_everywhere_else_the_contract_is_spoken(client: TestClient) -> None:
    assert client.get(paths.CATALOG, params={"limit": 1}).json()["total"] == MODELS
    assert len(client.get(paths.CATALOG).json()["models"]) == 20
    assert client.get(paths.CATALOG, params={"nope": 1}).json()["code"] == 400
    assert client.get("/nowhere").json()["type"] == "not_found_error"


@pytest.mark.slow
def test_the_document_shows_it(client: TestClient) -> None:
    operation = client.get(paths.OPENAPI).json()["paths"]["/lines"]["get"]
    assert operation["summary"] == "List ids"
    documented = {it["name"]: it["schema"] for it in operation["parameters"]}
    assert documented.keys() >= {"query", "limit", "provider", "named"}
    assert documented["limit"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 1_000}
    assert "default" not in documented["limit"]


def test_no_two_dialects_share_a_name_or_an_address() -> None:
    assert DIALECTS[0] is CONTRACT
    assert len({it.name for it in DIALECTS}) == len(DIALECTS)
