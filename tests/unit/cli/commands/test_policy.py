"""``llmanac policy``: files are checked, planned, applied and exported; the inbox is read."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from ..conftest import Run

TEXT = """
[[policies]]
name = "eu"
default = "deny"
new_arrivals = "quarantine"
since = 2030-01-01T00:00:00Z
given_to = { claims = { groups = "research" } }

[[policies.rules]]
effect = "deny"
where = { status = "deprecated" }
reason = "Nobody supports it any more"

[[policies.rules]]
effect = "allow"
match = "anthropic/*"
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "policies.toml"
    path.write_text(TEXT)
    return str(path)


@pytest.fixture
def data(tmp_path: Path) -> tuple[str, str]:
    return "--data-dir", str(tmp_path / "data")


def test_check_says_what_is_wrong_and_where(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(TEXT.replace("status =", "state ="))

    outcome = run("policy", "check", str(bad))

    assert outcome.code == 2
    assert "bad.toml: policy 'eu', rule 1, where: 'state' is not a filter of the catalog" in outcome.err


def test_two_files_may_not_declare_one_policy(run: Run, file: str, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(TEXT)

    outcome = run("policy", "check", str(tmp_path))

    assert outcome.code == 2
    assert "'eu' is declared in" in outcome.err
    assert file in outcome.err


@pytest.mark.slow
def test_files_are_planned_applied_and_exported(run: Run, file: str, data: tuple[str, str], tmp_path: Path) -> None:
    planned = run("policy", "plan", file, *data)
    assert "eu: " in planned.out
    assert "rule 1 (deny) is about" in planned.out
    assert run("policy", "list", "--json", *data).json["total"] == 0

    assert run("policy", "apply", "--yes", file, *data).code == 0
    assert "groups=research" in run("policy", "list", *data).out
    exported = run("policy", "export", *data)
    assert tomllib.loads(exported.out)["policies"][0]["given_to"] == {"claims": {"groups": ["research"]}}
    again = tmp_path / "again.toml"
    again.write_text(exported.out)
    assert run("policy", "apply", "--yes", str(again), *data).code == 0

    review = run("policy", "review", "--claim", "groups=research", "openai/gpt-4o", *data)
    assert "Under eu: " in review.out
    assert "allows only what its rules name" in " ".join(review.out.split())
    assert run("policy", "review", "--claim", "groups", *data).code == 2

    assert run("policy", "arrivals", "eu", "--json", *data).json == {"arrivals": [], "total": 0}
    assert run("policy", "approve", "eu", "acme/none", *data).code == 3
    assert run("policy", "approve", "eu", *data).code == 2
    assert run("policy", "approve", "eu", "--all", *data).code == 0

    assert run("token", "create", "--name", "ci", "--policy", "eu", *data).code == 0
    refused = run("policy", "delete", "eu", *data)
    assert "Live tokens are under it: ci" in refused.err
    assert run("token", "revoke", "ci", *data).code == 0
    assert run("policy", "delete", "eu", *data).code == 0
    assert run("policy", "arrivals", "eu", *data).code == 3


@pytest.mark.slow
def test_a_policy_that_shows_nothing_is_refused_unless_that_is_meant(
    run: Run, data: tuple[str, str], tmp_path: Path
) -> None:
    closed = tmp_path / "closed.toml"
    closed.write_text('[[policies]]\nname = "closed"\ndefault = "deny"\n')

    refused = run("policy", "apply", "--yes", str(closed), *data)

    assert refused.code == 2
    assert "would show nothing" in refused.err
    assert run("policy", "apply", "--yes", "--allow-nothing", str(closed), *data).code == 0


def test_where_there_is_nothing_nothing_is_made(run: Run, data: tuple[str, str], tmp_path: Path) -> None:
    assert run("policy", "list", "--json", *data).json["policies"] == []
    assert not (tmp_path / "data").exists()


def test_the_schema_is_one(run: Run) -> None:
    assert json.loads(run("policy", "schema").out)["title"] == "PolicyFile"
