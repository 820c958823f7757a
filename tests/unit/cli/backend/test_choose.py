"""Every command that reads asks what a server of this installation would serve, where there is a database.

Where there is none, what only a database knows is not found, and none is created.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from llmanac.cli.output.terminal import Exit

from ...small_past import refreshed_installation
from ..conftest import Run


@pytest.fixture
def refreshed(tmp_path: Path) -> Path:
    """A data directory in whose database a snapshot of three small models is accepted."""
    return refreshed_installation(tmp_path)


def test_a_command_answers_from_what_is_served(run: Run, refreshed: Path) -> None:
    at = ("--data-dir", str(refreshed), "--json")
    assert run("search", *at).json["total"] == 3
    assert {it["id"] for it in run("conflicts", *at).json["conflicts"]} == {"openai/gpt-x"}
    assert [it["offers"] for it in run("providers", *at).json["providers"]] == [3]


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["token", "list"], "`llmanac token create --name NAME`"),
        (["token", "revoke", "ci"], "`llmanac token create --name NAME`"),
        (["refresh", "list"], "`llmanac refresh` asks"),
        (["refresh", "show", "latest"], "`llmanac refresh` asks"),
    ],
    ids=" ".join,
)
def test_what_only_the_database_knows_is_not_found(run: Run, arguments: list[str], advice: str, tmp_path: Path) -> None:
    refused = run(*arguments, "--data-dir", str(tmp_path))

    assert (refused.code, refused.out) == (Exit.NOT_FOUND, "")
    assert f"There is no database in {tmp_path}, so " in refused.err
    assert advice in refused.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_without_one_the_past_is_that_of_the_package(run: Run, tmp_path: Path) -> None:
    there = ("--json", "--data-dir", str(tmp_path))
    first = run("changes", "--limit", "2", *there).json
    rest = run("changes", "--limit", "2", "--cursor", first["next"], *there).json

    shown = [it["change"] for it in (*first["changes"], *rest["changes"])]
    assert len(set(shown)) == 4, "a cursor of one process is read by the next"
    assert run("search", "gpt-5", "--as-of", "2026-08-20", *there).json["total"] > 0
    assert [it.name for it in tmp_path.iterdir()] == ["editions"], "there is no database"


@pytest.mark.slow
def test_a_token_creates_it_and_then_all_of_that_is_answered(run: Run, tmp_path: Path) -> None:
    there = ("--data-dir", str(tmp_path))
    assert run("token", "create", "--name", "ci", *there).code == Exit.OK

    assert [it["name"] for it in run("token", "list", "--json", *there).json] == ["ci"]
    changes = run("changes", "--limit", "2", "--json", *there).json
    assert len(changes["changes"]) == 2
    assert run("search", "gpt-5", "--as-of", "2026-08-20", "--json", *there).json["total"] > 0
