"""Files of editions are pruned, and what cannot be deleted stands in nobody's way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmanac.service.editions.edition import Edition
from llmanac.storage.editions import ABANDONED_S, EditionFiles


def aged(path: Path, seconds: float) -> Path:
    """The path, last used so many seconds ago."""
    os.utime(path, (path.stat().st_mtime - seconds,) * 2)
    return path


def test_the_most_recently_used_are_kept(tmp_path: Path, embedded_edition: Edition) -> None:
    files = EditionFiles(tmp_path, program="these tests", most=2)
    for number in range(3):
        tmp_path.joinpath(f"{number}.edition").touch()
        aged(tmp_path / f"{number}.edition", 60 * (1 + number))

    files.keep("new", embedded_edition)

    assert {it.name for it in tmp_path.iterdir()} == {"0.edition", files.path("new").name}


def test_a_file_that_cannot_be_deleted_is_logged_and_the_others_are_deleted(
    tmp_path: Path, embedded_edition: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    files = EditionFiles(tmp_path, program="these tests", most=1)
    stuck = tmp_path / "stuck.edition"
    stuck.mkdir()
    aged(stuck, 60)
    tmp_path.joinpath("old.edition").touch()
    aged(tmp_path / "old.edition", ABANDONED_S)

    files.keep("new", embedded_edition)

    assert files.holds("new")
    assert {it.name for it in tmp_path.iterdir()} == {stuck.name, files.path("new").name}
    [logged] = caplog.records
    assert logged.levelname == "WARNING"
    assert "stuck.edition cannot be deleted" in logged.getMessage()
