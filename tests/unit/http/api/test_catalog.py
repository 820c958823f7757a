"""The fast path and the framework send the same responses for the catalog's list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from llmanac import paths
from llmanac.dialects.table import CONTRACT
from llmanac.http.api import documents_of_dialects, explain
from llmanac.http.app import create_app
from llmanac.http.fast.response_cache import ResponseCache
from llmanac.http.problems import ErrorBoundary
from llmanac.http.services import Services
from llmanac.ingest import pipeline
from llmanac.ingest.packaged.bundled import open_sources
from llmanac.paths import CATALOG as PATH
from llmanac.search.query.query import SORTS, Query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader

from ...small_past import OpenGate


def client_of(app: ASGIApp) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def fast_client(embedded_edition: Edition) -> Iterator[TestClient]:
    with client_of(
        create_app(Services(reader=Reader(embedded_edition), authenticator=OpenGate(), response_capacity=1 << 20))
    ) as it:
        yield it


@pytest.fixture(scope="module")
def framework_client(embedded_edition: Edition) -> Iterator[TestClient]:
    with client_of(create_app(Services(reader=Reader(embedded_edition), authenticator=OpenGate(hesitates=True)))) as it:
        yield it


PROVIDERS = st.sampled_from(["openai", "Anthropic", "google", "gemini", "openrouter", "nobody", ""])
WORDS = st.sampled_from(["claude", "gpt-5", "sonnet 4.5", "gtp", "llama 3.3 70b", "  ", "flash", "ü", "#"])
CAPABILITIES = st.sampled_from(["vision", "tools", "reasoning,pdf", "clairvoyance", ""])
VALUES = {
    "query": WORDS,
    "limit": st.sampled_from(["1", "20", "100", "0", "101", "x", ""]),
    "provider": PROVIDERS,
    "open_weights": st.sampled_from(["true", "false", "1", "perhaps"]),
    "min_context": st.sampled_from(["1", "128000", "0", "1e3"]),
    "max_context": st.sampled_from(["200000", "1", "99999999999999999999999"]),
    "min_price": st.sampled_from(["0", "1.5", "-1", "nan"]),
    "max_price": st.sampled_from(["0", "3", "1e400"]),
    "featured": st.sampled_from(["true", "false"]),
    "sort": st.sampled_from([*SORTS, "colour"]),
    "offset": st.sampled_from(["0", "20", "7999", "9000", "-1"]),
    "ids": st.sampled_from(["litellm", "models.dev", "other"]),
    "colour": st.just("red"),
}
FIELDS = st.lists(
    st.one_of(
        st.sampled_from(sorted(VALUES)).flatmap(lambda name: VALUES[name].map(lambda value: (name, value))),
        CAPABILITIES.map(lambda value: ("capabilities", value)),
    ),
    max_size=5,
)
CODINGS = st.sampled_from(["identity", "gzip", "zstd"])


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=FIELDS, coding=CODINGS)
def test_both_ways_give_the_same_bytes(
    fast_client: TestClient, framework_client: TestClient, fields: list[tuple[str, str]], coding: str
) -> None:
    url, headers = f"{PATH}?{urlencode(fields)}", {"accept-encoding": coding}
    responses = [client.get(url, headers=headers) for client in (fast_client, fast_client, framework_client)]
    assert len({(it.status_code, it.content, it.headers.get("etag"), it.headers.get("link")) for it in responses}) == 1
    assert responses[0].status_code in {200, 400, 422}
    if etag := responses[0].headers.get("etag"):
        again = [
            client.get(url, headers={**headers, "if-none-match": etag}) for client in (fast_client, framework_client)
        ]
        assert [(it.status_code, it.content, it.headers["etag"]) for it in again] == [(304, b"", etag)] * 2


@pytest.mark.slow
def test_one_response_is_made_from_one_edition(embedded_edition: Edition, shared_data: Path) -> None:
    """A page, its total and its ETag belong together, also when another edition is published between requests."""
    older = Edition.of(
        pipeline.build(
            open_sources(
                {
                    "models.dev": shared_data / "models-dev-2026-05-21.json.gz",
                    "litellm": shared_data / "litellm-2026-08-11.json.gz",
                }
            )
        )
    )
    reader = Reader(embedded_edition)
    services = Services(reader=reader, authenticator=OpenGate(), response_capacity=1 << 20)
    with client_of(create_app(services)) as client:
        seen: set[tuple[str, int]] = set()
        for published in (embedded_edition, older, embedded_edition, older):
            reader.publish(published)
            response = client.get(PATH, params={"limit": 1})
            assert response.headers["etag"].startswith(f'"{published.id}-')
            seen.add((response.headers["etag"], response.json()["total"]))
    assert sorted(total for _, total in seen) == [len(older.catalog.offers), len(embedded_edition.catalog.offers)]


def test_a_failure_inside_is_the_envelope_without_its_text() -> None:
    async def fails(_scope: Connection, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError("the secret")

    response = client_of(ErrorBoundary(fails)).get("/")
    assert (response.status_code, response.json()["type"]) == (500, "server_error")
    assert "secret" not in response.text


def test_a_failure_of_any_operation_is_the_envelope_of_its_path(
    embedded_edition: Edition, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("the secret")

    monkeypatch.setattr(explain, "edition_at", fails)
    monkeypatch.setattr(documents_of_dialects, "read_request", fails)
    services = Services(reader=Reader(embedded_edition), authenticator=OpenGate())
    with client_of(create_app(services)) as client:
        response = client.get(f"{PATH}/explain")
        document = client.get(f"{paths.MODELS}/openai/gpt-5")
    assert (response.status_code, response.json()["type"]) == (500, "server_error")
    assert (document.status_code, document.json()["error"]["type"]) == (500, "server_error")
    assert "secret" not in response.text + document.text
    assert caplog.text.count("ZeroDivisionError: the secret") == 2


def test_responses_are_cached_within_the_capacity(embedded_edition: Edition) -> None:
    cache = ResponseCache(Reader(embedded_edition), capacity=100_000)
    for number in range(200):
        cache.respond(Query(offset=number), b"offset=%d" % number, b"")
    kept = [number for number in range(200) if cache.get(CONTRACT, b"offset=%d" % number, b"")]
    assert kept == list(range(kept[0], 200))
    assert 2 <= len(kept) <= 20


@pytest.mark.parametrize("match", ['"other"', '"other", {etag}', "W/{etag}", "*", "{etag}"])
def test_if_none_match_is_read_as_the_rfc_says(fast_client: TestClient, match: str) -> None:
    etag = fast_client.get(PATH).headers["etag"]
    response: httpx2.Response = fast_client.get(PATH, headers={"if-none-match": match.format(etag=etag)})
    assert response.status_code == (200 if match == '"other"' else 304)
