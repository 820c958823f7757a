"""Named buffers in one file."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import DamagedFile, StorageError
from llmanac.storage.mapped_file import ALIGNMENT, MAGIC, map_buffers, write_buffers


@pytest.mark.slow
@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=300), max_size=8))
def test_what_was_written_is_mapped_back(tmp_path_factory: pytest.TempPathFactory, buffers: dict[str, bytes]) -> None:
    path = tmp_path_factory.mktemp("edition") / "a.edition"
    write_buffers(path, buffers)
    mapped = map_buffers(path)
    assert mapped is not None
    assert {name: bytes(view) for name, view in mapped.items()} == buffers


def test_numbers_can_be_read_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.edition"
    write_buffers(path, {"odd": b"abc", "numbers": memoryview(array("Q", range(100))).cast("B")})
    mapped = map_buffers(path)
    assert mapped is not None
    assert list(mapped["numbers"].cast("Q")) == list(range(100))


def test_a_file_is_replaced_whole_and_old_views_stay_good(tmp_path: Path) -> None:
    path = tmp_path / "a.edition"
    write_buffers(path, {"name": b"old"})
    old = map_buffers(path)
    write_buffers(path, {"name": b"newer"})
    new = map_buffers(path)
    assert old is not None
    assert new is not None
    assert (bytes(old["name"]), bytes(new["name"])) == (b"old", b"newer")
    assert [it.name for it in tmp_path.iterdir()] == ["a.edition"]


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert map_buffers(tmp_path / "nowhere.edition") is None


@pytest.mark.parametrize("content", [b"", MAGIC, b"something else" * 100, MAGIC + b"{]\n", MAGIC + b"f" * 200])
def test_a_foreign_file_is_refused_and_removed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.edition"
    path.write_bytes(content)
    with pytest.raises(DamagedFile, match=r"a\.edition is damaged"):
        map_buffers(path)
    assert not path.exists()


def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.edition"
    write_buffers(path, {"one": bytes(ALIGNMENT), "two": b"xyz" * ALIGNMENT})
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedFile):
            map_buffers(path)


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    """In the header, in each buffer, and in the padding behind each."""
    path = tmp_path / "a.edition"
    write_buffers(path, {"one": b"x", "none": b"", "two": b"xyz" * ALIGNMENT})
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in {5, place % 8}:  # the fifth makes another case of a letter
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            path.write_bytes(flipped)
            with pytest.raises(DamagedFile):  # noqa: PT012 -- whichever finds it first
                mapped = map_buffers(path)
                assert mapped is not None
                mapped.check()


def test_a_damaged_buffer_is_found_when_it_is_used_and_no_other_is_affected(tmp_path: Path) -> None:
    path = tmp_path / "a.edition"
    write_buffers(path, {"good": b"good", "bad": b"bad"})
    path.write_bytes(path.read_bytes().replace(b"bad" + bytes(61), b"bat" + bytes(61)))
    mapped = map_buffers(path)
    assert mapped is not None
    assert bytes(mapped["good"]) == b"good"
    for _ in range(2):
        with pytest.raises(DamagedFile, match="'bad'"):
            _ = mapped["bad"]
    assert not path.exists(), "whoever opens it next makes it anew"


def test_a_directory_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        write_buffers(blocked / "a.edition", {})
