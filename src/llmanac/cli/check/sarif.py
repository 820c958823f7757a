"""Reports findings as SARIF 2.1.0, which code hosts show beside the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from llmanac.cli.check.finding import Finding
from llmanac.cli.check.fingerprint import Fingerprint, fingerprints
from llmanac.service.check.lint import SEVERITIES, LintRule
from llmanac.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

MEANINGS = {
    LintRule.RETIRED: "The model's last day is over",
    LintRule.RETIRING: "The model is on its way out",
    LintRule.UNKNOWN: "No host lists the model",
    LintRule.UNPRICED: "No source knows the model's price",
    LintRule.UNAPPROVED: "The organisation has not approved the model",
}

KNOWN = {"kind": "external", "status": "accepted", "justification": "It is in the baseline."}
"""The suppression of a finding of the baseline."""


def report(findings: Sequence[Finding], _: Sequence[str]) -> str:
    """The report: one run with all findings; those of the baseline are suppressed."""
    driver = {
        "name": "llmanac",
        "version": __version__,
        "rules": [
            {
                "id": rule.value,
                "shortDescription": {"text": meaning},
                "defaultConfiguration": {"level": SEVERITIES[rule].name.lower()},
            }
            for rule, meaning in MEANINGS.items()
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(*it) for it in zip(findings, fingerprints(findings), strict=True)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _result(finding: Finding, fingerprint: Fingerprint) -> dict[str, Any]:
    mention = finding.mention
    region = {
        "startLine": mention.line,
        "startColumn": mention.column,
        "endColumn": mention.column + len(mention.id),
    }
    artifact = {"uri": quote(os.fsencode(finding.path))}
    result: dict[str, Any] = {
        "ruleId": finding.violation.rule.value,
        "ruleIndex": list(MEANINGS).index(finding.violation.rule),
        "level": finding.level.name.lower(),
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"mention/v1": fingerprint.digest},
    }
    if finding.baseline_state is not None:
        result["baselineState"] = finding.baseline_state.value
        result["suppressions"] = [KNOWN] if finding.is_known else []  # of all results, or of none
    if finding.fix is not None:
        replacement = {"deletedRegion": region, "insertedContent": {"text": finding.fix}}
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}]}]
    return result
