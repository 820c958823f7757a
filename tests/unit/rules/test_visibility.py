"""The offers that policies show, compared with a reading of their rules offer by offer."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from llmanac.domain.catalog import CatalogData
from llmanac.domain.records import Offer
from llmanac.rules.documents import read_policy as parse_policy
from llmanac.rules.policy import Policy
from llmanac.rules.selector import SelectableOffers
from llmanac.rules.visibility import PolicyReading, Visibility, read_policy
from llmanac.search.index.filter_index import FilterIndex, FilterPostings

IDS = ("acme/one", "acme/two", "beta/one", "beta/two", "beta/two-preview", "cargo/one")
LISTED = 4
"""The rest is what only LiteLLM lists, and numbered after it."""


def offers_of(ids: tuple[str, ...], *, first: int = 0) -> SelectableOffers:
    made = [Offer(provider=it.split("/")[0], model=it.split("/")[1], base=it.split("/")[1]) for it in ids]
    catalog = CatalogData(offers=made, providers={}, models={}, featured=(), sources=(), digest="")
    return SelectableOffers(made, FilterIndex.of(FilterPostings.of(catalog)), first=first)


OFFERS = (offers_of(IDS[:LISTED]), offers_of(IDS[LISTED:], first=LISTED))


def policy(*rules: dict[str, Any], **changes: Any) -> Policy:
    return parse_policy({"name": "corp", "rules": list(rules), **changes})


def shown(reading: PolicyReading) -> list[str]:
    return [IDS[number] for number in reading.visible]


def test_without_rules_the_default_decides() -> None:
    assert shown(read_policy(policy(), OFFERS)) == [*IDS]
    assert shown(read_policy(policy(default="deny"), OFFERS)) == []


def test_the_first_rule_about_an_offer_decides() -> None:
    reading = read_policy(
        policy(
            {"effect": "allow", "match": "beta/two"},
            {"effect": "deny", "where": {"provider": "beta"}, "reason": "Not in our region"},
            {"effect": "deny", "match": "beta/two"},
        ),
        OFFERS,
    )

    assert shown(reading) == ["acme/one", "acme/two", "beta/two", "cargo/one"]
    assert reading.removed == (0, 2, 0)


def test_a_denial_names_the_policy_the_rule_and_its_reason() -> None:
    rules = [{"effect": "deny", "match": "acme/*", "reason": "No contract"}, {"effect": "deny", "match": "beta/*"}]
    reading = read_policy(policy(*rules), OFFERS)
    by_default = read_policy(policy(default="deny"), OFFERS)

    assert reading.denial(0) == "Rule 1 of the policy 'corp' denies it: No contract"
    assert reading.denial(2) == "Rule 2 of the policy 'corp' denies it."
    assert by_default.denial(0) == "The policy 'corp' allows only what its rules name; none of them names this."


def test_several_show_what_each_does_and_the_first_that_hides_denies() -> None:
    both = Visibility(
        (
            read_policy(policy({"effect": "deny", "match": "acme/*"}), OFFERS),
            read_policy(policy({"effect": "deny", "match": "beta/*"}, name="other"), OFFERS),
        ),
    )

    assert [IDS[number] for number in both.visible] == ["cargo/one"]
    assert "'corp'" in both.denial(0)
    assert "'other'" in both.denial(2)
    assert both.shows_unlisted("cargo/gone")
    assert not both.shows_unlisted("acme/gone")


def test_the_key_is_that_of_what_is_shown_whoever_computes_it() -> None:
    shown_alike = {
        Visibility((read_policy(it, OFFERS),)).key
        for it in (policy({"effect": "deny", "match": "acme/*"}), policy({"effect": "deny", "match": "a*"}, name="two"))
    }
    others = {Visibility((read_policy(it, OFFERS),)).key for it in (policy(), policy(default="deny"))}

    assert len(shown_alike) == 1
    assert len(others) == 2
    assert shown_alike.isdisjoint(others)


def test_one_that_cannot_be_read_shows_nothing() -> None:
    reading = PolicyReading(name="gone", visible=BitMap())

    assert reading.denial(0) == "The policy 'gone' cannot be read, so it shows nothing."
    assert not reading.shows_unlisted("acme/gone")


RULES = st.lists(
    st.fixed_dictionaries(
        {
            "effect": st.sampled_from(["allow", "deny"]),
            "match": st.lists(
                st.sampled_from(["*", "acme/*", "beta/*", "*/one", "*/two", "beta/two*", "nobody/?"]),
                min_size=1,
                max_size=2,
            ),
        }
    ),
    max_size=5,
)


@given(RULES, st.sampled_from(["allow", "deny"]), st.sets(st.integers(0, len(IDS) - 1)))
def test_it_is_what_reading_the_rules_for_each_offer_gives(
    rules: list[dict[str, Any]], default: str, waiting: set[int]
) -> None:
    reading = read_policy(policy(*rules, default=default), OFFERS, waiting=BitMap(waiting))

    for number, id_ in enumerate(IDS):
        about = [it for it in rules if any(fnmatchcase(id_, pattern) for pattern in it["match"])]
        allowed = (about[0]["effect"] if about else default) == "allow"
        assert (number in reading.visible) == (allowed and number not in waiting)
        assert (number in reading.waiting) == (allowed and number in waiting)
        assert not (rules and number not in reading.visible) or reading.denial(number)
        assert reading.shows_unlisted(id_) == allowed
    hidden = len(IDS) - len(reading.visible)
    assert sum(reading.removed) + reading.by_default + len(reading.waiting) == hidden
