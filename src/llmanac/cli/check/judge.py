"""Judges mentions: asks the catalog about all their ids at once, and then about what could replace them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fnmatch import fnmatch
from typing import Any

from llmanac.cli.backend.client import CatalogClient
from llmanac.cli.check.finding import Finding
from llmanac.cli.check.scan import ScannedFiles
from llmanac.service.check.fixes import is_sure, propose
from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.lint import lint
from llmanac.service.check.readings import read_ids


class Judge:
    """A catalog that is asked about mentions, on one day."""

    def __init__(self, client: CatalogClient, hosts: KnownHosts, *, today: date, within: timedelta) -> None:
        self._client = client
        self._hosts = hosts
        self._today = today
        self._within = within

    def findings(self, scanned: ScannedFiles, *, ignored: Sequence[str] = ()) -> list[Finding]:
        """The findings in the files, in order; ``ignored`` are patterns of ids that are left out."""
        read = [
            (path.as_posix(), mention, read_ids(mention, self._hosts))
            for path, found in scanned.mentions.items()
            for mention in found
            if not is_ignored(mention.id, ignored)
        ]
        verdicts = self._ask(it for _, _, readings in read for it in readings.ids)
        findings = [
            Finding(path, mention, violation)
            for path, mention, readings in read
            if (violation := lint(readings, verdicts, today=self._today, within=self._within)) is not None
        ]
        return self._with_fixes(findings)

    def _with_fixes(self, findings: Sequence[Finding]) -> list[Finding]:
        proposed = [propose(it.mention, it.violation, self._hosts) for it in findings]
        verdicts = self._ask(it.reading for it in proposed if it is not None)
        return [
            replace(finding, fix=it.text)
            if it is not None and is_sure(it, verdicts, today=self._today, within=self._within)
            else finding
            for finding, it in zip(findings, proposed, strict=True)
        ]

    def _ask(self, ids: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        asked = sorted(set(ids))
        return {it["id"]: it for it in self._client.validate(asked)["verdicts"]} if asked else {}


def is_ignored(id_: str, patterns: Sequence[str]) -> bool:
    """Whether an id matches one of the patterns."""
    return any(fnmatch(id_, pattern) for pattern in patterns)
