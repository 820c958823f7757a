"""Refreshing as an operator does it: the command, a server beside it, and a mirror in place of the world."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import orjson
import pytest

from .conftest import StartServer, environment, llmanac, publishing

FILES = {"LLMANAC_MODELS_DEV_URL": "models.dev.json.gz", "LLMANAC_LITELLM_URL": "litellm.json.gz"}


@dataclass(frozen=True)
class Mirror:
    """A folder of feeds, served over plain http on this machine."""

    folder: Path
    variables: dict[str, str]

    def add_model(self, provider: str, model: str) -> None:
        """Publish a model that was not there before."""
        path = self.folder / FILES["LLMANAC_MODELS_DEV_URL"]
        content = orjson.loads(gzip.decompress(path.read_bytes()))
        models = content[provider]["models"]
        models[model] = {**next(iter(models.values())), "id": model, "name": model}
        path.write_bytes(gzip.compress(orjson.dumps(content)))


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """It has what the package carries."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name in FILES.values():
        (folder / name).write_bytes(resources.files("llmanac.ingest.packaged").joinpath("feeds", name).read_bytes())
    with publishing(folder) as url:
        variables = {variable: f"{url}/{name}" for variable, name in FILES.items()}
        yield Mirror(folder, {**variables, "LLMANAC_ALLOW_PRIVATE_SOURCES": "true"})


def run(data_dir: Path, mirror: Mirror, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*llmanac("refresh"), *arguments, "--data-dir", str(data_dir)],
        env=environment(data_dir, **{**mirror.variables, **variables}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_server_serves_what_the_command_beside_it_has_fetched(
    mirror: Mirror, tmp_path: Path, start_server: StartServer
) -> None:
    data_dir = tmp_path / "data"
    server = start_server(data_dir=data_dir, **mirror.variables)
    unchanged = run(data_dir, mirror, "--json")
    mirror.add_model("openai", "gpt-of-tomorrow")
    changed = run(data_dir, mirror, "--json")

    assert [it["outcome"] for it in json.loads(unchanged.stdout)["sources"]] == ["not_modified"] * 2
    [source, _] = json.loads(changed.stdout)["sources"]
    assert (source["outcome"], source["added"], changed.returncode) == ("updated", 1, 0)
    assert found_within(30, server, "gpt-of-tomorrow")
    listed = run(data_dir, mirror, "list").stdout
    assert [line.split()[2] for line in listed.splitlines()[1:]] == ["updated", "not_modified"]


def test_a_refresh_asked_of_the_server(mirror: Mirror, tmp_path: Path, start_server: StartServer) -> None:
    server = start_server(data_dir=tmp_path / "data", **mirror.variables)
    mirror.add_model("openai", "gpt-of-tomorrow")

    reply = server.client.post("/api/v1/refreshes", params={"wait": "true"}, timeout=120)

    assert (reply.status_code, reply.json()["outcome"]) == (200, "updated")
    assert found_within(0, server, "gpt-of-tomorrow")
    assert reply.json()["snapshot"] == server.client.get("/readyz").json()["snapshot"]


def test_without_a_network_the_failure_is_told_and_what_was_served_is_served(
    mirror: Mirror, tmp_path: Path, start_server: StartServer
) -> None:
    nowhere = dict.fromkeys(FILES, "https://llmanac.invalid/feed.json")
    done = run(tmp_path / "data", mirror, **nowhere)

    assert done.returncode == 1
    assert "llmanac.invalid cannot be found" in done.stderr
    server = start_server(data_dir=tmp_path / "data", **{**mirror.variables, **nowhere})
    assert server.client.get("/api/v1/inference/catalog").json()["total"] > 0
    assert server.client.post("/api/v1/refreshes", params={"wait": "true"}, timeout=120).status_code == 502


def test_private_addresses_need_leave(mirror: Mirror, tmp_path: Path) -> None:
    plain = run(tmp_path, mirror, LLMANAC_ALLOW_PRIVATE_SOURCES="false")
    private = run(
        tmp_path,
        mirror,
        LLMANAC_ALLOW_PRIVATE_SOURCES="false",
        **dict.fromkeys(FILES, "https://127.0.0.1:1/feed.json"),
    )

    assert (plain.returncode, "plain http" in plain.stderr) == (2, True)
    assert (private.returncode, "127.0.0.1: this machine" in private.stderr) == (1, True)


def found_within(seconds: float, server: Any, name: str) -> bool:
    """Whether a server knows a model, if not now then soon."""
    until = time.monotonic() + seconds
    while True:
        models = server.client.get("/api/v1/inference/catalog", params={"query": name, "limit": 1}).json()["models"]
        if models and models[0]["name"] == name:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
