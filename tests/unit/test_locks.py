"""The locks: dependencies by version and hash, from no particular registry."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.dependency_groups import resolve_dependency_groups
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CLIENT = tomllib.loads((ROOT / "clients" / "python" / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("runtime", "client", "build", "dev")


CLIENTS = ROOT / "tests" / "e2e" / "clients" / "locks"


def read_lock(name: str, folder: Path = ROOT / "locks") -> dict[str, tuple[str, list[str]]]:
    """The version and the hashes of each package in a lock."""
    text = (folder / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pins = [(re.match(r"([\w.-]+)==(\S+)", line), re.findall(r"--hash=sha256:[0-9a-f]{64}", line)) for line in lines]
    return {pin[1]: (pin[2], hashes) for pin, hashes in pins if pin} if all(pin for pin, _ in pins) else {}


def declared(name: str) -> list[Requirement]:
    """The requirements of pyproject.toml that a lock has to hold."""
    extras = [line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra]
    runtime = [*PROJECT["project"]["dependencies"], *extras]
    groups = PROJECT["dependency-groups"]
    lines = {
        "runtime": runtime,
        "client": CLIENT["project"]["dependencies"],
        "build": [*map(str, resolve_dependency_groups(groups, "build"))],
        "dev": [*runtime, *map(str, resolve_dependency_groups(groups, "dev"))],
    }
    return [Requirement(line) for line in lines[name]]


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_and_hashed(name: str) -> None:
    lock = read_lock(name)
    assert lock
    assert [package for package, (_, hashes) in lock.items() if not hashes] == []


def test_the_clients_of_dialects_are_pinned_and_hashed() -> None:
    lock = read_lock("clients", CLIENTS)
    named = [line.partition("==") for line in (CLIENTS / "clients.in").read_text().splitlines() if "==" in line]
    assert {name: version for name, _, version in named} == {name: lock[name][0] for name, _, _ in named}
    assert [package for package, (_, hashes) in lock.items() if not hashes] == []
    packages = json.loads((CLIENTS / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, it in packages.items() if name and "integrity" not in it] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_the_project_declares(name: str) -> None:
    lock = read_lock(name)
    for requirement in declared(name):
        version, _ = lock[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement


def test_tests_run_on_the_versions_that_users_run_on() -> None:
    dev = read_lock("dev")
    for package, pin in (read_lock("runtime") | read_lock("client") | read_lock("build")).items():
        assert dev[package] == pin


@pytest.mark.parametrize("path", [*(f"locks/{name}.txt" for name in LOCKS), "web/package-lock.json"])
def test_a_lock_names_no_address(path: str) -> None:
    assert "://" not in (ROOT / path).read_text(encoding="utf-8")


def test_what_comes_from_npm_is_pinned_and_hashed() -> None:
    wanted = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert [path for path, package in packages.items() if path and "integrity" not in package] == []
