"""When a call is sent again, and after how long."""

from __future__ import annotations

import pytest

from llmanac_client.call import Call
from llmanac_client.errors import APIError, ClientError, ConnectionFailed, UnreadableResponse
from llmanac_client.json_format import read_nothing
from llmanac_client.retries import Retries

READ = Call("GET", "/", read_nothing)
WRITE = Call("POST", "/", read_nothing)
REPEATABLE = Call("POST", "/", read_nothing, is_repeatable=True)
ALWAYS = Retries(attempts=9, first_wait_s=1, longest_wait_s=5, random=lambda: 1.0)


def refused(code: int, **headers: str) -> APIError:
    return APIError("No.", code=code, headers={name.replace("_", "-"): it for name, it in headers.items()})


@pytest.mark.parametrize(
    ("error", "read", "write", "repeatable"),
    [
        (ConnectionFailed("x"), True, False, True),
        (ConnectionFailed("x", is_unsent=True), True, True, True),
        (refused(429), True, True, True),
        (refused(503), True, False, True),
        (refused(500), False, False, False),
        (refused(404), False, False, False),
        (UnreadableResponse("x"), False, False, False),
    ],
)
def test_only_what_does_no_harm_is_sent_again(error: ClientError, *, read: bool, write: bool, repeatable: bool) -> None:
    sent_again = [ALWAYS.wait_s(error, call, attempt=1) is not None for call in (READ, WRITE, REPEATABLE)]
    assert sent_again == [read, write, repeatable]


def test_waits_double_up_to_the_longest() -> None:
    waits = [ALWAYS.wait_s(ConnectionFailed("x"), READ, attempt=attempt) for attempt in range(1, 10)]
    assert waits == [1, 2, 4, 5, 5, 5, 5, 5, None]


def test_a_wait_is_by_chance_but_never_shorter_than_the_server_asks_for() -> None:
    for retries, chance in ((Retries(first_wait_s=1, random=float), 0.0), (ALWAYS, 1.0)):
        assert retries.wait_s(refused(429, retry_after="3"), READ, attempt=1) == 3 + chance
        assert retries.wait_s(refused(503), READ, attempt=1) == chance


def test_a_wait_longer_than_the_longest_is_none() -> None:
    assert ALWAYS.wait_s(refused(429, retry_after="6"), READ, attempt=1) is None
