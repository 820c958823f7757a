"""The catalog, as programs use it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal

import pytest

from llmanac.catalog.catalog import Catalog
from llmanac.domain.records import Offer
from llmanac.domain.usage import Usage
from llmanac.errors import InvalidParameters, InvalidRequest, NotFound
from llmanac.history.change import ChangeKind
from llmanac.service.editions.edition import Edition
from llmanac.service.offers.validation import IdStatus
from llmanac.service.offers.workload import Workload

OPUS = "anthropic/claude-opus-4-1-20250805"
AUGUST = date(2026, 8, 18)
TOKENS = Usage(input=10_000, output=500)


class TestOffers:
    @pytest.mark.parametrize(
        "spelling", ["anthropic/claude-sonnet-4-5", "claude-sonnet-4-5", " Anthropic/Claude-Sonnet-4-5 "]
    )
    def test_an_id_is_understood_in_any_spelling(self, catalog: Catalog, spelling: str) -> None:
        assert catalog.get(spelling).id == "anthropic/claude-sonnet-4-5"

    def test_the_id_of_litellm_is_one(self, catalog: Catalog) -> None:
        assert catalog.get("gemini/gemini-2.5-flash").id == "google/gemini-2.5-flash"

    def test_an_unknown_id_is_not_found_and_the_error_names_the_nearest(self, catalog: Catalog) -> None:
        with pytest.raises(NotFound) as raised:
            catalog.get("anthropic/claude-sonet-4-5")
        assert "anthropic/claude-sonnet-4-5" in raised.value.detail

    def test_an_offer_cannot_be_changed(self, catalog: Catalog) -> None:
        with pytest.raises(FrozenInstanceError):
            catalog.get("gpt-4o").name = "another"  # type: ignore[misc]  # -- that it is refused is the test

    def test_all_offers_are_gone_through_the_most_popular_first(self, catalog: Catalog) -> None:
        offers = list(catalog)
        assert len(offers) == len(catalog)
        assert offers[0].popularity >= offers[-1].popularity

    def test_an_id_is_in_the_catalog_or_not(self, catalog: Catalog) -> None:
        assert "gemini/gemini-2.5-flash" in catalog
        assert "gpt-9000" not in catalog
        assert 7 not in catalog


class TestModels:
    @pytest.mark.parametrize("name", ["anthropic/claude-sonnet-4-5", "claude-sonnet-4.5", "claude-sonnet-4-5"])
    def test_a_model_is_found_by_its_name_and_by_its_offers(self, catalog: Catalog, name: str) -> None:
        model = catalog.model(name)
        assert (model.base, model.lab) == ("claude-sonnet-4.5", "anthropic")
        assert "amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0" in model.offers

    def test_every_model_is_found_by_its_base_name(self, catalog: Catalog) -> None:
        assert [it.base for it in catalog.models() if catalog.model(it.base) != it] == []

    def test_an_unknown_model_is_not_found(self, catalog: Catalog) -> None:
        with pytest.raises(NotFound, match="gpt-9000"):
            catalog.model("gpt-9000")


class TestSearch:
    def test_finds_what_the_endpoint_finds(self, catalog: Catalog) -> None:
        assert catalog.search("lama 3.3 70b")[0].base == "llama-3.3-70b"

    def test_filters_narrow_it(self, catalog: Catalog) -> None:
        found = catalog.search(provider="anthropic", capabilities=["vision"], max_price=15)
        assert found
        assert {it.provider for it in found} == {"anthropic"}
        assert all("vision" in it.capabilities for it in found)
        assert all((it.price.bound or 0) <= 15 for it in found)

    def test_a_filter_that_is_none_is_not_given(self, catalog: Catalog) -> None:
        assert len(catalog.search(None, provider=None, capabilities=None, max_price=None)) == len(catalog)

    def test_an_order_is_asked_for(self, catalog: Catalog) -> None:
        found = catalog.search("claude", provider="anthropic", sort="-release_date")
        days = [it.release_date for it in found if it.release_date is not None]
        assert days == sorted(days, reverse=True)

    def test_bounds_that_nothing_is_between_are_refused(self, catalog: Catalog) -> None:
        with pytest.raises(InvalidRequest, match="min_price"):
            catalog.search(min_price=5, max_price=1)


class TestCosts:
    def test_an_estimate_is_exact(self, catalog: Catalog) -> None:
        assert catalog.estimate("claude-sonnet-4-5", TOKENS).total == Decimal("0.0375")

    def test_a_workload_counts_its_requests(self, catalog: Catalog) -> None:
        one = catalog.estimate("claude-sonnet-4-5", TOKENS).total
        assert one is not None
        assert catalog.estimate("claude-sonnet-4-5", Workload(tokens=TOKENS, requests=1000)).total == 1000 * one

    def test_offers_are_ranked_by_their_cost(self, catalog: Catalog) -> None:
        ranking = catalog.rank(TOKENS, ids=["gpt-4o", "gpt-4o-mini", "openai/gpt-4o"])
        assert [it.id for it in ranking.models] == ["openai/gpt-4o-mini", "openai/gpt-4o"]

    def test_so_are_those_that_a_search_finds(self, catalog: Catalog) -> None:
        ranking = catalog.rank(TOKENS, query="claude", provider="anthropic", limit=None)
        assert ranking.total == len(catalog.search("claude", provider="anthropic")) == len(ranking.models)

    def test_a_service_that_nobody_has_is_refused(self, catalog: Catalog) -> None:
        with pytest.raises(InvalidParameters, match="'turbo'"):
            catalog.estimate("gpt-4o", Workload(tokens=TOKENS, service="turbo"))


class TestTheRest:
    def test_an_id_is_validated_whatever_it_is(self, catalog: Catalog) -> None:
        known, ambiguous, unknown = catalog.validate("gpt-4o", "gpt-oss-120b", "gpt-9000")
        assert known.offer == "openai/gpt-4o"
        assert ambiguous.standing is IdStatus.AMBIGUOUS
        assert len(ambiguous.candidates) > 1
        assert unknown.standing is IdStatus.UNKNOWN

    def test_offers_are_compared_fact_by_fact(self, catalog: Catalog) -> None:
        rows = {row.fact: row for row in catalog.compare("gpt-4o", "gpt-4o-mini").rows}
        assert rows["input_price"].values == (2.5, 0.15)
        assert rows["input_price"].best == (1,)

    def test_one_offer_is_no_comparison(self, catalog: Catalog) -> None:
        with pytest.raises(InvalidRequest):
            catalog.compare("gpt-4o")

    def test_providers_count_what_they_offer(self, catalog: Catalog) -> None:
        providers = catalog.providers()
        assert sum(it.offers for it in providers) == len(catalog)
        assert [it.id for it in providers] == sorted(it.id for it in providers)

    def test_conflicts_are_narrowed(self, catalog: Catalog) -> None:
        conflicts = catalog.conflicts(provider="amazon-bedrock", fields=["max_output"])
        assert conflicts
        assert {(it.provider, it.field) for it in conflicts} == {("amazon-bedrock", "max_output")}
        assert set(conflicts) < set(catalog.conflicts())

    def test_it_says_what_it_is_made_from(self, catalog: Catalog, embedded_edition: Edition) -> None:
        assert catalog.id == embedded_edition.digest[:16]
        assert catalog.sources == embedded_edition.sources
        assert repr(catalog) == f"<Catalog {catalog.id}: {len(catalog):,} offers>"


@pytest.mark.slow
class TestThePast:
    def test_a_day_of_the_past_has_its_own_offers(self, catalog: Catalog) -> None:
        assert catalog.get(OPUS, as_of=AUGUST).status != "removed"
        assert 0 < len(catalog.search(as_of=AUGUST)) < len(catalog)

    def test_every_question_can_be_asked_of_a_day(self, catalog: Catalog) -> None:
        offer: Offer = catalog.search(provider="openai", as_of=AUGUST)[0]
        assert catalog.model(offer.id, as_of=AUGUST) in catalog.models(as_of=AUGUST)
        assert catalog.validate(offer.id, as_of=AUGUST)[0].offer == offer.id
        assert catalog.estimate(offer.id, TOKENS, as_of=AUGUST).id == offer.id
        assert catalog.rank(TOKENS, ids=[offer.id], as_of=AUGUST).total == 1
        assert "openai" in {it.id for it in catalog.providers(as_of=AUGUST)}
        assert catalog.compare("gpt-4o", "gpt-4o-mini", as_of=AUGUST).rows
        assert catalog.conflicts(as_of=AUGUST) != catalog.conflicts()

    def test_today_is_what_is_open(self, catalog: Catalog) -> None:
        assert list(catalog.search("gpt", as_of=date(2026, 11, 20))) == list(catalog.search("gpt"))

    def test_a_day_to_come_is_refused(self, catalog: Catalog) -> None:
        with pytest.raises(InvalidRequest, match="yet to come"):
            catalog.get("gpt-4o", as_of=date(2027, 1, 1))

    def test_of_a_day_before_the_history_nothing_is_known(self, catalog: Catalog) -> None:
        with pytest.raises(NotFound, match="the history begins on 2026-05-21"):
            catalog.get("gpt-4o", as_of=date(2026, 1, 1))

    def test_changes_come_newest_first_and_within_the_days_asked_for(self, catalog: Catalog) -> None:
        found = list(catalog.changes(since=date(2026, 9, 1), kinds=[ChangeKind.PRICE], provider="openai"))
        assert found
        assert {(it.kind, it.provider) for it in found} == {(ChangeKind.PRICE, "openai")}
        days = [it.at for it in found]
        assert days == sorted(days, reverse=True)
        assert days[-1] >= "2026-09-01"

    def test_more_changes_than_a_page_has_are_gone_through(self, catalog: Catalog) -> None:
        names = [it.change for it in catalog.changes(kinds=[ChangeKind.ADDED])]
        assert len(names) > 500
        assert len(set(names)) == len(names)

    def test_days_in_the_wrong_order_are_refused(self, catalog: Catalog) -> None:
        with pytest.raises(InvalidRequest, match="since"):
            next(catalog.changes(since=date(2026, 9, 2), until=date(2026, 9, 1)))


class TestClosing:
    @pytest.fixture
    def closing(self, catalog: Catalog, embedded_edition: Edition) -> Catalog:
        return Catalog(embedded_edition, open_history=lambda: catalog._history)

    def test_a_block_closes_it(self, closing: Catalog) -> None:
        with closing as entered:
            assert entered is closing
        with pytest.raises(ValueError, match="closed"):
            closing.get("gpt-4o")
        with pytest.raises(ValueError, match="closed"):
            closing.changes()
        assert repr(closing) == "<Catalog: closed>"

    def test_what_was_answered_stays_good(self, closing: Catalog) -> None:
        with closing:
            offer, found = closing.get("gpt-4o"), closing.search("gpt-4o")
        assert offer.price.rates.input == Decimal("2.5")
        assert found[0].base == "gpt-4o"


def test_threads_may_share_it(embedded_edition: Edition, catalog: Catalog) -> None:
    fresh = Catalog(Edition(_mapped(embedded_edition)), open_history=lambda: catalog._history)
    ids = [it.id for it in catalog.search("claude")[:40]]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(fresh.get, ids))

    assert [it.id for it in found] == ids


def _mapped(edition: Edition) -> dict[str, memoryview]:
    return {name: memoryview(bytes(buffer)) for name, buffer in edition.pack().items()}
