"""``llmanac price``: tables for people, JSON and CSV for programs, codes for scripts."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ..conftest import Run

LINES = (
    '{"time": "2026-10-02T09:30:00Z", "model": "claude-sonnet-4-5", "team": "=search", "usage": '
    '{"input_tokens": 2000, "cache_read_input_tokens": 8000, "output_tokens": 500}}\n'
    '{"time": "2026-10-02T09:30:00Z", "model": "gpt-4o-mini", "usage": '
    '{"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}}\n'
)
BROKEN = '{"time": "2026-10-02 09:30:00", "model": "gpt-4o", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}\n'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "usage.jsonl"
    file.write_text(LINES, encoding="utf-8")
    return file


def test_a_table_for_people(run: Run, log: Path) -> None:
    found = run("price", str(log), "--by", "model,team", "--instead", "gpt-4o-mini")
    assert found.code == 0
    assert [line.split() for line in found.out.splitlines()[:3]] == [
        ["MODEL", "TEAM", "REQUESTS", "INPUT", "CACHED", "OUTPUT", "USD", "USD", "INSTEAD"],
        ["anthropic/claude-sonnet-4-5", "=search", "1", "10,000", "8,000", "500", "0.0159", "0.0012"],
        ["openai/gpt-4o-mini", "–", "1", "1,000", "0", "100", "0.00021", "0.00021"],  # noqa: RUF001 -- as it is printed
    ]
    assert "0.01611 USD for 2 requests, each as of its day." in found.out
    assert "0.00141 USD at openai/gpt-4o-mini, by its price of now." in found.out
    assert found.err == ""


def test_json_is_the_answer_of_the_endpoint(run: Run, log: Path) -> None:
    bill = run("price", str(log), "--json", "--as-of", "2026-08-18").json
    assert (bill["priced"], bill["as_of"], bill["by"]) == (2, "2026-08-18", ["model"])


def test_csv_is_the_totals_and_no_formula(run: Run, log: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("price", str(log), "--csv", "--by", "team").out)))
    assert [(row["team"], row["requests"], row["cache_read_tokens"], row["usd"]) for row in rows] == [
        ("'=search", "1", "8000", "0.0159"),
        ("", "1", "0", "0.00021"),
    ]


def test_lines_that_are_not_priced_are_listed(run: Run, log: Path) -> None:
    log.write_text(LINES + BROKEN * 12 + "{", encoding="utf-8")
    found = run("price", str(log))
    assert found.code == 0
    assert "Not priced: 13 of 15 lines (no zone 12, truncated 1)." in found.err
    assert "line 3: '2026-10-02 09:30:00' has no offset" in found.err
    assert found.err.count("  line ") == 10
    assert run("price", str(log), "--strict").code == 1
    assert run("price", str(log), "--strict", "--timezone", "UTC").code == 1
    assert "truncated 1" in run("price", str(log), "--timezone", "UTC").err


def test_nothing_priced_is_not_found(run: Run, log: Path) -> None:
    log.write_text(BROKEN, encoding="utf-8")
    assert run("price", str(log)).code == 3
    log.write_text("\n", encoding="utf-8")
    found = run("price", str(log))
    assert found.code == 3
    assert "There is nothing to price" in found.err


def test_several_files_and_gzip_are_told_apart(run: Run, log: Path, tmp_path: Path) -> None:
    other = tmp_path / "more.jsonl.gz"
    other.write_bytes(gzip.compress((LINES + BROKEN).encode()))
    found = run("price", str(log), str(other), "--by", "file")
    assert [line.split()[1] for line in found.out.splitlines()[1:3]] == ["2", "2"]
    assert f"{other}:3:" in found.err


def test_standard_input_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(LINES.encode()))))
    assert run("price", "-", "--json").json["priced"] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--instead", "gpt-9000"], 3),
        (["--timezone", "Mars"], 2),
        (["--by", "a,,b"], 2),
        (["--as-of", "soon"], 2),
        (["--json", "--csv"], 2),
        (["--listed", "9999"], 2),
    ],
)
def test_wrong_usage_has_a_code(run: Run, log: Path, arguments: list[str], code: int) -> None:
    assert run("price", str(log), *arguments).code == code


def test_a_file_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    found = run("price", str(tmp_path / "none.jsonl"))
    assert found.code == 2
    assert "none.jsonl cannot be read" in found.err


def test_session_files_are_read_as_they_are(run: Run, tmp_path: Path) -> None:
    message = {"id": "m", "model": "claude-sonnet-4-5", "usage": {"input_tokens": 1000, "output_tokens": 10}}
    said = {"type": "assistant", "sessionId": "s", "requestId": "r", "timestamp": "2026-10-02T09:30:00Z"}
    lines = [{"type": "summary", "leafUuid": "1"}, *[{**said, "message": message}] * 2]
    file = tmp_path / "session.jsonl"
    file.write_text("".join(f"{json.dumps(it)}\n" for it in lines), encoding="utf-8")
    found = run("price", str(file))
    assert "0.00315 USD for 1 request, each as of its day." in found.out
    assert "Passed over: 1 without usage, and 1 that repeat a request." in found.err


@pytest.mark.skipif(sys.platform == "darwin", reason="its names of files are UTF-8")
@pytest.mark.parametrize("option", ["--json", "--csv", "--listed=5"])
def test_a_name_that_is_no_utf_8_is_shown_with_question_marks(run: Run, tmp_path: Path, option: str) -> None:
    log = tmp_path / os.fsdecode(b"a\xff.jsonl")
    log.write_text(LINES + BROKEN, encoding="utf-8")
    found = run("price", str(log), "--by", "file", option)
    assert found.code == 0
    assert "a?.jsonl" in found.out
