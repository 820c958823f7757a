"""``llmanac check``: finds model ids in files that are retired, soon retired, not approved, unpriced or unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llmanac.cli.backend.choose import asks
from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.check.baseline import Baseline
from llmanac.cli.check.finding import Finding
from llmanac.cli.check.fixing import diff as show_diff
from llmanac.cli.check.fixing import fixed_files, write_fixes
from llmanac.cli.check.judge import Judge, is_ignored
from llmanac.cli.check.reports import REPORTS, ReportFile, ReportFormat
from llmanac.cli.check.scan import ScannedFiles, scan
from llmanac.cli.output.tables import printable
from llmanac.cli.output.terminal import Exit, put, say
from llmanac.clock import system_clock
from llmanac.errors import InvalidRequest
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.lint import Severity

EXAMPLES = """\
Examples:

llmanac check .

llmanac check --fix src deploy.yaml

llmanac check --write-baseline llmanac-baseline.json .

llmanac check --baseline llmanac-baseline.json --report sarif=models.sarif .

git diff --name-only main | xargs llmanac check --force-exclude
"""

app = typer.Typer()


class LevelName(StrEnum):
    """The severities, as the option spells them."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@app.command(epilog=EXAMPLES)
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
    force_exclude: Annotated[
        bool,
        typer.Option(
            "--force-exclude",
            help="Of the files that are named, read only those that would be found below a directory; for lists that "
            "programs make.",
        ),
    ] = False,
    format_: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="text, json, sarif (2.1.0), junit or gitlab (Code Quality).")
    ] = ReportFormat.TEXT,
    report: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Write a report into a file besides, such as sarif=F; repeatable."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings that are in this file fail nothing.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all findings into this file, for --baseline.")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write the successor where it is sure; nothing else in the file changes.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would write, and write nothing.")] = False,
    *,
    client: CatalogClient,
) -> None:
    if write_baseline is not None and (baseline is not None or diff):
        raise InvalidRequest("--write-baseline goes with neither --baseline nor --diff.")
    reports = [ReportFile.parse(it) for it in report or ()]
    known = None if baseline is None else Baseline.read(baseline)
    own = [it for it in (baseline, write_baseline, *(report.path for report in reports)) if it is not None]
    hosts = KnownHosts.of(client.providers())
    scanned = scan(paths or [Path()], hosts, excluded=exclude or (), own=own, force_exclude=force_exclude)
    judge = Judge(client, hosts, today=system_clock().date(), within=timedelta(days=within))
    findings = judge.findings(scanned, ignored=ignore or ())
    contents = fixed_files(findings, scanned.texts)
    if fix and not diff:
        findings = _write(findings, contents, scanned)
    if write_baseline is not None:
        known = Baseline.of(findings, write_baseline)
        known.write(write_baseline)
    if known is not None:
        findings = known.marked(findings)

    checked = [path.as_posix() for path in scanned.mentions]
    if shown := show_diff(contents, scanned.texts) if diff else REPORTS[format_](findings, checked):
        put(shown)
    for it in reports:
        it.write(findings, checked)
    _say_summary(scanned, findings)
    if known is not None:
        _say_mended(known.mended(findings, checked, is_ignored=lambda id_: is_ignored(id_, ignore or ())))
    if any(finding.level >= Severity[level.name] and not finding.is_known for finding in findings):
        raise typer.Exit(Exit.FAILED)


def _write(findings: Sequence[Finding], contents: Mapping[Path, bytes], scanned: ScannedFiles) -> list[Finding]:
    """Write the fixes, and return the findings that remain."""
    left = {path.as_posix() for path in write_fixes(contents, scanned.texts)}
    remaining = [it for it in findings if it.fix is None or it.path in left]
    for path in sorted(left):
        say(f"{path} was left as it is: it cannot be written, or has changed since it was read.")
    say(f"{len(findings) - len(remaining)} ids were replaced in {len(contents) - len(left)} files.")
    return remaining


def _say_summary(scanned: ScannedFiles, findings: Collection[Finding]) -> None:
    for remark in scanned.remarks():
        say(printable(remark))
    ids = {it.id for found in scanned.mentions.values() for it in found}
    known = sum(finding.is_known for finding in findings)
    beside = f", and {known} of the baseline," if known else ""
    say(f"{len(findings) - known} findings{beside} among {len(ids)} models in {len(scanned.mentions):,} files.")


def _say_mended(mended: int) -> None:
    if mended:
        say(f"{mended} findings of the baseline are mended: write it anew with --write-baseline.")
