"""Programs of others, in an environment of their own, and a server for them: under overlays and a policy."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from llmanac import paths

from ..conftest import RunningServer, starting

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
ENVIRONMENT = ROOT / ".venv-clients"
"""Made by ``make clients``."""

OVERLAYS = """
[[overlays]]
name = "corp"

[[overlays.rules]]
match = "anthropic/claude-sonnet-5"
set = { rates = { input = 1.5, output = 7.5, cache_read = 0.15 } }
reason = "Negotiated"

[[overlays.rules]]
match = "openai/*"
set = { discount = 0.5 }
reason = "Contract"

[[overlays.rules]]
add_host = { id = "rack", name = "Our rack", api = "https://llm.example/v1", env = ["RACK_KEY"] }
reason = "Our machines"

[[overlays.rules]]
add = { id = "rack/own-one", like = "anthropic/claude-sonnet-5" }
set = { rates = { input = 0.25, output = 0.5 }, name = "Own One" }
reason = "Our own"
"""
POLICIES = """
[[policies]]
name = "house"
given_to = { everyone = true }

[[policies.rules]]
effect = "deny"
match = ["xai/*", "openrouter/*", "bedrock/*"]
reason = "No contract"
"""

Entry = dict[str, Any]
Ask = Callable[..., Any]


@dataclass(frozen=True)
class Served:
    """A server that wants a token, and a key in its paths for clients that send none."""

    server: RunningServer
    key: str

    def details(self, id_: str) -> Entry:
        """Everything that the API tells of one model."""
        reply = self.server.client.get(f"/api/v1/inference/catalog/{id_}")
        assert reply.status_code == 200, reply.text
        details: Entry = reply.json()
        return details


@pytest.fixture(scope="session")
def clients() -> Path:
    """The environment of the clients."""
    return ENVIRONMENT


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("declared")
    (folder / "overlays.toml").write_text(OVERLAYS, encoding="utf-8")
    (folder / "policies.toml").write_text(POLICIES, encoding="utf-8")
    declared = {
        "LLMANAC_OVERLAYS": str(folder / "overlays.toml"),
        "LLMANAC_POLICIES": str(folder / "policies.toml"),
    }
    with starting(tmp_path_factory) as start:
        server = start(**declared)
        server.client.timeout = httpx2.Timeout(60)
        made = server.client.post(paths.TOKENS, json={"name": "clients", "in_path": True})
        for coding in ("gzip", "zstd"):
            # LiteLLM waits for five seconds, which a busy machine may need to make a document for the first time.
            assert server.client.get(paths.LITELLM, headers={"accept-encoding": coding}).status_code == 200
        yield Served(server, made.json()["token"])


@pytest.fixture(scope="module")
def catalog(served: Served) -> Mapping[str, Entry]:
    """Every model that the API lists, by its id; with LiteLLM's id as ``litellm_id``, and whether it is for chat."""
    listed, spelt = (_listed(served, ids=ids) for ids in ("models.dev", "litellm"))
    chats = {entry["id"] for entry in _listed(served, kind="chat", ids="models.dev")}
    return {
        entry["id"]: {**entry, "litellm_id": other["id"], "kind": "chat" if entry["id"] in chats else "another"}
        for entry, other in zip(listed, spelt, strict=True)
    }


def _listed(served: Served, **query: str) -> list[Entry]:
    """All pages of a query."""
    entries: list[Entry] = []
    total = 1
    while len(entries) < total:
        params = {**query, "limit": "100", "offset": str(len(entries))}
        page = served.server.client.get("/api/v1/inference/catalog", params=params).json()
        entries, total = entries + page["models"], page["total"]
    return entries


@pytest.fixture(scope="module")
def ask(clients: Path, served: Served) -> Ask:
    """Runs a script of ``asks/`` in the clients' environment: its answer to a question, both as JSON."""

    def run(script: str, *, guarded: bool, **question: Any) -> Any:
        url = served.server.url
        interpreter = "node" if script.endswith(".mjs") else str(clients / "bin" / "python")
        # Node finds packages beside a script's own path.
        path = clients / script if script.endswith(".mjs") else HERE / "asks" / script
        done = subprocess.run(
            [interpreter, str(path)],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "SERVER": url if guarded else f"{url}{paths.KEY_PREFIX}{served.key}",
                "TOKEN": served.server.token,
                "NODE_MODULES": str(clients / "node_modules"),
            },
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run
