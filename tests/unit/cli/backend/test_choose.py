"""Every command that reads asks what a server of this installation would serve, where there is a database."""

from __future__ import annotations

from pathlib import Path

import pytest

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
