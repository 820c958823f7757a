"""``llmanac check``: finds the models that a repository depends on and that will not be there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.check import junit, sarif
from llmanac.cli.check.files import files, read
from llmanac.cli.check.finding import Finding
from llmanac.cli.output.tables import printable
from llmanac.cli.output.terminal import Exit, put, say
from llmanac.clock import system_clock
from llmanac.service.check.lint import Severity, Violation, lint
from llmanac.service.check.mentions import Mention, mentions

app = typer.Typer()


class LevelName(StrEnum):
    """The levels as options spell them."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class ReportFormat(StrEnum):
    """How findings are told."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


@dataclass(frozen=True, slots=True)
class ScannedFiles:
    """What was read: the mentions of each file, and how many could not be read."""

    mentions: Mapping[Path, Sequence[Mention]]
    unread: int


@app.command()
@asks
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Files, or directories with all below.")
    ] = None,
    within: Annotated[int, typer.Option(min=0, metavar="DAYS", help="How soon a retirement is worth a warning.")] = 90,
    level: Annotated[
        LevelName, typer.Option(help="From which level on findings end the command with 1.")
    ] = LevelName.WARNING,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Ids to say nothing about; repeatable.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Paths below a directory to leave out; repeatable.")
    ] = None,
    format_: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="text, json, sarif (2.1.0) or junit.")
    ] = ReportFormat.TEXT,
    *,
    client: CatalogClient,
) -> None:
    reading = _read(paths or [Path()], client, exclude or ())
    ids = sorted({it.id for found in reading.mentions.values() for it in found if not _matches(it.id, ignore or ())})
    today = system_clock().date()
    verdicts = client.validate(ids)["verdicts"] if ids else []
    faults = {it["id"]: lint(it, today=today, within=timedelta(days=within)) for it in verdicts}
    findings = _findings(reading, faults)
    put(REPORTS[format_](findings, [path.as_posix() for path in reading.mentions]))
    _say_summary(reading, findings, len(ids))
    if any(finding.level >= Severity[level.name] for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _read(paths: Sequence[Path], client: CatalogClient, excluded: Sequence[str]) -> ScannedFiles:
    heads = {
        head.lower() for it in client.providers()["providers"] for head in (it["id"], it["litellm_prefix"]) if head
    }
    found: dict[Path, Sequence[Mention]] = {}
    unread = 0
    for path, writing in files(paths, excluded=excluded):
        text = read(path)
        if text is None:
            unread += 1
        else:
            found[path] = tuple(mentions(text, writing, heads=heads))
    return ScannedFiles(found, unread)


def _findings(reading: ScannedFiles, faults: Mapping[str, Violation | None]) -> list[Finding]:
    return [
        Finding(path.as_posix(), mention, fault)
        for path, found in reading.mentions.items()
        for mention in found
        if (fault := faults.get(mention.id)) is not None
    ]


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _say_summary(reading: ScannedFiles, findings: Sequence[Finding], ids: int) -> None:
    said = f"{len(findings)} findings among {ids} models in {len(reading.mentions):,} files"
    say(f"{said}; {reading.unread:,} were too large or no text." if reading.unread else f"{said}.")


def _text(findings: Sequence[Finding], _: Sequence[str]) -> str:
    return "\n".join(printable(finding.sentence) for finding in findings)


def _json(findings: Sequence[Finding], checked: Sequence[str]) -> str:
    content = {"files": len(checked), "findings": [finding.plain for finding in findings]}
    return json.dumps(content, indent=2, ensure_ascii=False)


REPORTS: Mapping[ReportFormat, Callable[[Sequence[Finding], Sequence[str]], str]] = {
    ReportFormat.TEXT: _text,
    ReportFormat.JSON: _json,
    ReportFormat.SARIF: lambda findings, _: sarif.report(findings),
    ReportFormat.JUNIT: junit.report,
}
