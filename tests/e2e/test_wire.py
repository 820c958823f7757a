"""Broken requests against a real server. The large numbers are in ``bench/abuse``; these are enough to notice."""

from __future__ import annotations

import asyncio

import pytest
from bench.abuse.mutations import attack, mutants, seeds

from llmanac import paths

from .conftest import RunningServer, StartServer

COUNT = 1000
PAGE = "/api/v1/inference/catalog?query=claude&limit=20"


@pytest.fixture(scope="module")
def patient(start_server: StartServer) -> RunningServer:
    """A server that all those requests may come to from one address."""
    return start_server("--no-refresh", LLMANAC_MAX_CONNECTIONS_PER_ADDRESS="0", LLMANAC_FAILURES_PER_MINUTE="0")


def test_broken_requests_get_the_envelope_or_a_clean_close(patient: RunningServer) -> None:
    port = int(patient.url.rpartition(":")[2])
    requests = mutants(seeds(PAGE, patient.token), COUNT, seed=7)
    verdicts = asyncio.run(attack(port, requests, at_once=50))
    assert not verdicts.wrong
    assert sum(verdicts.statuses.values()) + verdicts.silent >= COUNT
    assert verdicts.statuses[400] > COUNT / 10, "the requests are broken indeed"
    assert patient.client.get(PAGE).status_code == 200


def test_a_large_document_arrives_whole_however_slowly_it_is_read(server: RunningServer) -> None:
    """Twice on one connection, the second time from memory: far more than the buffers between the two hold."""
    expected = server.client.get(paths.MODELS_DEV, headers={"accept-encoding": "identity"}, timeout=60).content
    request = (
        f"GET {paths.MODELS_DEV} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.token}\r\n\r\n"
    ).encode()

    async def read_slowly() -> list[bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]), limit=1 << 12)
        writer.write(request * 2)
        bodies = []
        for _ in range(2):
            head = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.2)
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            bodies.append(await reader.readexactly(length))
        writer.close()
        return bodies

    assert asyncio.run(read_slowly()) == [expected, expected]
    assert len(expected) > 1 << 20


def test_no_token_is_in_what_the_server_writes(start_server: StartServer) -> None:
    """Requests that carry secrets wherever there is room for them; none comes out in logs, metrics or errors."""
    server = start_server("--no-refresh", LLMANAC_ACCESS_LOG="all", LLMANAC_METRICS_PORT="0")
    metrics = server.log.read_text().splitlines()[0].split()[-1]
    secret = "canary" + "0" * 37
    token = f"llma_00000000_{secret}_000000"
    jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5Y2FuYXJ5"
    said = []
    for value in (token, jwt, server.token):
        for path, headers in (
            ("/api/v1/inference/catalog", {"Authorization": f"Bearer {value}"}),
            ("/api/v1/inference/catalog", {"X-API-Key": value}),
            (f"/k/{value}/api.json", {}),
            (f"/api/v1/inference/catalog?key={value}", {}),
            (f"/api/v1/tokens/{value}", {"Authorization": f"Bearer {server.token}"}),
            ("/nowhere", {"Cookie": f"session={value}", "X-Request-ID": "a " + value, "User-Agent": value}),
            ("/nowhere", {"traceparent": value, "X-Forwarded-For": value}),
        ):
            reply = server.client.get(path, headers={"Authorization": "", **headers})
            said.append(f"{reply.headers} {reply.text}" if reply.status_code >= 400 else "")
    said.append(server.client.get(metrics).text)
    logs = server.stop()
    assert logs.count('"event":"request"') >= len(said) - 1
    for text, where in ((logs, "logs"), ("".join(said[-1:]), "metrics")):
        for forbidden in (secret, "Y2FuYXJ5Y2FuYXJ5", server.token.split("_")[2]):
            assert forbidden not in text, where
