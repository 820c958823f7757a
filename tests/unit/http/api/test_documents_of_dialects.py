"""The documents of dialects over HTTP: on the fast path and in the framework alike."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import orjson
import pytest
from starlette.testclient import TestClient

from llmanac import paths
from llmanac.dialects.dialect import documents_by_path
from llmanac.dialects.logos import NEUTRAL
from llmanac.dialects.table import DIALECTS
from llmanac.http.app import create_app
from llmanac.http.middleware.metrics import RequestMetrics
from llmanac.http.services import Services
from llmanac.service.editions.reader import Reader

from ...small_dialects import HALF, served
from ...small_past import FIRST, Installation, OpenGate, asking

WHOLE = [path for path, documents in documents_by_path(DIALECTS).items() if documents[0].is_whole]
METRICS = RequestMetrics()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(served().edition)


@pytest.fixture(params=[False, True], ids=["fast path", "framework"])
def client(reader: Reader, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    app = create_app(Services(reader=reader, authenticator=OpenGate(hesitates=request.param), metrics=METRICS))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", WHOLE)
def test_a_document_is_sent_with_an_etag_and_not_again(client: TestClient, path: str) -> None:
    first, second = client.get(path), client.get(path)
    assert first.status_code == 200
    assert (second.content, second.headers["etag"]) == (first.content, first.headers["etag"])
    assert orjson.loads(first.content)
    unmodified = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (unmodified.status_code, unmodified.content) == (304, b"")
    assert "cache-control" in unmodified.headers
    assert client.head(path).headers["etag"] == first.headers["etag"]


def test_it_is_compressed_as_the_client_takes_it(client: TestClient) -> None:
    for _ in range(2):
        plain = client.get(paths.MODELS_DEV, headers={"accept-encoding": "identity"})
        with client.stream("GET", paths.MODELS_DEV, headers={"accept-encoding": "gzip"}) as packed:
            assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["etag"] != plain.headers["etag"]


def test_three_clients_get_their_own_shapes_at_one_address(client: TestClient) -> None:
    for _ in range(2):
        openai = client.get(paths.MODELS)
        anthropic = client.get(paths.MODELS, headers={"anthropic-version": "2023-06-01"})
        codex = client.get(paths.MODELS, params={"client_version": "0.171.0"})
        assert openai.json()["object"] == "list"
        assert anthropic.json()["has_more"] is False
        assert list(codex.json()) == ["models"]
        assert len({it.headers["etag"] for it in (openai, anthropic, codex)}) == 3
        assert "anthropic-version" in anthropic.headers["vary"]


@pytest.mark.parametrize("id_", ["openai/gpt-5", "openai%2Fgpt-5", "gpt-5"])
def test_one_model_is_found_however_its_id_is_written(client: TestClient, id_: str) -> None:
    assert client.get(f"{paths.MODELS}/{id_}").json()["id"] == "openai/gpt-5"
    shaped = client.get(f"{paths.MODELS}/{id_}", headers={"anthropic-version": "2023-06-01"}).json()
    assert shaped["type"] == "model"


def test_a_list_with_brackets_is_read_as_one_without(client: TestClient) -> None:
    headers = {"anthropic-version": "2023-06-01"}
    for _ in range(2):
        client.get(paths.MODELS, params={"lifecycle": "retired"}, headers=headers)
        page = client.get(f"{paths.MODELS}?lifecycle[]=retired", headers=headers)
        assert page.json()["data"] == []


@pytest.mark.parametrize(
    "path", [f"{paths.MODELS}/nobody/nothing", f"{paths.OPENROUTER}/models/nobody/nothing/endpoints"]
)
def test_an_error_has_the_object_that_these_clients_look_for(client: TestClient, path: str) -> None:
    reply = client.get(path)
    error = reply.json()
    assert reply.status_code == error["code"] == error["error"]["code"] == 404
    assert error["detail"] == error["error"]["message"]


def test_invalid_parameters_are_refused_and_unknown_ones_are_not(client: TestClient) -> None:
    refused = client.get(f"{paths.OPENROUTER}/models", params={"limit": 0})
    assert (refused.status_code, refused.json()["error"]["param"]) == (422, "limit")
    assert client.get(paths.MODELS_DEV, params={"as_of": "soon"}).status_code == 422
    assert client.get(paths.MODELS_DEV, params={"whatever": 1}).status_code == 200
    assert client.get(f"{paths.MODELS}/{'x' * 600}").status_code == 404


def test_a_logo_is_an_image(client: TestClient) -> None:
    reply = client.get(f"{paths.LOGOS}/nobody.svg")
    assert reply.headers["content-type"] == "image/svg+xml"
    assert reply.content == NEUTRAL
    marks = [client.get(f"{paths.LOGOS}/{name}.svg").content for name in ("openai", "labs/anthropic")]
    assert len({*marks, NEUTRAL}) == 3


def test_a_new_edition_is_a_new_document(client: TestClient, reader: Reader) -> None:
    before = reader.edition
    old = client.get(paths.MODELS_DEV)
    reader.publish(served(HALF).edition)
    new = client.get(paths.MODELS_DEV)
    reader.publish(before)
    assert new.headers["etag"] != old.headers["etag"]
    assert new.json()["openai"]["models"]["gpt-5"]["cost"]["input"] == 1.5


def test_the_openapi_document_shows_each_address_with_its_scope(client: TestClient) -> None:
    document = client.get(paths.OPENAPI).json()
    for path in documents_by_path(DIALECTS):
        operation = document["paths"][path.replace(":path", "")]["get"]
        assert operation["summary"]
        assert any("catalog:read" in names for way in operation["security"] for names in way.values())
        assert "as_of" in {it["name"] for it in operation["parameters"]}
        [shown] = operation["responses"]["200"]["content"].values()
        assert shown["schema"].keys() & {
            "properties",
            "additionalProperties",
            "items",
            "anyOf",
            "required",
        } or path == (f"{paths.LOGOS}/{{name:path}}")
        assert "application/json" in operation["responses"]["404"]["content"]


def test_requests_are_counted_by_address(client: TestClient) -> None:
    client.get(paths.CATWALK)
    counted = {operation for (operation, _, status), series in METRICS if status == 200 and any(series.buckets)}
    assert paths.CATWALK in counted


@pytest.mark.anyio
@pytest.mark.parametrize("hesitates", [False, True])
async def test_a_document_of_a_past_day_shows_what_was_listed_then(installation: Installation, hesitates: bool) -> None:  # noqa: FBT001 -- a parameter
    async with asking(installation, hesitates=hesitates) as client:
        for _ in range(2):
            then = await client.get(f"http://test{paths.MODELS_DEV}", params={"as_of": FIRST.isoformat()})
            now = await client.get(f"http://test{paths.MODELS_DEV}")
            listed = [set(it.json()["acme"]["models"]) for it in (then, now)]
            assert "alpha" in listed[0]
            assert listed[0] != listed[1]
            assert then.headers["etag"] != now.headers["etag"]
            assert then.json() != now.json()
        assert (await client.get(f"http://test{paths.MODELS_DEV}", params={"as_of": "2019-01-01"})).status_code == 404
        assert (await client.get(f"http://test{paths.MODELS}", params={"as_of": "2019-01-01"})).json()["error"][
            "code"
        ] == 404
