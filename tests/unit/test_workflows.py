"""No code host runs the workflows here, so what can be wrong about them is looked at as text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from llmanac.version import __version__

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SETTINGS = [*sorted(ROOT.glob(".github/**/*.yml")), ROOT / ".pre-commit-config.yaml"]
ACTION = ROOT / "action.yml"
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

TARGETS = set(re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE))
VERSIONS = re.findall(r"^Programming Language :: Python :: (3\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE)


def read(path: Path) -> Any:
    """The file's YAML; ``on`` in a workflow is read as True, as YAML 1.1 has it."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def uses_in(path: Path) -> list[str]:
    """The actions of others that a file uses, as it writes them."""
    return [it for it in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8")) if it != "./"]


def jobs(path: Path) -> dict[str, Any]:
    found = read(path)["jobs"]
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(path).values() for step in job["steps"]]


@pytest.mark.parametrize("path", SETTINGS, ids=lambda it: it.name)
def test_it_can_be_read(path: Path) -> None:
    assert read(path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda it: it.name)
class TestWorkflow:
    def test_a_step_runs_a_target_of_make_that_there_is(self, path: Path) -> None:
        commands = [step["run"] for step in steps(path) if "run" in step]
        assert commands
        assert [command for command in commands if command.split() != ["make", *TARGETS & {*command.split()[1:]}]] == []

    def test_an_action_is_pinned_by_the_hash_of_its_commit_and_says_its_version(self, path: Path) -> None:
        assert uses_in(path)
        assert [it for it in uses_in(path) if not PINNED.fullmatch(it)] == []

    def test_a_job_may_do_only_what_it_names(self, path: Path) -> None:
        assert read(path)["permissions"] == {}

    def test_a_job_ends(self, path: Path) -> None:
        assert [name for name, job in jobs(path).items() if "timeout-minutes" not in job] == []


def test_our_action_uses_only_what_is_pinned() -> None:
    assert uses_in(ACTION)
    assert [it for it in uses_in(ACTION) if not PINNED.fullmatch(it)] == []


def test_no_script_of_our_action_has_an_expression_in_it() -> None:
    scripts = [step["run"] for step in read(ACTION)["runs"]["steps"] if "run" in step]
    assert scripts
    assert [it for it in scripts if "${{" in it] == []


def test_a_tag_that_moves_starts_no_release() -> None:
    triggers = read(ROOT / ".github" / "workflows" / "release.yml")[True]
    assert triggers == {"push": {"tags": ["v*.*.*"]}}


def test_an_action_has_one_version() -> None:
    uses = {use for path in (*WORKFLOWS, ACTION) for use in uses_in(path)}
    assert len({use.partition("@")[0] for use in uses}) == len(uses)


def test_the_tests_run_on_every_python_that_is_promised() -> None:
    matrix = jobs(ROOT / ".github" / "workflows" / "ci.yml")["tests"]["strategy"]["matrix"]
    assert matrix["python-version"] == VERSIONS
    assert PROJECT["requires-python"] == f">={VERSIONS[0]}"


def test_make_looks_for_every_python_that_is_promised() -> None:
    sought = re.search(r"for python in python3((?: python3\.\d+)+);", MAKEFILE)
    assert sought
    assert sought[1].split() == [f"python{version}" for version in reversed(VERSIONS)]


def test_only_publishing_is_trusted_to_publish() -> None:
    release = jobs(ROOT / ".github" / "workflows" / "release.yml")
    assert release["publish"]["permissions"] == {"id-token": "write"}
    assert release["publish"]["environment"] == "release"
    assert [step for step in release["publish"]["steps"] if "run" in step] == []


def test_a_hook_runs_what_the_checks_run() -> None:
    hooks = [
        hook
        for repo in read(ROOT / ".pre-commit-config.yaml")["repos"]
        if repo["repo"] == "local"
        for hook in repo["hooks"]
    ]
    programs = {re.sub(r"^\.venv/bin/(python -m )?", "", hook["entry"]).split()[0] for hook in hooks}
    assert programs == {"ruff", "mdformat"}
    assert [name for name in programs if not re.search(rf"\$\(BIN\)/(python -m )?{name} ", MAKEFILE)] == []


def test_foreign_hooks_are_pinned_by_the_hash_of_their_commit() -> None:
    foreign = [repo for repo in read(ROOT / ".pre-commit-config.yaml")["repos"] if repo["repo"] != "local"]
    assert foreign
    assert [repo["repo"] for repo in foreign if not re.fullmatch(r"[0-9a-f]{40}", repo["rev"])] == []


def test_the_changelog_has_the_section_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d{{2}}-\d{{2}}$", changelog, re.MULTILINE)
