"""``llmanac overlay``: files are checked, planned, applied and exported."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from ..conftest import Run

TEXT = """
[[overlays]]
name = "corp"

[[overlays.rules]]
match = "azure/gpt-5"
set = { discount = 0.15, tags = ["contract"] }
reason = "Enterprise agreement"
valid_from = 2026-01-01

[[overlays.rules]]
add = { id = "acme/llama-private", like = "groq/llama-3.3-70b-versatile" }
set = { rates = { input = 0.1, output = 0.3 }, aliases = "our-llama" }
reason = "Runs in our own rack"
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "overlays.toml"
    path.write_text(TEXT)
    return str(path)


@pytest.fixture
def data(tmp_path: Path) -> tuple[str, str]:
    return "--data-dir", str(tmp_path / "data")


def test_check_says_what_is_wrong_and_where(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(TEXT.replace("0.15", "1.5"))

    outcome = run("overlay", "check", str(bad))

    assert outcome.code == 2
    assert "bad.toml: overlay 'corp', rule 1, set.discount" in outcome.err


@pytest.mark.slow
def test_files_are_planned_applied_and_exported(run: Run, file: str, data: tuple[str, str], tmp_path: Path) -> None:
    planned = run("overlay", "plan", file, "--detailed-exit-code", *data)
    assert planned.code == 2
    assert "+ acme/llama-private" in planned.out
    assert "input: 1.25 → 1.0625  (corp/1)" in planned.out
    assert "1 to add, 1 to change, 0 to remove." in planned.out

    assert run("overlay", "apply", "--yes", file, *data).code == 0
    assert run("overlay", "plan", file, "--detailed-exit-code", *data).code == 0
    listed = run("overlay", "list", "--json", *data).json
    assert [rule["matched"] for rule in listed["overlays"][0]["rules"]] == [1, 1]

    exported = run("overlay", "export", *data)
    assert tomllib.loads(exported.out)["overlays"][0]["rules"][0]["set"]["discount"] == 0.15
    again = tmp_path / "again.toml"
    again.write_text(exported.out)
    assert run("overlay", "plan", str(again), "--detailed-exit-code", *data).code == 0

    assert run("overlay", "export", "nobody", *data).code == 3
    assert run("overlay", "delete", "corp", *data).code == 0
    assert run("overlay", "delete", "corp", *data).code == 3


def test_where_there_is_nothing_nothing_is_made(run: Run, data: tuple[str, str], tmp_path: Path) -> None:
    assert run("overlay", "list", "--json", *data).json["overlays"] == []
    assert not (tmp_path / "data").exists()


def test_the_schema_is_one(run: Run) -> None:
    assert json.loads(run("overlay", "schema").out)["title"] == "OverlayFile"
