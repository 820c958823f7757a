from __future__ import annotations

from llmanac.domain.catalog import CatalogData
from llmanac.search.explain import Place, explain
from llmanac.search.index.index import Index
from llmanac.search.match_tiers import MatchTier
from llmanac.search.query.schema import build_query
from llmanac.search.reading.interpretation import MatchMode


def test_each_result_says_how_the_text_stands_in_it(small: CatalogData, small_index: Index) -> None:
    explanation = explain(build_query(query="azure gpt-5", limit=2), small_index)
    assert [small.offers[it.number].id for it in explanation.reasons] == ["azure/gpt-5", "azure/gpt-5-mini"]
    assert [it.fit for it in explanation.reasons] == [MatchTier.ID, MatchTier.WORDS_OF_NAME]
    assert explanation.reasons[0].words == {"azure": Place.HOST, "gpt": Place.MODEL, "5": Place.MODEL}
    assert explanation.total == explanation.matched == 2


def test_an_unfinished_word_is_told_apart(small_index: Index) -> None:
    assert explain(build_query(query="sonn"), small_index).reasons[0].words == {"sonn": Place.BEGINNING}


def test_of_equal_fits_the_likelier_stands_first(small_index: Index) -> None:
    reasons = explain(build_query(query="grok"), small_index).reasons
    assert {it.fit for it in reasons} == {MatchTier.WORDS_OF_NAME}
    assert [it.likelihood for it in reasons] == sorted((it.likelihood for it in reasons), reverse=True)
    assert [it.standing for it in reasons] == sorted(it.standing for it in reasons)


def test_what_was_forgiven_is_told(small_index: Index) -> None:
    reading = explain(build_query(query="cluade opus"), small_index).reading
    assert reading is not None
    assert (reading.mode, reading.corrected) == (MatchMode.SPELLING, (("cluade", "claude"),))


def test_each_filter_says_how_many_it_turned_away(small_index: Index) -> None:
    explanation = explain(build_query(query="claude", provider="openai", open_weights=True), small_index)
    assert explanation.total == 0
    assert explanation.removed == {"provider": explanation.matched, "open_weights": explanation.matched}
    assert explanation.matched > 0


def test_where_nothing_matches_the_nearest_names_are_told(small_index: Index) -> None:
    explanation = explain(build_query(query="gemnzfl"), small_index)
    assert explanation.matched == 0
    assert any(name.startswith("gemini") for name in explanation.nearest)


def test_an_order_that_has_nothing_to_do_with_the_text_has_no_fit(small_index: Index) -> None:
    for query in (build_query(), build_query(query="gpt", sort="name"), build_query(sort="price")):
        assert {it.fit for it in explain(query, small_index).reasons} == {None}


def test_the_featured_set_is_explained_too(recorded: CatalogData, recorded_index: Index) -> None:
    explanation = explain(build_query(featured=True, provider="openai"), recorded_index)
    assert explanation.matched == len(recorded.featured)
    assert explanation.removed["provider"] == explanation.matched - explanation.total
