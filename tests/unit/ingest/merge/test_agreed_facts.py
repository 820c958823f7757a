"""Facts of a base model that hosts state differently: the lab's word, unless most other hosts object."""

from __future__ import annotations

from typing import Any

import pytest

from llmanac.ingest.merge.agreed_facts import HostFact, agree, agree_on_release, agree_on_weights


def own(*values: Any) -> list[HostFact[Any]]:
    return [HostFact(it, is_own=True) for it in values]


def others(*values: Any) -> list[HostFact[Any]]:
    return [HostFact(it, is_own=False) for it in values]


def test_the_labs_own_hosts_are_asked_first() -> None:
    assert agree([*own("b", None), *others("a", "a", "a")]) == "b"
    assert agree([*own(None), *others("c", "a", "a", "b", "b")]) == "a"
    assert agree(own(None)) is None


def test_the_lab_knows_whether_its_weights_are_open() -> None:
    assert agree_on_weights([*own(True), *others(False, False, False, False)]) is True
    assert agree_on_weights([*own(False), *others(True)]) is False


def test_most_of_five_hosts_know_better() -> None:
    assert agree_on_weights([*own(False), *others(True, True, True, False, True)]) is True
    assert agree_on_weights(others(True, True, True, False, False)) is True
    assert agree_on_weights([*own(True), *others(False, False, False, True, True, True)]) is True  # as many as not


def test_where_neither_the_lab_nor_five_hosts_speak_each_has_its_own_word() -> None:
    assert agree_on_weights(others(True, True, False, None, None)) is None
    assert agree_on_weights([]) is None


@pytest.mark.parametrize(
    ("stated", "agreed"),
    [
        ("2025-12-02", "2025-12-02"),
        ("2025-10-01", "2025-10-01"),  # 62 days before the others
        ("2024-11-01", "2025-12-02"),  # a year before the others
        ("2024-11", "2025-12-02"),
    ],
)
def test_a_release_far_from_that_of_most_hosts_is_a_mistake(stated: str, agreed: str) -> None:
    hosts = others("2025-12-02", "2025-12-02", "2025-12-03", "2025-12-04", "2024-01-01")

    assert agree_on_release([*own(stated), *hosts]) == agreed
    assert agree_on_release([*own(stated), *hosts[:4]]) == stated
