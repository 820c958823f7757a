from __future__ import annotations

import pytest

from ....small_policies import AFTER, policy
from .conftest import Site

pytestmark = pytest.mark.anyio


@pytest.fixture
async def inbox(site: Site) -> Site:
    """Two models have arrived since the policy began."""
    await site.policies.policies.create(policy("corp", new_arrivals="quarantine"))
    await site.policies.serve(AFTER)
    return site


async def waiting(site: Site) -> list[str]:
    return [it.id for it in await site.policies.policies.waiting("corp")]


async def test_what_waits_is_listed_under_its_policy(inbox: Site) -> None:
    html = (await inbox.get("/arrivals")).text
    assert 'value="acme/gamma"' in html
    assert 'value="acme/delta"' in html
    assert 'value="acme/alpha"' not in html
    assert "2 wait" in html


async def test_the_chosen_are_approved_with_a_reason_and_taken_back(inbox: Site) -> None:
    await inbox.post("/arrivals/corp", action="approve", ids=["acme/gamma"], reason="Checked")
    assert await waiting(inbox) == ["acme/delta"]
    html = (await inbox.get("/arrivals")).text
    assert "Checked" in html
    assert "1 waits" in html

    await inbox.post("/arrivals/corp", action="withdraw", ids=["acme/gamma"])
    assert sorted(await waiting(inbox)) == ["acme/delta", "acme/gamma"]


async def test_all_are_approved_at_once(inbox: Site) -> None:
    await inbox.post("/arrivals/corp", action="approve-all")
    assert await waiting(inbox) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "approve"}, 400),
        ({"action": "withdraw"}, 400),
        ({"action": "approve", "ids": "acme/none"}, 404),
        ({"action": "withdraw", "ids": "acme/gamma"}, 404),
    ],
)
async def test_a_choice_of_nothing_and_of_what_does_not_wait_changes_nothing(
    inbox: Site, fields: dict[str, str], status: int
) -> None:
    await inbox.post("/arrivals/corp", expect=status, **fields)
    assert len(await waiting(inbox)) == 2


async def test_without_a_quarantine_the_page_says_how_there_would_be_one(site: Site) -> None:
    await site.policies.policies.create(policy("corp"))
    assert "wait until somebody approves them" in (await site.get("/arrivals")).text
