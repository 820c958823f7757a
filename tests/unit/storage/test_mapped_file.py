"""Named buffers in one file."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.errors import StorageError
from llmanac.storage.mapped_file import ALIGNMENT, map_buffers, write_buffers


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


@pytest.mark.parametrize("content", [b"", b"llmanac edition 1\n", b"something else" * 100, b"llmanac edition 1\n{]\n"])
def test_a_foreign_file_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.edition"
    path.write_bytes(content)
    assert map_buffers(path) is None


def test_a_file_cut_short_anywhere_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.edition"
    write_buffers(path, {"one": bytes(ALIGNMENT), "two": b"xyz" * ALIGNMENT})
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert map_buffers(path) is None


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        write_buffers(blocked / "a.edition", {})
