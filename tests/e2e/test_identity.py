"""A running server and an identity provider that it has to ask for keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from .conftest import RunningServer, StartServer

PATH = "/api/v1/inference/catalog"
ISSUER, AUDIENCE = "https://login.example.org", "llmanac"


class Provider(ThreadingHTTPServer):
    """Serves its key set, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Keys)
        self.key = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
        self.asked = 0

    def sign(self, **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now, "exp": now + 300, "scope": "catalog:read"}
        return jwt.encode({"alg": "ES256", "kid": "k1"}, claims | changes, self.key)


class Keys(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        self.server.asked += 1
        body = orjson.dumps({"keys": [self.server.key.as_dict(private=False)]})
        self.send_response(200)
        self.send_header("Content-Type", "application/jwk-set+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture(scope="module")
def trusting(start_server: StartServer, provider: Provider) -> RunningServer:
    return start_server(
        "--no-refresh",
        LLMANAC_JWT_ISSUER=ISSUER,
        LLMANAC_JWT_AUDIENCE=AUDIENCE,
        LLMANAC_JWT_KEYS=f"http://127.0.0.1:{provider.server_address[1]}/keys",
        LLMANAC_ALLOW_PRIVATE_SOURCES="true",
        LLMANAC_FAILURES_PER_MINUTE="0",
    )


def ask(server: RunningServer, token: str, path: str = PATH) -> httpx2.Response:
    return httpx2.get(server.url + path, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60)


def test_who_has_a_good_jwt_may_do_what_it_says_and_no_more(trusting: RunningServer, provider: Provider) -> None:
    assert ask(trusting, provider.sign()).status_code == 200
    refused = ask(trusting, provider.sign(), "/api/v1/tokens")
    assert (refused.status_code, refused.json()["type"]) == (403, "forbidden_error")
    assert "login.example.org:alice" in refused.json()["detail"]


def test_a_jwt_and_a_token_get_the_same_answer(trusting: RunningServer, provider: Provider) -> None:
    replies = [ask(trusting, token, f"{PATH}?query=claude") for token in (provider.sign(), trusting.token)]
    assert len({(reply.content, reply.headers["etag"]) for reply in replies}) == 1


def test_a_jwt_past_its_end_is_expired_and_any_other_fault_is_a_bad_token(
    trusting: RunningServer, provider: Provider
) -> None:
    for changes, kind in (({"exp": 1}, "expired_signature_error"), ({"aud": "other"}, "token_error")):
        reply = ask(trusting, provider.sign(**changes))
        assert (reply.status_code, reply.json()["type"]) == (401, kind)
        assert 'error="invalid_token"' in reply.headers["www-authenticate"]


def test_a_hundred_unknown_keys_make_the_provider_be_asked_at_most_once_more(
    trusting: RunningServer, provider: Provider
) -> None:
    before = provider.asked
    header = {"alg": "ES256"}
    for number in range(100):
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "mallory", "exp": int(time.time()) + 300}
        token = jwt.encode(header | {"kid": f"unknown {number}"}, claims, provider.key)
        assert ask(trusting, token).status_code == 401
    assert provider.asked <= before + 1
