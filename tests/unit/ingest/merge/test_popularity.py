"""Popularity is the share of hosts that choose freely what to carry."""

from __future__ import annotations

import pytest

from llmanac.ingest.merge.popularity import HostedModel, at_host, neutral_hosts, shares

LABS = ("anthropic", "openai", "google", "xai")


def lists(host: str, *bases: str, labs: tuple[str, ...] = LABS, closed: bool = True) -> list[HostedModel]:
    """A host that carries one model of each of ``labs``, and the given ones of nobody."""
    return [
        *(HostedModel(f"{lab}-model", lab, host, closed) for lab in labs),
        *(HostedModel(base, None, host, closed=False) for base in bases),
    ]


def test_a_host_is_neutral_with_four_labs_and_something_closed() -> None:
    sightings = [
        *lists("neutral"),
        *lists("lab's own", labs=("openai",)),
        *lists("three", labs=LABS[:3]),
        *lists("open only", closed=False),
    ]

    assert neutral_hosts(sightings) == {"neutral"}


def test_the_share_counts_neutral_hosts_once_each() -> None:
    sightings = [
        *lists("a", "x", "x", "y"),
        *lists("b", "x"),
        *lists("c"),
        *lists("d"),
        *lists("open only", "x", "z", closed=False),
    ]

    found = shares(sightings)

    assert (found["x"], found["y"], found["openai-model"]) == (0.5, 0.25, 1.0)
    assert "z" not in found


def test_without_neutral_hosts_nothing_is_popular() -> None:
    assert shares(lists("lab's own", "x", labs=("openai",))) == {}


@pytest.mark.parametrize(
    ("place", "popularity"), [(0, 0.8), (1, pytest.approx(0.6)), (2, pytest.approx(0.6)), (None, 0.4)]
)
def test_an_offer_is_as_popular_as_its_model_at_the_labs_first_host_and_less_elsewhere(
    place: int | None, popularity: float
) -> None:
    assert at_host(0.8, place) == popularity
