from __future__ import annotations

from tests.unit.search.conftest import catalog_of, offer_of

from llmanac.domain.catalog import CatalogData
from llmanac.search import engine
from llmanac.search.index.index import Index
from llmanac.search.query.schema import build_query


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
