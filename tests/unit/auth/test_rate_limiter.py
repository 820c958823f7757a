from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from llmanac.auth.rate_limiter import Quota, RateLimiter, whole_seconds

from ..watches import MonotonicWatch


def limiter(requests: int = 10, seconds: float = 60, *, remembered: int = 100) -> tuple[RateLimiter, MonotonicWatch]:
    watch = MonotonicWatch()
    return RateLimiter(Quota(requests, seconds), monotonic=watch, remembered=remembered), watch


def test_all_of_a_quota_may_be_used_at_once_and_no_more() -> None:
    limits, _ = limiter()
    assert [limits.charge("a").allowed for _ in range(12)] == [True] * 10 + [False] * 2


def test_every_decision_has_the_remaining_requests() -> None:
    limits, _ = limiter()
    assert [limits.charge("a").remaining for _ in range(11)] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]


def test_a_client_that_waits_for_retry_after_is_allowed() -> None:
    limits, watch = limiter()
    for _ in range(10):
        limits.charge("a")
    refused = limits.charge("a")
    assert not refused.allowed
    assert whole_seconds(refused.retry_after_s) == 6
    watch.now += 5.9
    assert not limits.charge("a").allowed
    watch.now += 0.1
    assert limits.charge("a").allowed


def test_a_refused_request_costs_nothing() -> None:
    limits, watch = limiter()
    for _ in range(1000):
        limits.charge("a")
    watch.now += 6
    assert limits.charge("a").allowed


def test_after_the_whole_time_all_of_it_is_back() -> None:
    limits, watch = limiter()
    for _ in range(10):
        limits.charge("a")
    assert limits.peek("a").reset_s == 60
    watch.now += 60
    assert limits.peek("a").remaining == 10


def test_each_key_has_its_own_quota() -> None:
    limits, _ = limiter(1)
    assert [limits.charge(key).allowed for key in "abab"] == [True, True, False, False]


def test_a_peek_charges_nothing_and_a_refund_gives_back() -> None:
    limits, _ = limiter(2)
    limits.charge("a")
    assert limits.peek("a").remaining == limits.peek("a").remaining == 1
    limits.refund("a")
    assert limits.peek("a").remaining == 2
    limits.refund("nobody")


def test_no_more_keys_are_remembered_than_there_is_room_for() -> None:
    limits, _ = limiter(1, remembered=100)
    for number in range(1000):
        limits.charge(f"key {number}")
    assert len(limits._full_at) <= 100
    assert not limits.charge("key 999").allowed


def test_keys_with_their_whole_quota_are_forgotten_first() -> None:
    limits, watch = limiter(1, 60, remembered=3)
    limits.charge("a")
    watch.now += 61
    for key in "bcd":
        limits.charge(key)
    assert not any(limits.charge(key).allowed for key in "bcd")


@given(st.lists(st.floats(0, 30), max_size=200))
def test_no_window_ever_holds_more_than_twice_the_quota(pauses: list[float]) -> None:
    """GCRA allows a full burst, and then the steady rate: in any window at most the two together."""
    limits, watch = limiter(5, 10)
    answered = []
    for pause in pauses:
        watch.now += pause
        if limits.charge("a").allowed:
            answered.append(watch.now)
    assert all(sum(start <= at < start + 10 for at in answered) <= 10 for start in answered)
