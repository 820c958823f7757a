"""The tree keeps its own rules, where no linter does."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "llmanac"

MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PACKAGES = [file.parent for file in MODULES if file.name == "__init__.py"]
SCRIPTS = sorted(
    [
        *(ROOT / "bench").rglob("*.py"),
        *(ROOT / "clients").rglob("*.py"),
        *(ROOT / "docs").glob("*.py"),
        *ROOT.glob("*.py"),
        *ROOT.glob("locks/*.py"),
    ]
)
UNIT = ROOT / "tests" / "unit"
ROOMS = {path.parent.name for path in SOURCE.glob("*/__init__.py")}

NOQA = re.compile(r"#\s*noqa(: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* -- (?!as (above|said))\S)?")
TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(\[[\w, -]+\]  # -- (?!as (above|said))\S)?")
"""The one form of each; mypy wants a comment's sign before the reason. "As above" is none."""

OF_THE_PROJECT = {
    "test_build.py",
    "test_client_agreement.py",
    "test_docs.py",
    "test_docs_figures.py",
    "test_exported_members.py",
    "test_layout.py",
    "test_leaving_out.py",
    "test_locks.py",
    "test_workflows.py",
}
"""Unit tests of what stands around the source."""

ACROSS_MODULES = {
    "catalog/test_examples.py": "the examples of docstrings and docs",
    "cli/test_clients.py": "the local and the remote client give the same responses",
    "cli/test_reading.py": "the commands that read, as they are typed",
    "ingest/test_added_source.py": "a source that is added as a decoder and a row",
    "http/test_hidden_models.py": "that nothing tells of models that a policy hides",
    "http/test_random_rules.py": "what is read under random overlays and policies, beside a plain reading of them",
    "http/test_questions.py": "the operations that read, as they are asked",
    "rules/test_plain_reading.py": "overlays, beside a plain reading of their rules",
    "search/test_relevance.py": "what judged questions find",
    "test_agreement.py": "facts that have to stand in several places, and say the same in all",
    "service/test_company.py": "the company that the docs tell of",
    "service/test_embedded_alternatives.py": "what could take a model's place today, under policies, too",
    "service/test_embedded_ids.py": "ids as people, clients and configurations write them",
    "service/test_estimate_agreement.py": "estimates beside those of two other programs",
}
"""Unit tests that are about no module alone, and what they are about."""

MOST_SHARED_NAMES = 5
"""Names of public classes that may stand in two files."""
VAGUE = re.compile(r"(What|Of|Whatever|Which)\b")
"""The opening of a docstring that describes its subject instead of naming it."""
MOST_VAGUE = 0.01
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Assign, ast.AnnAssign)

Arrows = dict[str, set[str]]
"""Each name in a room, with those in the same room that it imports from."""


class Limit(NamedTuple):
    """The limits of a room: as much as a reader can hold in mind."""

    arrows: int
    floors: int


LIMITS = {
    "service": Limit(arrows=15, floors=6),
    "http": Limit(arrows=30, floors=6),
    "ingest": Limit(arrows=20, floors=5),
    "search": Limit(arrows=20, floors=6),
    "cli": Limit(arrows=10, floors=4),
    "pages": Limit(arrows=16, floors=5),
}


def unexplained(file: Path) -> list[str]:
    """The lines of a file that silence a check and do not say why."""
    lines = file.read_text(encoding="utf-8").splitlines()
    silenced = ((line, NOQA.search(line) or TYPE_IGNORE.search(line)) for line in lines)
    return [line for line, found in silenced if found and not found[1]]


def test_a_file_stays_under_400_lines() -> None:
    assert [path for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) >= 400] == []


def test_a_module_is_named_by_its_concept() -> None:
    assert [path for path in MODULES if re.search(r"util|helper|manager|common|misc", path.stem)] == []


def test_a_file_of_unit_tests_is_named_by_the_module_that_it_is_about() -> None:
    tests = {path.relative_to(UNIT).as_posix() for path in UNIT.rglob("test_*.py")}
    assert {path for path in tests if not is_about_a_module(path)} == {*OF_THE_PROJECT, *ACROSS_MODULES}


def is_about_a_module(path: str) -> bool:
    """Whether there is a module, or a room, of that name at the same place in the source."""
    folder, _, name = path.rpartition("/")
    subject = SOURCE / folder / name.removeprefix("test_").removesuffix(".py")
    return subject.with_suffix(".py").is_file() or (subject / "__init__.py").is_file()


def test_a_silenced_check_carries_its_reason_in_the_code() -> None:
    silent = {file: unexplained(file) for file in {*MODULES, *TESTS, *SCRIPTS} - {Path(__file__)}}
    assert {file: lines for file, lines in silent.items() if lines} == {}


def test_a_silenced_check_carries_its_reason_in_the_settings() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rules = [line for line in settings.splitlines() if re.match(r' +"[A-Z]+[0-9]*",', line)]
    assert rules
    assert [line for line in rules if not re.search(r"# \S", line)] == []


def test_the_architecture_names_every_room() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room for room in ROOMS if f"{room}/" not in architecture] == []


@cache
def tree_of(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def imported_by(file: Path) -> frozenset[str]:
    """The dotted names of what a file imports, inside functions too."""
    found = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def arrows_in(package: Path) -> Arrows:
    """The imports between the direct children of a package."""
    prefix = ".".join(("llmanac", *package.relative_to(SOURCE).parts, ""))
    children = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    arrows: Arrows = {child: set() for child in children - {"__init__"}}
    for child in arrows:
        folder = package / child
        for file in folder.rglob("*.py") if folder.is_dir() else [package / f"{child}.py"]:
            targets = {name.removeprefix(prefix).split(".")[0] for name in imported_by(file) if name.startswith(prefix)}
            arrows[child] |= (targets & arrows.keys()) - {child}
    return arrows


def floors_of(arrows: Arrows) -> int:
    """The number of floors of a room, where every arrow runs downwards. Raises ValueError for a circle."""
    floors = 0
    above = dict(arrows)
    while above:
        ground = {name for name, targets in above.items() if not targets & above.keys()}
        if not ground:
            raise ValueError(f"a circle: {sorted(above)}")
        above = {name: targets for name, targets in above.items() if name not in ground}
        floors += 1
    return floors


@pytest.mark.parametrize(("room", "limit"), LIMITS.items())
def test_a_room_stays_as_simple_as_its_limits(room: str, limit: Limit) -> None:
    arrows = arrows_in(SOURCE / room)
    assert sum(map(len, arrows.values())) <= limit.arrows, arrows
    assert floors_of(arrows) <= limit.floors


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.relative_to(SOURCE.parent).as_posix())
def test_no_imports_run_in_a_circle_at_any_level(package: Path) -> None:
    arrows = arrows_in(package)
    assert floors_of(arrows) <= len(arrows)


def test_a_circle_is_found() -> None:
    with pytest.raises(ValueError, match=r"\['one', 'three', 'two'\]"):
        floors_of({"one": {"two"}, "two": {"three"}, "three": {"one"}, "ground": set()})


def test_an_arrow_is_counted_once_however_many_imports_it_has() -> None:
    assert floors_of({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == 3
    assert "runtime" in arrows_in(SOURCE / "service")["history"]


def test_the_inner_rooms_have_a_contract_each() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [room for room in LIMITS if f'containers = ["llmanac.{room}"]' not in settings] == []


def test_every_class_in_the_glossary_is_one() -> None:
    glossary = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("## Glossary")[1].split("\n## ")[0]
    named = set(re.findall(r"`([A-Z]\w+)`", glossary))
    defined = {node.name for file in MODULES for node in tree_of(file).body if isinstance(node, ast.ClassDef)}
    assert named
    assert named - defined == set()


def test_a_class_has_a_name_of_its_own() -> None:
    classes = [node.name for file in MODULES for node in ast.walk(tree_of(file)) if isinstance(node, ast.ClassDef)]
    twice = {name for name, times in Counter(classes).items() if times > 1 and name[0] != "_"}
    assert len(twice) <= MOST_SHARED_NAMES, twice


def docstrings_of(file: Path) -> Iterator[str]:
    """The docstrings of a file: of the module, its classes and functions, and those below assignments."""
    for node in ast.walk(tree_of(file)):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            for before, statement in zip([node, *body], body, strict=False):
                if isinstance(statement, ast.Expr) and isinstance(before, DOCUMENTED):
                    value = ast.literal_eval(statement.value) if isinstance(statement.value, ast.Constant) else None
                    if isinstance(value, str):
                        yield value


@pytest.mark.slow
def test_a_docstring_names_its_subject_in_its_first_words() -> None:
    stated = [(file, it) for file in {*MODULES, *TESTS, *SCRIPTS} for it in docstrings_of(file)]
    vague = [(file.name, it) for file, it in stated if VAGUE.match(it)]
    assert len(stated) > 1000
    assert len(vague) < len(stated) * MOST_VAGUE, vague
