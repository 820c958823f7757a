from __future__ import annotations

from llmanac.search.beginnings import Beginnings


def test_offers_are_found_by_how_their_names_begin() -> None:
    built = Beginnings.of({"gemini37flash": [1, 4], "gemini31pro": [2], "gpt5": [3], "gemini": [9]})
    back = Beginnings.unpack({name: memoryview(bytes(buffer)) for name, buffer in built.pack().items()})
    for names in (built, back):
        assert set(names.offers_with("gemini3")) == {1, 2, 4}
        assert set(names.offers_with("gem")) == {1, 2, 4, 9}
        assert set(names.offers_with("gpt5")) == {3}
        assert not names.offers_with("grok")
