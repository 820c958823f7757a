"""``llmanac check``: finds model ids in files that are retired, soon retired, unpriced or unknown."""

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
    """The severities, as the option spells them."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class ReportFormat(StrEnum):
    """The formats of a report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


@dataclass(frozen=True, slots=True)
class ScannedFiles:
    """The mentions in each file that was read, and the number of files that could not be."""

    mentions: Mapping[Path, Sequence[Mention]]
    unread: int


@app.command()
@asks
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Files, or directories with everything below them.")
    ] = None,
    within: Annotated[int, typer.Option(min=0, metavar="DAYS", help="Warn of retirements within this many days.")] = 90,
    level: Annotated[
        LevelName, typer.Option(help="Exit with 1 for findings of this level or above.")
    ] = LevelName.WARNING,
    ignore: Annotated[list[str] | None, typer.Option(metavar="GLOB", help="Ids to ignore; repeatable.")] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Paths below a directory to leave out; repeatable.")
    ] = None,
    format_: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="text, json, sarif (2.1.0) or junit.")
    ] = ReportFormat.TEXT,
    *,
    client: CatalogClient,
) -> None:
    scanned = _read(paths or [Path()], client, exclude or ())
    ids = sorted({it.id for found in scanned.mentions.values() for it in found if not _matches(it.id, ignore or ())})
    today = system_clock().date()
    verdicts = client.validate(ids)["verdicts"] if ids else []
    violations = {it["id"]: lint(it, today=today, within=timedelta(days=within)) for it in verdicts}
    findings = _findings(scanned, violations)
    put(REPORTS[format_](findings, [path.as_posix() for path in scanned.mentions]))
    _say_summary(scanned, findings, len(ids))
    if any(finding.level >= Severity[level.name] for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _read(paths: Sequence[Path], client: CatalogClient, excluded: Sequence[str]) -> ScannedFiles:
    heads = {
        head.lower() for it in client.providers()["providers"] for head in (it["id"], it["litellm_prefix"]) if head
    }
    found: dict[Path, Sequence[Mention]] = {}
    unread = 0
    for path, syntax in files(paths, excluded=excluded):
        text = read(path)
        if text is None:
            unread += 1
        else:
            found[path] = tuple(mentions(text, syntax, heads=heads))
    return ScannedFiles(found, unread)


def _findings(scanned: ScannedFiles, violations: Mapping[str, Violation | None]) -> list[Finding]:
    return [
        Finding(path.as_posix(), mention, violation)
        for path, found in scanned.mentions.items()
        for mention in found
        if (violation := violations.get(mention.id)) is not None
    ]


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _say_summary(scanned: ScannedFiles, findings: Sequence[Finding], ids: int) -> None:
    summary = f"{len(findings)} findings among {ids} models in {len(scanned.mentions):,} files"
    say(f"{summary}; {scanned.unread:,} were too large or no text." if scanned.unread else f"{summary}.")


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
