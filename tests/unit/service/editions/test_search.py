"""A search finds what models.dev lists; what LiteLLM alone lists is found when it is asked for, by the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from llmanac.domain.records import Offer
from llmanac.search import engine
from llmanac.search.query.schema import build_query
from llmanac.service.details.explanation import explain_search
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import browse
from llmanac.service.editions.search import count_facets, search


def found(edition: Edition, **values: Any) -> list[Offer]:
    page = search(build_query(**{"limit": 100, **values}), edition)
    return [edition.catalog.offer(number) for number in page.numbers]


def ids(offers: Sequence[Offer]) -> list[str]:
    return [offer.id for offer in offers]


def test_without_being_asked_for_litellms_own_offers_are_not_found(embedded_edition: Edition) -> None:
    for query in (build_query(), build_query(query="nemotron super"), build_query(kind="embedding", limit=100)):
        assert search(query, embedded_edition) == engine.run(query, embedded_edition.index)
    assert search(build_query(), embedded_edition).total == embedded_edition.size


def test_litellms_own_offers_are_found_alone(embedded_edition: Edition) -> None:
    own = found(embedded_edition, listed_by="litellm", kind="rerank")
    assert own
    assert {(it.listed_by, it.kind) for it in own} == {("litellm", "rerank")}
    assert search(build_query(listed_by="litellm"), embedded_edition).total == len(embedded_edition.litellm_offers)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("eu sonnet 5.5", "amazon-bedrock/eu.anthropic.claude-sonnet-5-5"),
        ("azure/eu/gpt-5", "azure/eu/gpt-5"),
        ("sambanova deepseek r1", "sambanova/DeepSeek-R1"),
        ("voyage 3.5 lite", "voyage/voyage-3.5-lite"),
    ],
)
def test_they_are_searched_as_all_others_are(embedded_edition: Edition, query: str, first: str) -> None:
    assert ids(found(embedded_edition, listed_by="litellm", query=query))[0] == first


def test_all_are_found_together_those_of_models_dev_first(embedded_edition: Edition) -> None:
    both = found(embedded_edition, listed_by="any", query="whisper")
    sources = [it.listed_by for it in both]
    assert set(sources) == {"models.dev", "litellm"}
    assert sources == sorted(sources, reverse=True)


@pytest.mark.parametrize("sort", ["price", "-price", "context", "-context", "name", "-name", "release_date"])
def test_a_sort_puts_all_in_one_order(embedded_edition: Edition, sort: str) -> None:
    def value(offer: Offer) -> Any:
        return {
            "price": offer.price.bound,
            "context": offer.limits.context,
            "name": (offer.name or offer.model).casefold(),
            "release_date": offer.release_date,
        }[sort.removeprefix("-")]

    both = found(embedded_edition, listed_by="any", kind="embedding", sort=sort)
    values = [value(it) for it in both]
    known = [it for it in values if it is not None]
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert values == [*known, *[None] * (len(values) - len(known))]


def test_pages_of_all_join_to_one_list(embedded_edition: Edition) -> None:
    asked = {"listed_by": "any", "kind": "rerank", "sort": "price"}
    whole = found(embedded_edition, **asked, limit=60)
    pages = [found(embedded_edition, **asked, limit=7, offset=start) for start in range(0, 60, 7)]
    assert ids(whole) == ids([offer for page in pages for offer in page])[: len(whole)]


def test_an_entry_is_that_of_the_contract_in_either_spelling(embedded_edition: Edition) -> None:
    def entries(**values: Any) -> list[dict[str, Any]]:
        listing = browse(embedded_edition, build_query(listed_by="litellm", query="eu sonnet 5.5", **values))
        parsed: list[dict[str, Any]] = orjson.loads(b"[%b]" % listing.entries)
        return parsed

    [entry] = entries()
    assert (entry["id"], entry["provider"]) == ("amazon-bedrock/eu.anthropic.claude-sonnet-5-5", "amazon-bedrock")
    assert entry["cost"] == {"input": 2.2, "output": 11}
    assert entries(ids="litellm")[0]["id"] == "eu.anthropic.claude-sonnet-5-5"


def test_the_counts_of_all_are_those_of_both(embedded_edition: Edition) -> None:
    counts = {
        scope: count_facets(build_query(query="whisper", listed_by=scope), embedded_edition)
        for scope in ("models.dev", "litellm", "any")
    }
    assert counts["any"].total == counts["models.dev"].total + counts["litellm"].total
    for facet in ("kind", "provider", "max_price", "capabilities"):
        by_value = {it.value: it.count for it in counts["any"][facet] if it.count}
        added: dict[Any, int] = {}
        for scope in ("models.dev", "litellm"):
            for it in counts[scope][facet]:
                added[it.value] = added.get(it.value, 0) + it.count
        assert by_value == {value: count for value, count in added.items() if count}
    frequencies = [it.count for it in counts["any"]["provider"]]
    assert frequencies == sorted(frequencies, reverse=True)


def test_why_nothing_was_found_counts_both(embedded_edition: Edition) -> None:
    asked = {"listed_by": "any", "kind": "rerank", "min_price": 100_000}
    nothing = count_facets(build_query(**asked), embedded_edition).nothing

    assert nothing is not None
    without = {it.filter: it.without for it in nothing.filters}
    assert without["price"] == len(found(embedded_edition, listed_by="any", kind="rerank"))


def test_what_litellm_alone_lists_is_explained_as_well(embedded_edition: Edition) -> None:
    explained = explain_search(build_query(query="voyage 3.5 lite", listed_by="litellm"), embedded_edition)
    assert explained.models[0].id == "voyage/voyage-3.5-lite"
    assert explained.total == search(build_query(query="voyage 3.5 lite", listed_by="litellm"), embedded_edition).total
