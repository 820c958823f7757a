"""Reports findings as JUnit XML, a test case for each file, so that CI systems count failures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from llmanac.cli.check.finding import Finding
from llmanac.cli.output.tables import printable
from llmanac.service.check.lint import Severity


def report(findings: Sequence[Finding], checked: Sequence[str]) -> str:
    """The report: a suite with a case for each checked file; notes and the baseline's are output, and fail nothing."""
    by_path: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_path[finding.path].append(finding)
    failed = sum(any(map(_fails, found)) for found in by_path.values())
    counts = {"name": "llmanac check", "tests": str(len(checked)), "failures": str(failed), "errors": "0"}
    suites = Element("testsuites", counts)
    suite = SubElement(suites, "testsuite", {**counts, "skipped": "0"})
    for path in checked:
        case = SubElement(suite, "testcase", {"classname": "llmanac.check", "name": printable(path)})
        _add_findings(case, by_path[path])
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=True)


def _add_findings(case: Element, found: Sequence[Finding]) -> None:
    bad = [finding for finding in found if _fails(finding)]
    told = [finding for finding in found if not _fails(finding)]
    if bad:
        worst = max(bad, key=lambda finding: finding.level)
        failure = SubElement(case, "failure", {"message": printable(worst.message), "type": worst.violation.rule.value})
        failure.text = "\n".join(printable(finding.sentence) for finding in bad)
    if told:
        SubElement(case, "system-out").text = "\n".join(map(_told, told))


def _fails(finding: Finding) -> bool:
    return finding.level > Severity.NOTE and not finding.is_known


def _told(finding: Finding) -> str:
    return printable(f"{finding.sentence} (in the baseline)" if finding.is_known else finding.sentence)
