from __future__ import annotations

from itertools import count

from llmanac.auth.lookup_budget import LookUpBudget


class Stopwatch:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def budget(stopwatch: Stopwatch, *, remembered: int = 100) -> LookUpBudget:
    return LookUpBudget(per_second=5, remembered=remembered, monotonic=stopwatch)


def spend_all(spender: LookUpBudget) -> int:
    """How many different tokens may be looked up before the first refusal."""
    return next(number for number in count() if not spender.spend(b"%d" % number))


def test_a_second_has_so_many_look_ups_and_no_more() -> None:
    assert spend_all(budget(Stopwatch())) == 5


def test_look_ups_come_back_with_time() -> None:
    stopwatch = Stopwatch()
    spender = budget(stopwatch)
    spend_all(spender)

    stopwatch.seconds += 0.5

    assert spend_all(spender) == 2


def test_look_ups_are_not_saved_up() -> None:
    stopwatch = Stopwatch()
    spender = budget(stopwatch)

    stopwatch.seconds += 3600

    assert spend_all(spender) == 5


def test_a_missing_token_is_not_looked_up_again_and_costs_nothing() -> None:
    spender = budget(Stopwatch())
    spender.remember_missing(b"missing")

    assert not any(spender.spend(b"missing") for _ in range(10))
    assert spend_all(spender) == 5


def test_the_oldest_missing_token_makes_room_for_the_newest() -> None:
    spender = budget(Stopwatch(), remembered=2)
    for digest in (b"one", b"two", b"three"):
        spender.remember_missing(digest)

    assert [spender.spend(digest) for digest in (b"one", b"two", b"three")] == [True, False, False]
