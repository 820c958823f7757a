from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from llmanac.search.index import buffers
from llmanac.search.index.buffers import Bitmaps, Buffer, Keys, Packed, SortedStrings, Strings, digest, joined, part_of


def mapped(packed: Packed) -> dict[str, memoryview]:
    """The buffers as a mapped file gives them."""
    return {name: memoryview(bytes(buffer)) for name, buffer in packed.pack().items()}


@given(st.lists(st.text()))
def test_strings_come_back_as_they_were(strings: list[str]) -> None:
    built = Strings.of(strings)
    assert list(built) == list(Strings.unpack(mapped(built))) == strings


@given(st.lists(st.text(alphabet="abc\U0010fffe"), max_size=200), st.text(alphabet="abc", max_size=3))
def test_sorted_strings_that_begin_alike_lie_together(strings: list[str], beginning: str) -> None:
    ordered = SortedStrings.of(sorted(set(strings)))
    found = [ordered[number] for number in ordered.starting_with(beginning)]
    assert found == [it for it in sorted(set(strings)) if it.startswith(beginning)]


@given(st.lists(st.sets(st.integers(0, 1 << 20), max_size=20)))
def test_bitmaps_come_back_as_they_were(sets: list[set[int]]) -> None:
    built = Bitmaps.of(BitMap(it) for it in sets)
    back = Bitmaps.unpack(mapped(built))
    assert [set(built[number]) for number in range(len(built))] == sets
    assert [set(back[number]) for number in range(len(back))] == sets


def test_only_so_many_bitmaps_of_a_file_stay_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffers, "DECODED", 500)
    back = Bitmaps.unpack(mapped(Bitmaps.of(BitMap([number]) for number in range(5))))
    assert [list(back[number]) for number in (0, 1, 2, 3, 4, 0)] == [[0], [1], [2], [3], [4], [0]]
    assert len(back._decoded) <= 2


def test_a_key_stands_for_all_that_it_was_given_for() -> None:
    keys = Keys.of([("glm", 3), ("glm", 1), ("kimi", 2), ("glm", 3)])
    for found in (keys, Keys.unpack(mapped(keys))):
        assert (found["glm"], found["kimi"], found["grok"]) == ([1, 3], [2], [])


def test_digests_are_the_same_in_every_process() -> None:
    assert digest("claude") == 0x8E89_47B2_8D4E_0B37


def test_parts_are_packed_under_their_names() -> None:
    class Two:
        def pack(self) -> dict[str, Buffer]:
            return {"a": b"1", "b": buffers.flat(array("I", [2]))}

    packed = joined({"two": Two()})
    assert set(packed) == {"two.a", "two.b"}
    views = {name: memoryview(bytes(buffer)) for name, buffer in packed.items()}
    assert {name: bytes(view) for name, view in part_of(views, "two").items()} == {"a": b"1", "b": b"\x02\0\0\0"}
