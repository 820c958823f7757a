"""``llmanac doctor``: checks the settings, database, sources and pages of this installation."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Iterator
from dataclasses import dataclass

import typer

from llmanac import bootstrap, database, settings, standalone
from llmanac.cli.backend.overlays import open_overlays
from llmanac.cli.backend.policies import open_policies
from llmanac.cli.options.shared import DataDir
from llmanac.cli.output.overlays import notable_states
from llmanac.cli.output.terminal import Exit, put
from llmanac.errors import LlmanacError
from llmanac.http.api import docs_page
from llmanac.mcp.extra import INSTALL, is_installed
from llmanac.rules.validity import Validity
from llmanac.settings import Settings
from llmanac.version import __version__


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of one check."""

    subject: str
    state: str
    is_wrong: bool = False


def doctor(data_dir: DataDir = None) -> None:
    findings = list(examine(data_dir))
    width = max(len(finding.subject) for finding in findings)
    for finding in findings:
        put(f"{'✗' if finding.is_wrong else '✓'} {finding.subject.ljust(width)}  {finding.state}")
    if any(finding.is_wrong for finding in findings):
        raise typer.Exit(Exit.FAILED)


def examine(data_dir: DataDir) -> Iterator[Diagnosis]:
    """The results of all checks, in the order in which a start needs them."""
    yield Diagnosis("llmanac", f"{__version__} on Python {platform.python_version()}, {platform.system()}")
    try:
        chosen = settings.load(data_dir=data_dir)
    except LlmanacError as error:
        yield Diagnosis("settings", error.detail, is_wrong=True)
        return
    yield Diagnosis("settings", f"listen on {chosen.host} port {chosen.port}, authentication '{chosen.authentication}'")
    yield _database(chosen)
    yield from _sources(chosen)
    yield from _overlays(chosen)
    yield from _policies(chosen)
    yield Diagnosis("/mcp", "the extra is installed" if is_installed() else f"agents need the extra: {INSTALL}")
    if docs_page.has_viewer():
        yield Diagnosis("/docs", "the viewer is installed")
    else:
        yield Diagnosis("/docs", "the viewer is missing, since this was built without Node; the API works all the same")


def _database(chosen: Settings) -> Diagnosis:
    if not database.has_database(chosen):
        return Diagnosis("database", f"{chosen.data_dir}: there is none yet; the first start creates it")

    async def count() -> int:
        async with bootstrap.open_tokens(chosen) as tokens:
            return len(await tokens.all())

    try:
        tokens = asyncio.run(count())
    except LlmanacError as error:
        return Diagnosis("database", f"{database.describe_database(chosen)}: {error.detail}", is_wrong=True)
    return Diagnosis("database", f"{database.describe_database(chosen)}: up to date, {tokens} tokens")


def _overlays(chosen: Settings) -> Iterator[Diagnosis]:
    """The overlays that are declared, and the rules of which something should be known."""
    try:
        answer = open_overlays(chosen.model_copy(update={"url": None})).list()
    except LlmanacError as error:
        yield Diagnosis("overlays", error.detail, is_wrong=True)
        return
    rules = [rule for it in answer["overlays"] for rule in it["rules"]]
    in_force = sum(rule["validity"] == Validity.IN_FORCE for rule in rules)
    yield Diagnosis("overlays", f"{answer['total']:,}, of whose {len(rules):,} rules {in_force:,} are in force")
    if answer["trouble"]:
        yield Diagnosis("overlays", f"{answer['trouble']} What was last read holds.", is_wrong=True)
    for name, reason in answer["unreadable"].items():
        yield Diagnosis("overlays", f"{name} cannot be read, and is not in force: {reason}", is_wrong=True)
    for rule in rules:
        if notable := notable_states(rule):
            wrong = rule["trouble"] is not None
            yield Diagnosis("overlays", f"{rule['overlay']}/{rule['rule']}: {', '.join(notable)}", is_wrong=wrong)


def _policies(chosen: Settings) -> Iterator[Diagnosis]:
    """The policies that are declared, and those that deny because they cannot be read."""
    try:
        answer = open_policies(chosen.model_copy(update={"url": None})).list()
    except LlmanacError as error:
        yield Diagnosis("policies", error.detail, is_wrong=True)
        return
    yield Diagnosis("policies", f"{answer['total']:,}")
    if answer["trouble"]:
        yield Diagnosis("policies", f"{answer['trouble']} What was last read holds.", is_wrong=True)
    for name, reason in answer["unreadable"].items():
        yield Diagnosis(
            "policies",
            f"{name} cannot be read, so that only those who may mend it see anything: {reason}",
            is_wrong=True,
        )


def _sources(chosen: Settings) -> Iterator[Diagnosis]:
    try:
        catalog = standalone.build_catalog(chosen).catalog
    except LlmanacError as error:
        yield Diagnosis("sources", error.detail, is_wrong=True)
        return
    for source in catalog.sources:
        ref, counts = source.ref, f"{source.records:,} records, {source.rejects:,} rejects"
        yield Diagnosis(ref.name, f"of {ref.date}, {counts}, {ref.origin}")
