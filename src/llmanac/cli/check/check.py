"""``llmanac check``: finds model ids in files that are retired, soon retired, not approved, unpriced or unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.check import junit, sarif
from llmanac.cli.check.finding import Finding
from llmanac.cli.check.fixing import diff as show_diff
from llmanac.cli.check.fixing import fixed_files, write_fixes
from llmanac.cli.check.judge import Judge
from llmanac.cli.check.scan import ScannedFiles, scan
from llmanac.cli.output.tables import printable
from llmanac.cli.output.terminal import Exit, put, say
from llmanac.clock import system_clock
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.lint import Severity

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
    fix: Annotated[
        bool, typer.Option("--fix", help="Write the successor where it is sure; nothing else in the file changes.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would write, and write nothing.")] = False,
    *,
    client: CatalogClient,
) -> None:
    hosts = KnownHosts.of(client.providers())
    scanned = scan(paths or [Path()], hosts, excluded=exclude or ())
    judge = Judge(client, hosts, today=system_clock().date(), within=timedelta(days=within))
    findings = judge.findings(scanned, ignored=ignore or ())
    contents = fixed_files(findings, scanned.texts)
    if diff:
        put(show_diff(contents, scanned.texts))
    else:
        if fix:
            findings = _write(findings, contents, scanned)
        put(REPORTS[format_](findings, [path.as_posix() for path in scanned.mentions]))
    _say_summary(scanned, findings)
    if any(finding.level >= Severity[level.name] for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _write(findings: Sequence[Finding], contents: Mapping[Path, bytes], scanned: ScannedFiles) -> list[Finding]:
    """Write the fixes, and return the findings that remain."""
    left = {path.as_posix() for path in write_fixes(contents, scanned.texts)}
    remaining = [it for it in findings if it.fix is None or it.path in left]
    for path in sorted(left):
        say(f"{path} was left as it is: it cannot be written, or has changed since it was read.")
    say(f"{len(findings) - len(remaining)} ids were replaced in {len(contents) - len(left)} files.")
    return remaining


def _say_summary(scanned: ScannedFiles, findings: Sequence[Finding]) -> None:
    for remark in scanned.remarks():
        say(printable(remark))
    ids = {it.id for found in scanned.mentions.values() for it in found}
    say(f"{len(findings)} findings among {len(ids)} models in {len(scanned.mentions):,} files.")


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
