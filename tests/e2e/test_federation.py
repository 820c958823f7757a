"""A region that mirrors a centre: another catalog of this kind is its source, below a key in the path."""

from __future__ import annotations

import subprocess
import time

import pytest

from .conftest import RunningServer, StartServer, environment, llmanac

QUERY = "sort=-output_price&limit=100"
MODEL = "anthropic/claude-sonnet-5"
RULES = [
    {"match": MODEL, "set": {"rates": {"input": 1.75}}, "reason": "Contract"},
    {"add_host": {"id": "rack", "name": "Our rack", "api": "https://llm.example/v1"}, "reason": "Ours"},
    {"add": {"id": "rack/own-one", "like": MODEL}, "set": {"name": "Own One"}, "reason": "Ours"},
]


@pytest.fixture(scope="module")
def centre(start_server: StartServer) -> RunningServer:
    """A server with a price and a model of its own."""
    server = start_server()
    server.client.timeout = 60
    made = server.client.post("/api/v1/overlays", json={"name": "corp", "rules": RULES})
    assert made.status_code == 201, made.text
    for _ in range(300):
        if server.client.get("/api/v1/inference/catalog/rack/own-one").status_code == 200:
            return server
        time.sleep(0.1)
    raise AssertionError("the overlay is not served")


@pytest.fixture(scope="module")
def key(centre: RunningServer) -> str:
    """A key in the paths of the centre."""
    made = centre.client.post("/api/v1/tokens", json={"name": "region", "in_path": True})
    token: str = made.json()["token"]
    return token


@pytest.fixture(scope="module")
def region(start_server: StartServer, centre: RunningServer, key: str) -> RunningServer:
    """A server that has only the centre to ask."""
    below = f"{centre.url}/k/{key}"
    server = start_server(
        LLMANAC_MODELS_DEV_URL=f"{below}/api.json",
        LLMANAC_LITELLM_URL=f"{below}/litellm/model_prices_and_context_window.json",
        LLMANAC_ALLOW_PRIVATE_SOURCES="true",
    )
    server.client.timeout = 120
    return server


def test_a_region_serves_what_the_centre_does(region: RunningServer) -> None:
    refreshed = region.client.post("/api/v1/refreshes?wait=true")
    assert refreshed.status_code == 200, refreshed.text
    outcomes = {it["name"]: it["outcome"] for it in refreshed.json()["sources"]}
    assert outcomes == {"models.dev": "updated", "litellm": "updated"}, refreshed.text
    # What differs much from the package's own feeds waits, as with any source, until somebody has looked at it.
    accepted = region.client.post(f"/api/v1/refreshes/{refreshed.json()['id']}/accept?wait=true")
    assert accepted.status_code == 200, accepted.text

    model = region.client.get(f"/api/v1/inference/catalog/{MODEL}").json()
    own = region.client.get("/api/v1/inference/catalog/rack/own-one")
    assert model["cost"]["input"] == 1.75
    assert (own.status_code, own.json()["name"]) == (200, "Own One")
    again = region.client.post("/api/v1/refreshes?wait=true").json()
    assert {it["outcome"] for it in again["sources"]} == {"not_modified"}, again["sources"]


def test_every_price_is_the_centres(centre: RunningServer, region: RunningServer) -> None:
    prices = [
        {it["id"]: it["cost"] for it in server.client.get(f"/api/v1/inference/catalog?{QUERY}").json()["models"]}
        for server in (centre, region)
    ]
    assert len(prices[0]) == 100
    assert prices[0] == prices[1]


def test_nobody_is_shown_the_key(region: RunningServer, key: str) -> None:
    secret = key.split("_")[2]
    page = region.client.get("/sources", headers={"cookie": f"llmanac_session={region.token}"})
    doctor = subprocess.run(
        llmanac("doctor", "--data-dir", str(region.data_dir)),
        capture_output=True,
        text=True,
        env=environment(region.data_dir),
        check=False,
    )
    told = [
        region.client.get("/api/v1/refreshes").text,
        region.client.get("/readyz").text,
        region.client.get(f"/api/v1/inference/catalog/{MODEL}").text,
        page.text,
        doctor.stdout + doctor.stderr,
        region.log.read_text(),
    ]
    assert page.status_code == 200
    assert [text for text in told if secret in text] == []
