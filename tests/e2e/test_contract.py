"""The contract's endpoint on a running server: statuses, envelopes, shapes, headers."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx2
import pytest
from backports import zstd
from pydantic import TypeAdapter

from llmanac.dialects.inference import InferenceCatalogEntry, InferenceCatalogListResponse

from .conftest import RunningServer, StartServer, llmanac

PATH = "/api/v1/inference/catalog"


def get(server: RunningServer, **parameters: Any) -> dict[str, Any]:
    reply = server.client.get(PATH, params=parameters)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_the_openapi_document_agrees_with_the_contract(server: RunningServer, shared: Path) -> None:
    checked = subprocess.run(
        [sys.executable, str(shared / "contract" / "check_openapi.py"), f"{server.url}/openapi.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.rstrip().endswith(" 0 differ"), checked.stdout


def test_a_listing_has_the_contracts_shape_and_nothing_else(server: RunningServer) -> None:
    reply = server.client.get(PATH, params={"limit": 100})
    listing = TypeAdapter(InferenceCatalogListResponse).validate_json(reply.content, strict=True)
    assert len(listing.models) == 100
    assert listing.total > 8000
    names = {field.name for field in fields(InferenceCatalogEntry)}
    assert all(set(entry) == names for entry in reply.json()["models"])


def test_ids_are_the_provider_and_the_hosts_own_id(server: RunningServer) -> None:
    found = get(server, query="anthropic/claude-opus-5")
    assert found["models"][0]["id"] == "anthropic/claude-opus-5"
    assert all(entry["id"].startswith(entry["provider"] + "/") for entry in found["models"])


def test_the_featured_set_is_forty_models_spelt_as_litellm_calls_them(server: RunningServer) -> None:
    found = get(server, featured="true", limit=100)
    ids = [entry["id"] for entry in found["models"]]
    assert found["total"] == len(ids) == len(set(ids)) == 40
    assert any(name.startswith("gemini/") for name in ids)
    assert {entry["provider"] for entry in found["models"]} >= {"anthropic", "google", "openai"}
    assert all(entry["status"] != "deprecated" and entry["cost"]["output"] > 0 for entry in found["models"])


def test_featured_gives_way_to_a_query_but_not_to_a_blank_one(server: RunningServer) -> None:
    assert get(server, featured="true", query="  ") == get(server, featured="true")
    assert get(server, featured="true", query="claude") == get(server, query="claude")


def test_filters_apply_to_the_featured_set(server: RunningServer) -> None:
    found = get(server, featured="true", provider="anthropic", capabilities="vision")
    assert 0 < found["total"] < 10
    assert {entry["provider"] for entry in found["models"]} == {"anthropic"}


def test_no_match_is_an_empty_page(server: RunningServer) -> None:
    assert get(server, provider="nobody") == {"models": [], "total": 0}
    assert get(server, capabilities="clairvoyance") == {"models": [], "total": 0}


def test_max_price_zero_means_free(server: RunningServer) -> None:
    found = get(server, max_price=0, limit=100)
    assert found["total"] > 100
    assert all(entry["cost"] == {"input": 0, "output": 0} for entry in found["models"])


def test_the_client_in_the_wild_gets_what_it_expects(server: RunningServer) -> None:
    """It sends X-API-Key, repeats ``capabilities``, and filters the answer again by itself."""
    with httpx2.Client(base_url=server.url, headers={"X-API-Key": server.token}, trust_env=False, timeout=60) as client:
        featured = client.get(PATH, params={"featured": "true", "limit": 12}).json()["models"]
        assert len(featured) == 12
        assert len({entry["id"] for entry in featured}) == 12
        narrowed = client.get(
            PATH,
            params=[
                ("query", "claude"),
                ("provider", "anthropic"),
                ("capabilities", "tool_call"),
                ("capabilities", "reasoning"),
                ("max_price", "30"),
                ("min_context", "200000"),
                ("limit", "50"),
            ],
        ).json()["models"]
    assert narrowed
    for entry in narrowed:
        prices = [price for price in (entry["cost"]["input"], entry["cost"]["output"]) if price is not None]
        assert prices
        assert max(prices) <= 30
        assert entry["limits"]["context"] >= 200000
        assert entry["provider"] == "anthropic"
        assert {"tool_call", "reasoning"} <= set(entry["capabilities"])


class TestCredentials:
    def ask(self, server: RunningServer, **headers: str) -> httpx2.Response:
        return httpx2.get(server.url + PATH, headers=headers, trust_env=False, timeout=60)

    def test_none_is_401_with_a_challenge(self, server: RunningServer) -> None:
        reply = self.ask(server)
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"] == 'Bearer realm="llmanac"'
        assert reply.json()["type"] == "authentication_error"

    @pytest.mark.parametrize("headers", [{"Authorization": "Bearer nonsense"}, {"X-API-Key": "llma_a_b_c"}])
    def test_a_malformed_token_is_a_token_error(self, server: RunningServer, headers: dict[str, str]) -> None:
        reply = self.ask(server, **headers)
        assert (reply.status_code, reply.json()["type"]) == (401, "token_error")
        assert 'error="invalid_token"' in reply.headers["www-authenticate"]

    def test_another_scheme_is_no_credential(self, server: RunningServer) -> None:
        reply = self.ask(server, Authorization="Basic dXNlcjpwYXNz")
        assert (reply.status_code, reply.json()["type"]) == (401, "authentication_error")

    def test_a_missing_scope_is_403_and_named(self, server: RunningServer) -> None:
        made = subprocess.run(
            llmanac(
                "token", "create", "--name", "narrow", "--scope", "tokens:admin", "--data-dir", str(server.data_dir)
            ),
            capture_output=True,
            text=True,
            check=True,
        )
        reply = self.ask(server, Authorization=f"Bearer {made.stdout.strip()}")
        assert (reply.status_code, reply.json()["type"]) == (403, "forbidden_error")
        assert "catalog:read" in reply.json()["detail"]

    def test_wrong_parameters_are_not_told_to_strangers(self, server: RunningServer) -> None:
        reply = httpx2.get(server.url + PATH, params={"limit": "x", "nonsense": "1"}, trust_env=False, timeout=60)
        assert reply.status_code == 401


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "name"), [("limit=0", "limit"), ("min_price=nan", "min_price"), ("sort=colour", "sort")]
    )
    def test_a_wrong_value_is_422_and_located(self, server: RunningServer, query: str, name: str) -> None:
        reply = server.client.get(f"{PATH}?{query}")
        envelope = reply.json()
        assert (reply.status_code, envelope["code"], envelope["type"]) == (422, 422, "validation_error")
        assert [item["loc"] for item in envelope["errors"]] == [["query", name]]
        assert name in envelope["detail"]

    @pytest.mark.parametrize("query", ["min_context=5&max_context=4", "colour=red", "query=%ff", "limit=1&limit=2"])
    def test_a_contradiction_is_400(self, server: RunningServer, query: str) -> None:
        reply = server.client.get(f"{PATH}?{query}")
        assert (reply.status_code, reply.json()["type"]) == (400, "invalid_error")

    def test_an_unknown_path_is_404(self, server: RunningServer) -> None:
        reply = server.client.get("/api/v1/inference/nowhere")
        assert (reply.status_code, reply.json()["type"]) == (404, "not_found_error")

    def test_another_method_is_405_in_the_envelope(self, server: RunningServer) -> None:
        reply = server.client.post(PATH)
        assert (reply.status_code, reply.json()["code"]) == (405, 405)
        assert reply.headers["allow"] == "GET, HEAD"


class TestHttpCaching:
    def test_an_answer_that_the_client_has_is_a_304(self, server: RunningServer) -> None:
        first = server.client.get(PATH, params={"query": "grok"})
        again = server.client.get(PATH, params={"query": "grok"}, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert not again.content
        assert again.headers["etag"] == first.headers["etag"]

    def test_the_same_request_gives_the_same_bytes(self, server: RunningServer) -> None:
        answers = {server.client.get(PATH, params={"query": "llama 3.3"}).content for _ in range(5)}
        assert len(answers) == 1

    def test_every_coding_carries_the_same_answer(self, server: RunningServer) -> None:
        bodies, etags = set(), set()
        decode: dict[str, Callable[[bytes], bytes]] = {
            "identity": bytes,
            "gzip": gzip.decompress,
            "zstd": zstd.decompress,
        }
        for coding, decoded in decode.items():
            with server.client.stream("GET", PATH, headers={"Accept-Encoding": coding}) as reply:
                raw = b"".join(reply.iter_raw())
            assert reply.headers.get("content-encoding", "identity") == coding
            assert "Accept-Encoding" in reply.headers["vary"]
            etags.add(reply.headers["etag"])
            bodies.add(decoded(raw))
        assert len(bodies) == 1
        assert len(etags) == 3


def test_pages_follow_their_links_to_the_end_without_a_gap(server: RunningServer) -> None:
    everything, totals, url = [], set(), f"{PATH}?query=qwen%203&limit=100&provider="
    while url:
        reply = server.client.get(url)
        everything += [entry["id"] for entry in reply.json()["models"]]
        totals.add(reply.json()["total"])
        url = reply.links.get("next", {}).get("url", "")
    assert totals == {len(everything)} == {len(set(everything))}
    assert len(everything) > 100


def test_probes_and_documents_need_no_token(server: RunningServer) -> None:
    for path in ("/healthz", "/readyz", "/openapi.json", "/docs"):
        assert httpx2.get(server.url + path, trust_env=False, timeout=60).status_code == 200
    ready = httpx2.get(server.url + "/readyz", trust_env=False, timeout=60).json()
    assert [source["name"] for source in ready["sources"]] == ["models.dev", "litellm"]


class TestFirstStart:
    def test_the_admin_token_is_shown_once_with_a_curl_that_works(self, start_server: StartServer) -> None:
        first = start_server()
        [command] = [line for line in first.greeting.splitlines() if line.lstrip().startswith("curl ")]
        ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)  # noqa: S602 -- it is what a person pastes
        assert '"models":[' in ran.stdout
        assert (first.stop(), first.process.returncode) == ("", 0)
        second = start_server(data_dir=first.data_dir)
        assert not second.token
        assert "token create" in second.greeting

    def test_reading_can_be_opened_to_everyone_on_this_machine(self, start_server: StartServer) -> None:
        opened = start_server(LLMANAC_AUTHENTICATION="none")
        assert httpx2.get(opened.url + PATH, trust_env=False, timeout=60).status_code == 200

    def test_several_workers_answer_on_one_address(self, start_server: StartServer) -> None:
        together = start_server("--workers", "2")
        answers = {httpx2.get(together.url + PATH, headers={"X-API-Key": together.token}).content for _ in range(10)}
        assert len(answers) == 1
        assert (together.stop(), together.process.returncode) == ("", 0)

    def test_a_port_that_is_taken_costs_no_token(self, start_server: StartServer, tmp_path: Path) -> None:
        taken = start_server().url.rpartition(":")[2]
        refused = subprocess.run(
            llmanac("serve", "--port", taken, "--data-dir", str(tmp_path)), capture_output=True, text=True, check=False
        )
        assert refused.returncode == 2
        assert "Cannot listen on" in refused.stderr
        assert start_server(data_dir=tmp_path).token

    def test_another_feed_can_be_served(self, start_server: StartServer, shared: Path) -> None:
        older = start_server(
            "--models-dev", str(shared / "data" / "models-dev-2026-05-21.json.gz"),
            "--litellm", str(shared / "data" / "litellm-2026-08-11.json.gz"),
        )  # fmt: skip
        assert get(older)["total"] == 4803
