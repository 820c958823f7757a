"""Reports findings as SARIF 2.1.0, which code hosts show beside the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from llmanac.cli.check.finding import Finding
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


def report(findings: Sequence[Finding]) -> str:
    """The report: one run with all findings."""
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
        "results": [_result(finding) for finding in findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _result(finding: Finding) -> dict[str, Any]:
    mention = finding.mention
    region = {
        "startLine": mention.line,
        "startColumn": mention.column,
        "endColumn": mention.column + len(mention.id),
    }
    artifact = {"uri": quote(finding.path)}
    result: dict[str, Any] = {
        "ruleId": finding.violation.rule.value,
        "ruleIndex": list(MEANINGS).index(finding.violation.rule),
        "level": finding.level.name.lower(),
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"model/v1": f"{finding.violation.rule.value}:{mention.id}"},
    }
    if finding.fix is not None:
        replacement = {"deletedRegion": region, "insertedContent": {"text": finding.fix}}
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}]}]
    return result
