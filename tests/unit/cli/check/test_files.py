"""The files of a repository that are read, and why others are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmanac.cli.check.files import LARGEST, files, read
from llmanac.errors import NotFound


def test_what_was_installed_or_built_is_not_entered_and_hidden_folders_of_tools_are(tmp_path: Path) -> None:
    for folder in ("src", ".venv", "node_modules", "dist", ".git", ".github", ".claude", ".cursor", ".devcontainer"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text("")
    found = [it.path.parent.name for it in files([tmp_path])]
    assert found == [".claude", ".cursor", ".devcontainer", ".github", "src"]
    with pytest.raises(NotFound):
        list(files([tmp_path / "nowhere"]))


def test_locks_and_generated_files_are_passed_over_and_scripts_are_known_by_their_first_line(tmp_path: Path) -> None:
    for name in ("package-lock.json", "uv.lock", "a.min.js", "a.js.map", "README.md", "notes"):
        (tmp_path / name).write_text("#!x\n")
    (tmp_path / "run").write_text("#!/usr/bin/env bash\n")
    (tmp_path / ".env").write_text("")
    assert [(it.path.name, it.format.name) for it in files([tmp_path])] == [(".env", "assignments"), ("run", "shell")]


def test_a_file_that_is_named_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("")
    assert [it.format.name for it in files([tmp_path / "README.md"])] == ["text"]


def test_patterns_leave_out_paths(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "a.py").write_text("")
    (tmp_path / "b.py").write_text("")
    assert [it.path.name for it in files([tmp_path], excluded=["tests/*"])] == ["b.py"]


def test_why_a_file_is_not_read(tmp_path: Path) -> None:
    large, binary, pipe = tmp_path / "large", tmp_path / "binary", tmp_path / "pipe"
    large.write_bytes(b" " * (LARGEST + 1))
    binary.write_bytes(b"a\0")
    os.mkfifo(pipe)
    assert read(large) == "larger than 1 MiB"
    assert read(binary) == "not a text"
    assert read(pipe) == "not a regular file"
    assert read(tmp_path / "nowhere") == "no such file or directory"


def test_of_a_list_that_a_program_made_only_those_are_read_that_a_directory_would_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    listed = ["a.py", "README.md", "uv.lock", "vendor/b.py", ".claude/c.py", ".hidden/d.py", "tests/e.py", "gone.py"]
    for name in listed[:-1]:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    paths = [*map(Path, listed), tmp_path / "a.py"]
    found = [it.path.as_posix() for it in files(paths, excluded=["tests/*"], force_exclude=True)]
    assert found == ["a.py", ".claude/c.py", "gone.py", str(tmp_path / "a.py")]


def test_where_the_command_runs_may_be_below_any_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "build" / "src").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "build" / "src")
    Path("a.py").touch()
    Path("../b.py").touch()
    listed = [Path("a.py"), Path("a.py").resolve(), Path("../b.py")]
    assert [it.path for it in files(listed, force_exclude=True)] == listed


def test_files_of_the_command_itself_are_left_out_under_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("llmanac-baseline.json", "known.json", "a/known.json"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    found = [it.path.as_posix() for it in files([Path()], own=[tmp_path / "known.json"])]
    assert found == ["a/known.json"]
