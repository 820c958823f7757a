from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from types import MappingProxyType

import orjson
import pytest

from llmanac.auth.token import mint
from llmanac.http.logs import LogFormat, configure, redact
from llmanac.http.middleware.access_log import CONTEXT

TOKEN = mint().text
SECRET = TOKEN.split("_")[2]
JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"

CANARIES = {
    "a token": (TOKEN, SECRET),
    "a token in a path": (f"GET /k/{TOKEN}/api.json", SECRET),
    "a token without its end": (TOKEN[:-8], SECRET),
    "a JWT": (f"bad JWT {JWT}", "c2lnbmF0dXJl"),
    "a JWT without signature": (JWT.rpartition(".")[0] + ".", "eyJzdWIi"),
    "a bearer": ("Authorization: Bearer canary-0001", "canary"),
    "a bearer in lower case": ("authorization: bearer canary-0001", "canary"),
    "basic credentials": ("Basic Y2FuYXJ5", "Y2FuYXJ5"),
    "a key in a header": ("X-API-Key: canary-0001", "canary"),
    "a database": ("postgresql://llmanac:canary@db.example.org/llmanac", "canary"),
    "a cache": ("redis://:canary@cache:6379/0", "canary"),
    "a proxy": ("https://user:canary@proxy.example.org:3128", "canary"),
    "a password": ("could not connect: password=canary host=db", "canary"),
    "a cookie": ("Cookie: canary=1", "canary"),
    "a dictionary": ("{'password': 'canary'}", "canary"),
}


@pytest.fixture(params=list(LogFormat))
def stream(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("llmanac")
    before = root.handlers[:], root.level, ours.level
    written = io.StringIO()
    configure(request.param, stream=written)
    yield written
    root.handlers[:], level, our_level = before
    root.setLevel(level)
    ours.setLevel(our_level)


@pytest.mark.parametrize("name", CANARIES)
def test_no_secret_is_written_wherever_it_stands(stream: io.StringIO, name: str) -> None:
    text, secret = CANARIES[name]
    logger = logging.getLogger("llmanac.test")
    logger.warning("message %s", text)
    logger.warning(text)
    logger.warning("field", extra={"field": text, "nested": {"deep": [text, (text,)]}, "object": ValueError(text)})
    logger.error("failed", exc_info=RuntimeError(text))
    logging.getLogger("somebody.else").error("theirs: %s", text)
    assert stream.getvalue().count("\n") >= 5
    assert secret not in stream.getvalue()


def test_what_is_no_secret_is_left_as_it_is() -> None:
    for text in (
        "GET /api/v1/inference/catalog",
        "https://models.dev/api.json",
        "eye of the beholder",
        "llmanac serves 8,337 offers",
        "bearers of tokens",
        "mail alice@example.org",
    ):
        assert redact(text) == text


def test_the_id_of_a_token_stays() -> None:
    assert redact(TOKEN) == f"{TOKEN[:13]}_[redacted]"


@pytest.mark.parametrize("text", ["a\nb", "a\r\nfake INFO line", "\x1b[2Jcleared", "\u202edesrever", "\x00", "\u2028"])
def test_nobody_can_begin_a_line_or_steer_a_terminal(stream: io.StringIO, text: str) -> None:
    logging.getLogger("llmanac.test").warning("path %s", text, extra={"field": text})
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert not set(text) & {"\x1b", "\u202e", "\x00", "\u2028", "\r"} & set(written)


def test_a_line_of_json_says_when_where_what_and_in_which_request() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.handlers[:]
    formatter = configure(LogFormat.JSON, stream=written)
    handler.setFormatter(formatter)
    token = CONTEXT.set(MappingProxyType({"request_id": "r1"}))
    logging.getLogger("llmanac.test").warning("it happened", extra={"count": 3})
    CONTEXT.reset(token)
    root.handlers[:] = before
    line = orjson.loads(written.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "it happened",
        "level": "warning",
        "logger": "llmanac.test",
        "count": 3,
        "request_id": "r1",
    }
