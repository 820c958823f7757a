"""Reports findings as GitLab's Code Quality report, which it shows in merge requests.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from llmanac.cli.check.finding import Finding
from llmanac.cli.check.fingerprint import Fingerprint, fingerprints
from llmanac.service.check.lint import Severity

SEVERITIES = {Severity.NOTE: "info", Severity.WARNING: "minor", Severity.ERROR: "major"}


def report(findings: Sequence[Finding], _: Sequence[str]) -> str:
    """The report: a list of the findings without the known ones, since the format has no word for those."""
    entries = [
        _entry(finding, fingerprint)
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True)
        if not finding.is_known
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False)


def _entry(finding: Finding, fingerprint: Fingerprint) -> dict[str, Any]:
    return {
        "description": finding.message,
        "check_name": f"llmanac-{finding.violation.rule.value}",
        "fingerprint": fingerprint.digest,
        "severity": SEVERITIES[finding.level],
        "location": {"path": finding.path, "lines": {"begin": finding.mention.line}},
    }
