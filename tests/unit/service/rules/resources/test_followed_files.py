"""Files that are followed: what changes is taken over, and what cannot be read changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmanac.errors import ConfigurationError
from llmanac.rules.overlay import Overlay
from llmanac.service.rules.resources.followed_files import OVERLAY_FILES, FollowedFiles

RULE = '[[overlays.rules]]\nmatch = "a/*"\nset = { tags = "x" }\nreason = "because"\n'


def text(*names: str) -> str:
    return "".join(f'[[overlays]]\nname = "{name}"\n{RULE}' for name in names)


def names(files: FollowedFiles[Overlay]) -> list[str]:
    return [it.document.name for it in files.documents]


def followed(path: Path, last_good: Path | None = None) -> FollowedFiles[Overlay]:
    files = FollowedFiles(path, OVERLAY_FILES, last_good=last_good)
    files.open()
    return files


def test_a_change_of_a_file_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "overlays.toml"
    file.write_text(text("a"))
    files = followed(file)
    assert not files.look()

    file.write_text(text("a", "b"))

    assert files.look()
    assert names(files) == ["a", "b"]
    assert not files.look()


def test_so_are_files_that_come_and_go_in_a_directory(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(text("a"))
    (tmp_path / "notes.txt").write_text("no overlay")
    files = followed(tmp_path)

    (tmp_path / "b.toml").write_text(text("b"))
    assert files.look()
    assert names(files) == ["a", "b"]

    (tmp_path / "a.toml").unlink()
    assert files.look()
    assert names(files) == ["b"]


@pytest.mark.parametrize("broken", ["[[overlays", '[[overlays]]\nname = "a"\n[[overlays.rules]]\nmatch = 3', "\0"])
def test_what_was_last_read_holds_where_a_file_breaks(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "overlays.toml"
    file.write_text(text("a"))
    files = followed(file)

    file.write_text(broken)

    assert not files.look()
    assert names(files) == ["a"]
    assert files.trouble is not None
    assert str(file) in files.trouble

    file.write_text(text("b"))
    assert files.look()
    assert files.trouble is None


def test_so_it_does_where_the_file_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "overlays.toml"
    file.write_text(text("a"))
    files = followed(file)

    file.unlink()

    assert not files.look()
    assert (names(files), "cannot be read" in (files.trouble or "")) == (["a"], True)


def test_two_files_that_declare_one_name_are_refused_together(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(text("a"))
    files = followed(tmp_path)

    (tmp_path / "b.toml").write_text(text("a"))

    assert not files.look()
    assert "one of them may" in (files.trouble or "")


def test_a_start_with_a_broken_file_has_what_was_last_read(tmp_path: Path) -> None:
    file, last_good = tmp_path / "overlays.toml", tmp_path / "kept" / "overlays.json"
    file.write_text(text("a"))
    followed(file, last_good)
    file.write_text("[[overlays")

    files = followed(file, last_good)

    assert names(files) == ["a"]
    assert files.trouble is not None


def test_a_first_start_with_a_broken_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "overlays.toml"
    file.write_text("[[overlays")

    with pytest.raises(ConfigurationError, match="not TOML"):
        followed(file, tmp_path / "kept.json")


def test_a_disk_that_takes_nothing_is_no_reason_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "overlays.toml"
    file.write_text(text("a"))
    (tmp_path / "kept").write_text("a file where the directory should be")

    assert names(followed(file, tmp_path / "kept" / "overlays.json")) == ["a"]


def test_a_file_that_is_replaced_by_another_of_the_same_size_is_noticed(tmp_path: Path) -> None:
    file, other = tmp_path / "overlays.toml", tmp_path / "other"
    file.write_text(text("a"))
    files = followed(file)
    other.write_text(text("b"))
    os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))

    other.replace(file)

    assert files.look()
    assert names(files) == ["b"]
