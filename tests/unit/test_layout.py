"""The tree keeps its own rules, where no linter does."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "llmanac"

MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
ROOMS = {path.parent.name for path in SOURCE.glob("*/__init__.py")}

NOQA = re.compile(r"#\s*noqa(: [\w, ]+(—|--|#) \S)?")
TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(\[[\w, -]+\]\s+(—|--|#) \S)?")


def unexplained(file: Path) -> list[str]:
    """The lines of a file that silence a check and do not say why."""
    lines = file.read_text(encoding="utf-8").splitlines()
    silenced = ((line, NOQA.search(line) or TYPE_IGNORE.search(line)) for line in lines)
    return [line for line, found in silenced if found and not found[1]]


def test_a_file_stays_under_400_lines() -> None:
    assert [path for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) >= 400] == []


def test_a_module_is_named_by_its_concept() -> None:
    assert [path for path in MODULES if re.search(r"util|helper|manager|common|misc", path.stem)] == []


def test_unit_tests_mirror_the_rooms_of_the_source() -> None:
    suites = {path.parent.name for path in (ROOT / "tests" / "unit").glob("*/test_*.py")}
    assert suites <= ROOMS


def test_a_silenced_check_carries_its_reason_in_the_code() -> None:
    silent = {file: unexplained(file) for file in {*MODULES, *TESTS} - {Path(__file__)}}
    assert {file: lines for file, lines in silent.items() if lines} == {}


def test_a_silenced_check_carries_its_reason_in_the_settings() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rules = [line for line in settings.splitlines() if re.match(r' +"[A-Z]+[0-9]*",', line)]
    assert rules
    assert [line for line in rules if not re.search(r"# \S", line)] == []


def test_the_architecture_names_every_room() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room for room in ROOMS if f"{room}/" not in architecture] == []
