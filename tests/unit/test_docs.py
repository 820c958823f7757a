"""The docs list exactly what the code has."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from llmanac.auth.verifier import OpenVerifier
from llmanac.cli.app import COMMANDS
from llmanac.cli.check.reports import ReportFormat
from llmanac.cli.output.terminal import Exit
from llmanac.dialects.dialect import Dialect
from llmanac.dialects.table import DIALECTS
from llmanac.domain.records import Capability
from llmanac.domain.usage import TokenKind
from llmanac.http.api.estimate import EstimateRequest
from llmanac.http.app import create_app
from llmanac.http.services import Services
from llmanac.ingest.guard.rules import FINAL, GuardRule
from llmanac.rules.documents import read_overlays, read_policies
from llmanac.search.query.filters import CAPABILITY_SYNONYMS
from llmanac.search.query.parameter import Parameter
from llmanac.search.query.query import Sort
from llmanac.search.query.schema import PARAMETERS
from llmanac.service.check.lint import SEVERITIES
from llmanac.service.editions.edition import Edition
from llmanac.service.editions.reader import Reader
from llmanac.service.offers.csv_export import COLUMNS, ENTRY_COLUMNS
from llmanac.service.refresh.records import Outcome
from llmanac.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CATALOG = (DOCS / "catalog.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

OF_A_BENCH = frozenset({DOCS / "search-cost.svg", ROOT / "bench" / "results"})
"""Files that a run of the bench writes: they need not be there."""


def anchors(page: Path) -> set[str]:
    """The anchors that a link can name in a page: its headings, as code hosts spell them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "read"), [("overlays.md", read_overlays), ("policies.md", read_policies)])
def test_every_example_of_rules_is_well_written(page: str, read: Callable[..., tuple[object, ...]]) -> None:
    examples = re.findall(r"^```toml\n(.*?)^```", (DOCS / page).read_text(), re.MULTILINE | re.DOTALL)

    assert all(read(it, origin=page) for it in examples)
    assert examples


@pytest.mark.parametrize("page", PAGES, ids=lambda it: it.name)
def test_every_link_leads_to_something(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists() or target in OF_A_BENCH, link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda it: it.name)
def test_every_parameter_has_its_row(parameter: Parameter) -> None:
    rows = re.findall(rf"^\| `{parameter.name}` \|.*", CATALOG, re.MULTILINE)
    assert len(rows) == 1
    assert parameter.description.split(". Default")[0] in rows[0]


def test_no_parameter_is_listed_that_there_is_not() -> None:
    table = CATALOG.split("## Parameters")[1].split("**`query`.**")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [it.name for it in PARAMETERS]


def test_capabilities_are_listed_in_their_order() -> None:
    listed = CATALOG.split("In this order: ")[1].split(".\n")[0]
    assert re.findall(r"`(\w+)`", listed) == [it.value for it in Capability]


def test_every_synonym_is_listed_with_what_it_stands_for() -> None:
    rows = re.findall(r"^\| ([^|]+) \| `(\w+)` \|$", CATALOG.split("A filter understands")[1], re.MULTILINE)
    assert {name: meant for names, meant in rows for name in re.findall(r"`(\w+)`", names)} == {
        name: it.value for name, it in CAPABILITY_SYNONYMS.items()
    }


def test_every_order_is_explained() -> None:
    explained = CATALOG.split("**`sort`.**")[1].split("\n\n")[0]
    assert {it.value for it in Sort} <= set(re.findall(r"`(\w+)`", explained))


def test_the_page_of_settings_is_up_to_date() -> None:
    written = runpy.run_path(str(DOCS / "write_settings.py"))["page"]()
    assert written == (DOCS / "settings.md").read_text(), "run: python docs/write_settings.py"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


class TestCommand:
    page = (DOCS / "cli.md").read_text()

    def test_every_command_has_its_row(self) -> None:
        listed = re.findall(r"^\| `(\w+)` \|", self.page.split("## Which catalog is read")[0], re.MULTILINE)
        assert sorted(listed) == sorted(entry.name for entry in COMMANDS)

    def test_every_exit_code_has_its_row(self) -> None:
        assert [int(code) for code in re.findall(r"^\| (\d) \|", self.page, re.MULTILINE)] == [*Exit]

    def test_every_rule_of_check_has_its_row(self) -> None:
        rows = re.findall(r"^\| `(\w+)` \| (error|warning|note) \|", self.page, re.MULTILINE)
        assert dict(rows) == {rule.value: level.name.lower() for rule, level in SEVERITIES.items()}

    def test_every_format_of_check_says_what_it_does_with_the_baseline(self) -> None:
        rows = (DOCS / "ci.md").read_text().split("| format | what is in the baseline |")[1].split("\n\n")[0]
        assert re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE) == [*ReportFormat]

    def test_every_column_of_an_export_is_listed(self) -> None:
        listed = re.findall(r"`(\w+)`(\\\*)?", self.page.split("The columns of CSV are ")[1].split(";")[0])
        of_entries = {name for name, _ in ENTRY_COLUMNS}
        assert [(name, not mark) for name, mark in listed] == [(it.name, it.name in of_entries) for it in COLUMNS]


class TestEstimates:
    page = (DOCS / "estimates.md").read_text()

    @pytest.mark.parametrize("kind", TokenKind)
    def test_every_kind_of_token_is_explained(self, kind: TokenKind) -> None:
        assert f"`{kind}`" in self.page.split("## Tokens")[1].split("## The formula")[0]

    def test_every_field_of_the_question_has_its_row(self) -> None:
        rows = re.findall(r"^\| (`[^|]+) \|", self.page, re.MULTILINE)
        assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(EstimateRequest.model_fields)


class TestAPI:
    page = (DOCS / "api.md").read_text()

    def test_every_operation_has_its_row_with_its_scope(self, embedded_edition: Edition) -> None:
        app = create_app(Services(reader=Reader(embedded_edition), authenticator=OpenVerifier(), clock=lambda: NOON))
        with TestClient(app) as client:
            document = client.get("/openapi.json").json()
        stated = [
            (f"{method.upper()} {path}", _scope(operation))
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        ]
        rows = re.findall(r"^\| `([A-Z]+ /[^`]*)` \| `?([\w:]+)`? \|", self.page, re.MULTILINE)
        assert sorted(rows) == sorted(stated)


def _scope(operation: Any) -> str:
    """The scope that an operation needs, in each of the ways to show a credential."""
    [scope] = {name for way in operation.get("security", [{"": ["none"]}]) for names in way.values() for name in names}
    return str(scope)


def test_the_readme_counts_what_is_in_the_package(embedded_edition: Edition) -> None:
    catalog = embedded_edition.catalog
    hosts = len({offer.provider for offer in catalog.offers})
    counted = f"{len(catalog.offers):,} offers of {len(catalog.models):,} models at {hosts} hosts"
    assert counted in (ROOT / "README.md").read_text()


class TestRefresh:
    page = (DOCS / "refresh.md").read_text()

    def test_every_rule_has_its_row(self) -> None:
        rows = re.findall(r"^\| `([\w-]+)` \|.*\| (confirmed|somebody accepts it) \|$", self.page, re.MULTILINE)
        assert [rule for rule, _ in rows] == [*GuardRule]
        assert {rule for rule, until in rows if until != "confirmed"} == FINAL

    def test_every_outcome_has_its_row(self) -> None:
        rows = self.page.split("| outcome | means |")[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE) == [*Outcome]


@pytest.mark.parametrize("dialect", [it for it in DIALECTS if it.documents], ids=lambda it: it.name)
def test_every_dialect_has_its_section_with_its_address(dialect: Dialect) -> None:
    page = (ROOT / "docs" / "dialects.md").read_text(encoding="utf-8")
    assert f"\n## {dialect.name}\n" in page
    assert f"[`{dialect.name}`](#{dialect.name})" in page
    assert dialect.documents[0].path in page
