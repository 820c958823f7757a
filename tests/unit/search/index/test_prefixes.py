from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.search.index.prefixes import Prefixes


def test_offers_are_found_by_how_their_names_begin() -> None:
    built = Prefixes.of({"gemini37flash": [1, 4], "gemini31pro": [2], "gpt5": [3], "gemini": [9]})
    back = Prefixes.unpack({name: memoryview(bytes(buffer)) for name, buffer in built.pack().items()})
    for names in (built, back):
        assert set(names.offers_with("gemini3")) == {1, 2, 4}
        assert set(names.offers_with("gem")) == {1, 2, 4, 9}
        assert set(names.offers_with("gpt5")) == {3}
        assert not names.offers_with("grok")


@pytest.mark.slow
@given(
    st.dictionaries(st.text("ab", max_size=5), st.lists(st.integers(0, 500), max_size=60), max_size=40), st.text("ab")
)
def test_beginnings_of_many_names_agree_with_a_reading_of_all(offers: Mapping[str, list[int]], beginning: str) -> None:
    found = {it for name, those in offers.items() if name.startswith(beginning) for it in those}
    assert set(Prefixes.of(offers).offers_with(beginning)) == found
