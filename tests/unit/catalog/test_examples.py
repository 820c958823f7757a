"""The examples of the docstrings and of the docs do what they say."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import llmanac
from llmanac.catalog import catalog as catalog_module
from llmanac.catalog import opening
from llmanac.catalog.catalog import Catalog

from ..small_past import refreshed_installation

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "README.md", ROOT / "docs" / "python.md")
METHODS = {f"Catalog.{name}" for name, it in vars(Catalog).items() if callable(it) and name[0] != "_"}
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

FOUND = doctest.DocTestFinder(exclude_empty=True)
DOCSTRINGS = [it for module in (catalog_module, opening) for it in FOUND.find(module) if it.examples]


@pytest.fixture(scope="session")
def cache_of_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory for all examples, so that the catalog is built once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _in_a_cache(monkeypatch: pytest.MonkeyPatch, cache_of_examples: Path) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: cache_of_examples)


def failures(example: doctest.DocTest) -> Iterator[str]:
    """The report of an example's run; nothing where all went as written."""
    said: list[str] = []
    doctest.DocTestRunner(optionflags=OPTIONS).run(example, out=said.append)
    yield from said


def read_page(page: Path, names: dict[str, Any]) -> doctest.DocTest:
    """All blocks of Python in a page as one example: a later one goes on from those before."""
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return doctest.DocTestParser().get_doctest("\n".join(blocks), names, page.name, str(page), 0)


@pytest.mark.slow
@pytest.mark.parametrize("example", DOCSTRINGS, ids=lambda it: it.name.removeprefix("llmanac.catalog."))
def test_a_docstring(example: doctest.DocTest, catalog: Catalog) -> None:
    example.globs.update(llmanac=llmanac, catalog=catalog)
    assert [*failures(example)] == []


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda it: it.name)
def test_a_page(page: Path, tmp_path: Path) -> None:
    example = read_page(page, {"data_dir": refreshed_installation(tmp_path)})
    assert example.examples
    assert [*failures(example)] == []


def test_every_block_of_python_is_an_example() -> None:
    for page in PAGES:
        blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        assert blocks
        assert [it for it in blocks if not it.startswith(">>> ")] == []


def test_every_method_has_an_example_in_its_docstring() -> None:
    shown = {it.name.removeprefix("llmanac.catalog.catalog.") for it in DOCSTRINGS}
    assert METHODS - shown == {"Catalog.close"}


class TestNames:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")

    def test_every_name_is_listed(self) -> None:
        listed = set(re.findall(r"`(\w+)`", self.page.split("## All names")[1]))
        assert listed == set(llmanac.__all__) - {"__version__"}

    def test_every_error_has_its_row(self) -> None:
        errors = {name for name in llmanac.__all__ if _is_error(getattr(llmanac, name))} - {"LlmanacError"}
        rows = re.findall(r"^\| `(\w+)` \|", self.page.split("## Errors")[1].split("\n## ")[0], re.MULTILINE)
        assert set(rows) == errors


def _is_error(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Exception)
