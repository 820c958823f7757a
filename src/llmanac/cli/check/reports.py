"""The reports of ``llmanac check``: a format is a function and a row in ``REPORTS``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from llmanac.cli.check import gitlab, junit, sarif
from llmanac.cli.check.finding import Finding
from llmanac.cli.check.whole_file import write_whole
from llmanac.cli.output.tables import printable
from llmanac.errors import InvalidParameters

Report = Callable[[Sequence[Finding], Sequence[str]], str]
"""Makes a report of the findings, and of the paths of all files that were checked."""


class ReportFormat(StrEnum):
    """The formats of a report."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITLAB = "gitlab"


def text(findings: Sequence[Finding], _: Sequence[str]) -> str:
    """A line for each finding, without the known ones."""
    return "\n".join(printable(finding.sentence) for finding in findings if not finding.is_known)


def plain_json(findings: Sequence[Finding], checked: Sequence[str]) -> str:
    """All findings for programs; each says whether it is known."""
    content = {"files": len(checked), "findings": [finding.plain for finding in findings]}
    return json.dumps(content, indent=2, ensure_ascii=False)


REPORTS: Mapping[ReportFormat, Report] = {
    ReportFormat.TEXT: text,
    ReportFormat.JSON: plain_json,
    ReportFormat.SARIF: sarif.report,
    ReportFormat.JUNIT: junit.report,
    ReportFormat.GITLAB: gitlab.report,
}


class ReportFile(NamedTuple):
    """A report that is written into a file."""

    format: ReportFormat
    path: Path

    @classmethod
    def parse(cls, option: str) -> ReportFile:
        """The option as it is typed, ``FORMAT=FILE``. Raises InvalidParameters."""
        name, equals, path = option.partition("=")
        if name not in [*ReportFormat] or not (equals and path):
            raise InvalidParameters(f"--report takes FORMAT=FILE, where FORMAT is one of {', '.join(ReportFormat)}.")
        return cls(ReportFormat(name), Path(path))

    def write(self, findings: Sequence[Finding], checked: Sequence[str]) -> None:
        """Write the report whole or not at all. Raises InvalidParameters."""
        content = REPORTS[self.format](findings, checked)
        write_whole(self.path, f"{content}\n" if content else "")
