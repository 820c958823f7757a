"""The command against a running server, as a person uses it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from llmanac.version import __version__

from .conftest import RunningServer, StartServer, llmanac

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command with these arguments, and the server as its setting."""
    monkeypatch.setenv("HOME", str(server.data_dir))
    monkeypatch.setenv("LLMANAC_URL", server.url)
    monkeypatch.setenv("LLMANAC_TOKEN", server.token)

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return subprocess.run(llmanac(*arguments), capture_output=True, text=True, check=False)

    return run


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_server_is_asked_where_one_is_named(server: RunningServer, run: Run) -> None:
    page = answer(run("search", "claude", "sonnet", "--limit", "2", "--json"))
    assert page == server.client.get("/api/v1/inference/catalog?query=claude+sonnet&limit=2").json()


def test_a_server_adds_the_history_of_a_model(run: Run) -> None:
    there = answer(run("show", "gemini/gemini-3.5-flash-lite", "--json"))
    here = answer(run("show", "gemini/gemini-3.5-flash-lite", "--json", LLMANAC_URL=""))
    assert {name: there[name] for name in here} == here
    assert set(there) - set(here) == {"sources", "provenance", "reasons", "claims", "history"}


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"LLMANAC_TOKEN": "llma_12345678_wrong_000000"}, 4, "token"),
        ({"LLMANAC_URL": "http://127.0.0.1:1"}, 7, "http://127.0.0.1:1 cannot be reached"),
        ({"LLMANAC_URL": "nowhere"}, 2, "begins with http"),
    ],
)
def test_a_failure_is_one_line_and_a_code(
    server: RunningServer, run: Run, variables: dict[str, str], code: int, *, said: str
) -> None:
    done = run("search", "claude", **variables)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert server.token not in done.stderr


def test_a_command_that_is_too_old_for_a_server_is_told_to_upgrade(start_server: StartServer, run: Run) -> None:
    strict = start_server(LLMANAC_MINIMUM_CLIENT_VERSION="99.0.0")
    done = run("search", "claude", LLMANAC_URL=strict.url, LLMANAC_TOKEN=strict.token)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("llmanac: This server wants llmanac-cli 99.0.0 or newer: pip install --upgrade llmanac.\n")


def test_a_command_that_is_new_enough_is_served(start_server: StartServer, run: Run) -> None:
    server = start_server(LLMANAC_MINIMUM_CLIENT_VERSION=__version__)
    assert answer(run("search", "claude", "--json", LLMANAC_URL=server.url, LLMANAC_TOKEN=server.token))["models"]
