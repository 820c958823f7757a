"""Each view over HTTP: its headers, its weight, its errors, and what can be taken along from it."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator

import httpx2
import pytest

from llmanac.dialects.configs.config import Config
from llmanac.dialects.configs.table import CONFIGS

from ..conftest import RunningServer
from .conftest import VIEWS, OpenTab

HEAVIEST_FIRST_VIEW = 100_000


@pytest.fixture(scope="module")
def visitor(server: RunningServer) -> Iterator[httpx2.Client]:
    """A client with a session."""
    cookies = {"llmanac_session": server.token}
    with httpx2.Client(base_url=server.url, trust_env=False, timeout=60, cookies=cookies) as client:
        yield client


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_says_what_a_browser_may_do_with_it(visitor: httpx2.Client, view: str) -> None:
    reply = visitor.get(VIEWS[view])
    assert reply.status_code == (404 if view == "nothing there" else 200)
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "Cookie" in reply.headers["vary"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", reply.text)


def test_a_first_view_is_light(open_tab: OpenTab) -> None:
    with open_tab() as tab:
        network = tab.page.context.new_cdp_session(tab.page)
        network.send("Network.enable")
        sizes: list[float] = []
        network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        tab.open("/")
        tab.page.wait_for_load_state("networkidle")
        assert 5 <= len(sizes) < 12
        assert sum(sizes) < HEAVIEST_FIRST_VIEW


def test_a_live_update_brings_only_what_changes(visitor: httpx2.Client) -> None:
    whole = visitor.get("/?query=claude")
    part = visitor.get("/?query=claude", headers={"hx-request": "true", "hx-request-type": "partial"})
    assert part.text.strip() in whole.text
    assert "<html" not in part.text


def test_files_are_kept_for_good_under_an_address_that_names_their_content(visitor: httpx2.Client) -> None:
    [address] = re.findall(r'href="(/assets/[^"]+/style\.css)"', visitor.get("/").text)
    reply = visitor.get(address)
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["content-type"].startswith("text/css")
    assert visitor.get(address.replace("style.css", "../../site.py")).status_code == 404
    assert visitor.get(re.sub("/assets/[0-9a-f]+/", "/assets/000000000000/", address)).status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/?min_price=cheap", 422, "min_price: Input should be a number such as 2.5"),
        ("/?min_price=nan", 422, "min_price"),
        ("/?min_context=9000&max_context=8000", 400, "min_context (9000) is above max_context (8000)"),
        ("/?sort=beauty", 422, "sort: Input should be one of"),
        ("/estimate?input=-1", 422, "input: a whole number"),
        ("/estimate?input=10&cache_read=20", 422, "less than its parts"),
        ("/changes?since=yesterday", 422, "since: a day such as"),
        ("/changes?cursor=made-up", 400, "cursor"),
        ("/%ff", 404, ""),
        ("/?query=%ff", 400, "UTF-8"),
    ],
)
def test_what_cannot_be_answered_is_explained(visitor: httpx2.Client, path: str, status: int, said: str) -> None:
    reply = visitor.get(path)
    assert reply.status_code == status
    assert said in reply.text.replace("&#39;", "'")


def test_an_empty_field_was_not_given(visitor: httpx2.Client) -> None:
    empty = visitor.get(
        "/?query=claude&provider=&min_price=&max_price=&min_context=&open_weights=&sort=&featured=false"
    )
    plain = visitor.get("/?query=claude")
    assert re.search("<strong>[^<]+</strong>", empty.text)[0] == re.search("<strong>[^<]+</strong>", plain.text)[0]  # type: ignore[index]  # -- both have it


def test_ids_in_other_spellings_lead_to_the_models_page(visitor: httpx2.Client) -> None:
    for spelling in ("ANTHROPIC/claude-sonnet-5", "claude-sonnet-5", "claude sonnet 5"):
        reply = visitor.get(f"/models/{spelling}")
        assert (reply.status_code, reply.headers["location"]) == (303, "/models/anthropic/claude-sonnet-5")


@pytest.mark.parametrize(
    "view", ["", "?query=claude&sort=-output_price&provider=openrouter", "?featured=false&open_weights=true"]
)
def test_json_is_what_the_api_answers(server: RunningServer, visitor: httpx2.Client, view: str) -> None:
    exported = visitor.get(f"/export.json{view}").json()
    question = view.removeprefix("?") or "featured=true"
    answered = server.client.get(f"/api/v1/inference/catalog?{question}&limit=100").json()
    assert exported["total"] == answered["total"] == len(exported["models"])
    assert exported["models"][:100] == answered["models"]


def test_csv_has_a_row_for_each_offer_in_the_order_of_the_view(visitor: httpx2.Client) -> None:
    reply = visitor.get("/export.csv?query=claude&sort=-output_price")
    assert reply.headers["content-disposition"] == 'attachment; filename="llmanac.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    exported = visitor.get("/export.json?query=claude&sort=-output_price").json()
    assert [row["id"] for row in rows] == [entry["id"] for entry in exported["models"]]
    prices = [float(row["output_price"]) for row in rows if row["output_price"]]
    assert prices == sorted(prices, reverse=True)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda it: it.name)
def test_a_configuration_has_what_the_view_shows(server: RunningServer, visitor: httpx2.Client, config: Config) -> None:
    reply = visitor.get(f"/export/{config.name}?query=claude+sonnet&provider=anthropic")
    assert reply.headers["content-disposition"] == f'attachment; filename="{config.file_name}"'
    assert reply.headers["content-type"].startswith(config.media_type)
    asked = server.client.get(f"/api/v1/inference/configs/{config.name}?query=claude+sonnet&provider=anthropic")
    assert reply.content == asked.content
    assert f"/export/{config.name}?query=claude+sonnet" in visitor.get("/?query=claude+sonnet").text


def test_pages_are_compressed_where_that_is_understood(server: RunningServer, visitor: httpx2.Client) -> None:
    with visitor.stream("GET", "/", headers={"accept-encoding": "gzip"}) as reply:
        raw = b"".join(reply.iter_raw())
    assert b"<table" in gzip.decompress(raw)
    plain = visitor.get("/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for page in (reply, plain):
        assert page.headers["vary"] == "Cookie, HX-Request, Accept-Encoding"
    assert server.url in plain.text
