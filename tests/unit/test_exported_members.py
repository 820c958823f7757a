"""The names that ``import llmanac`` offers: all that a caller can meet, and nothing that costs time."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import llmanac
from llmanac.errors import LlmanacError

WEB = {"fastapi", "jinja2", "rich", "starlette", "typer", "uvicorn"}
DATABASE = {"aiosqlite", "alembic", "sqlalchemy"}
SETTINGS = {"pydantic"}
HISTORY = {"asyncio", "llmanac.catalog.history", "llmanac.service.archive", "llmanac.service.history.recorder"}
BUILDING = {
    "llmanac.ingest.decode.formats.litellm",
    "llmanac.ingest.decode.formats.modelsdev",
    "llmanac.ingest.merge.merge",
    "llmanac.ingest.pipeline",
    "llmanac.service.editions.packing",
}
QUESTIONS = {
    "llmanac.service.details.conflicts",
    "llmanac.service.details.model_details",
    "llmanac.service.offers.comparison",
}
"""Modules that answer a question other than a search; none is needed for one."""


def seen_by_type_checkers() -> dict[str, str]:
    """The names that a type checker finds imported, by the module that each is from."""
    tree = ast.parse(Path(llmanac.__file__).read_text(encoding="utf-8"))
    [block] = [it for it in tree.body if isinstance(it, ast.If) and ast.unparse(it.test) == "TYPE_CHECKING"]
    imports = [it for it in block.body if isinstance(it, ast.ImportFrom)]
    return {alias.name: str(it.module) for it in imports for alias in it.names}


def modules_after(program: str, environment: dict[str, str] | None = None) -> set[str]:
    """The top-level packages, and ours in full, that a program has imported when it ends."""
    code = f"{program}\nimport sys\nprint(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)
    names = out.stdout.split()
    return {it.partition(".")[0] for it in names} | {it for it in names if it.startswith("llmanac")}


def classes_met(hint: Any) -> Iterator[type]:
    """The classes of ours in a type, and in the fields of those that are dataclasses."""
    if inspect.isclass(hint) and hint.__module__.startswith("llmanac."):
        yield hint
        if dataclasses.is_dataclass(hint):
            for field in get_type_hints(hint).values():
                yield from classes_met(field)
    for argument in get_args(hint):
        yield from classes_met(argument)


def test_the_list_and_the_imports_agree() -> None:
    assert sorted([*seen_by_type_checkers(), "__version__"]) == sorted(llmanac.__all__)


def test_a_program_finds_each_name_where_a_type_checker_does() -> None:
    for name, module in seen_by_type_checkers().items():
        assert getattr(llmanac, name) is vars(sys.modules[module])[name]


def test_the_names_are_what_dir_shows() -> None:
    assert dir(llmanac) == sorted(llmanac.__all__)


@pytest.mark.parametrize("name", sorted(set(llmanac.__all__) - {"__version__"}))
def test_each_name_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(llmanac, name))


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'catalogue'"):
        llmanac.catalogue  # type: ignore[attr-defined] # noqa: B018 -- looking it up is the test


def test_every_class_that_a_caller_can_meet_is_exported() -> None:
    methods = [it for name, it in vars(llmanac.Catalog).items() if inspect.isfunction(it) and name[0] != "_"]
    names = {name: getattr(llmanac, name) for name in llmanac.__all__}  # some are imported for type checkers only
    hints = [hint for it in (*methods, llmanac.open_catalog) for hint in get_type_hints(it, localns=names).values()]

    met = {it.__name__ for hint in hints for it in classes_met(hint)}

    assert met - set(llmanac.__all__) == set()


def test_every_error_that_is_exported_is_one_of_the_tree() -> None:
    errors = [it for name in llmanac.__all__ if isinstance(it := getattr(llmanac, name), type)]
    assert all(issubclass(it, LlmanacError) for it in errors if issubclass(it, Exception))


def test_importing_it_imports_nothing_else() -> None:
    assert {it for it in modules_after("import llmanac") if it.startswith("llmanac")} == {"llmanac", "llmanac.version"}


@pytest.mark.slow
def test_opening_the_packaged_catalog_needs_neither_web_nor_database_nor_settings() -> None:
    program = "import llmanac\nlen(llmanac.open_catalog(cache=False).search('gpt'))"
    assert modules_after(program) & (WEB | DATABASE | SETTINGS) == set()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose cache directory has the edition of the package."""
    environment = {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}
    modules_after("import llmanac\nllmanac.open_catalog()", environment)
    return environment


@pytest.mark.slow
class TestOpeningAKeptEdition:
    """It is done in a quarter of a second, most of which is imports."""

    def test_it_imports_neither_the_history_nor_what_builds_editions(self, cache: dict[str, str]) -> None:
        program = "import llmanac\nlen([it.id for it in llmanac.open_catalog().search('gpt')[:3]])"
        loaded = modules_after(program, cache)
        assert loaded & (WEB | DATABASE | SETTINGS) == set()
        assert loaded & (HISTORY | BUILDING | QUESTIONS) == set()

    def test_an_offer_of_an_id_is_found_without_them(self, cache: dict[str, str]) -> None:
        assert (
            modules_after("import llmanac\nllmanac.open_catalog().get('gpt-4o')", cache) & (HISTORY | BUILDING) == set()
        )

    def test_the_history_is_imported_when_it_is_asked_for(self, cache: dict[str, str]) -> None:
        program = "import datetime, llmanac\nlen(llmanac.open_catalog().search(as_of=datetime.date(2026, 8, 18)))"
        assert modules_after(program, cache) >= HISTORY
