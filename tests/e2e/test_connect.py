"""``llmanac connect --test`` against a running server, for every client that is known."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llmanac.dialects.clients import CLIENTS, Client

from .conftest import RunningServer, environment, llmanac


@pytest.fixture(scope="module")
def keys(server: RunningServer) -> dict[bool, str]:
    """A token for headers, and one for paths, by whether a client sends a credential."""
    made = {
        sends: server.client.post("/api/v1/tokens", json={"name": f"connect {sends}", "in_path": not sends}, timeout=60)
        for sends in (True, False)
    }
    return {sends: reply.json()["token"] for sends, reply in made.items()}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda it: it.name)
def test_a_client_is_answered_as_it_asks(
    server: RunningServer, keys: dict[bool, str], tmp_path: Path, client: Client
) -> None:
    command = llmanac("connect", client.name, "--test", "--url", server.url, "--token", keys[client.sends_credential])
    done = subprocess.run(command, capture_output=True, text=True, env=environment(tmp_path), check=False)
    assert done.returncode == 0, done.stderr
    assert "It works" in done.stderr


def test_a_token_for_headers_opens_no_path(server: RunningServer, keys: dict[bool, str], tmp_path: Path) -> None:
    command = llmanac("connect", "opencode", "--test", "--url", server.url, "--token", keys[True])
    done = subprocess.run(command, capture_output=True, text=True, env=environment(tmp_path), check=False)
    assert done.returncode == 4, done.stderr
    assert "--in-path" in done.stderr
    assert keys[True] not in done.stderr
