from __future__ import annotations

import pytest
from tests.unit.search.conftest import catalog_of, offer_of

from llmanac.domain.catalog import CatalogData
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.schema import build_query
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.search import search


def test_it_is_made_of_named_flat_buffers(small_index: Index) -> None:
    packed = small_index.pack()
    assert "vocabulary.words.blob" in packed
    assert all(memoryview(buffer).contiguous for buffer in packed.values())


def test_packing_what_was_unpacked_gives_the_same_bytes(small_index: Index) -> None:
    packed = {name: bytes(buffer) for name, buffer in small_index.pack().items()}
    again = Index.unpack({name: memoryview(buffer) for name, buffer in packed.items()}).pack()
    assert {name: bytes(buffer) for name, buffer in again.items()} == packed


def test_the_same_catalog_gives_the_same_bytes(small: CatalogData, small_index: Index) -> None:
    first, second = small_index.pack(), Index(small).pack()
    assert {name: bytes(it) for name, it in first.items()} == {name: bytes(it) for name, it in second.items()}


def test_an_empty_catalog_answers() -> None:
    index = Index(catalog_of([]))
    for query in (
        build_query(),
        build_query(query="gpt-5"),
        build_query(featured=True),
        build_query(provider="openai"),
        build_query(sort="price"),
    ):
        assert engine.run(query, index).total == 0


def test_a_catalog_of_one_answers() -> None:
    index = Index(catalog_of([offer_of("acme/model-1")]))
    assert engine.run(build_query(query="model 1"), index).numbers == [0]


@pytest.mark.parametrize("text", ["work-horse", "work horse", "workhorse", "Work-Horse"])
def test_a_name_of_the_organisations_own_finds_the_offer_first(overlaid: Edition, text: str) -> None:
    first, *_ = search(build_query(query=text), overlaid).numbers

    assert overlaid.catalog.offer(first).id == "acme/alpha"


def test_a_name_that_several_have_finds_them_all(overlaid: Edition) -> None:
    found = {overlaid.catalog.offer(it).id for it in search(build_query(query="shared"), overlaid).numbers}

    assert found == {"acme/beta", "acme/gamma"}
