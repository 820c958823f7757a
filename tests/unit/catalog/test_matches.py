"""The results of a search are a sequence."""

from __future__ import annotations

import pytest

from llmanac.catalog.catalog import Catalog
from llmanac.catalog.matches import STRIDE


def test_a_loop_goes_through_all_of_it(catalog: Catalog) -> None:
    found = catalog.search("claude")
    offers = list(found)
    assert len(found) > 2 * STRIDE
    assert len(offers) == len(found) == len({it.id for it in offers})


@pytest.mark.parametrize(
    "part", [slice(3), slice(2, 5), slice(-3, None), slice(None, None, 50), slice(9, 3, -2), slice(5, 5)], ids=str
)
def test_a_slice_is_that_of_the_list(catalog: Catalog, part: slice) -> None:
    found = catalog.search("claude")
    assert found[part] == tuple(list(found)[part])


def test_a_place_is_that_of_the_list(catalog: Catalog) -> None:
    found = catalog.search("claude")
    offers = list(found)
    assert [found[0], found[STRIDE], found[-1]] == [offers[0], offers[STRIDE], offers[-1]]


def test_there_is_nothing_behind_the_last(catalog: Catalog) -> None:
    found = catalog.search("claude")
    with pytest.raises(IndexError):
        found[len(found)]


def test_nothing_found_is_empty(catalog: Catalog) -> None:
    found = catalog.search("gpt", provider="nobody")
    assert (len(found), list(found), found[:3], bool(found)) == (0, [], (), False)
    assert repr(found) == "<Matches: 0 offers>"
