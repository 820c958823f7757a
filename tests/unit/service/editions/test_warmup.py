"""An edition is warmed up with a few queries before it is published."""

from __future__ import annotations

from itertools import count

from llmanac.service.editions.reader import browse
from llmanac.service.editions.warmup import questions, warm_up

from ...small_past import SECOND, edition_of, litellm, model, models_dev

FEEDS = (models_dev(SECOND, alpha=model(name="Alpha Large"), beta=model(name=None)), litellm())


def test_its_own_names_hosts_and_capabilities_are_queried() -> None:
    edition = edition_of(*FEEDS)
    asked = list(questions(edition))

    assert {it.text for it in asked if it.text} >= {"Alpha Large", "Alp", "alpha"}
    assert {label for it in asked for label in it.labels("provider")} == {"acme"}
    assert any(browse(edition, it).total == 1 for it in asked if it.text)
    assert list(questions(edition)) == asked


def test_it_ends_when_its_time_is_over_and_not_before() -> None:
    edition, all_of_them = edition_of(*FEEDS), len(list(questions(edition_of(*FEEDS))))

    assert warm_up(edition, budget_s=float("inf")) == all_of_them
    assert warm_up(edition, budget_s=3.0, monotonic=map(float, count()).__next__) == 2
    assert warm_up(edition, budget_s=0.0, monotonic=lambda: 0.0) == 0
