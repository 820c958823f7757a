"""A finding: a violation and its position in a file. Every report of ``llmanac check`` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from llmanac.service.check.lint import Severity, Violation
from llmanac.service.check.mentions import Mention


class BaselineState(StrEnum):
    """How a finding stands to the baseline, in the words of SARIF."""

    NEW = "new"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation of a rule by one mention of a model id."""

    path: str
    """The path with slashes, from the directory in which the command ran."""
    mention: Mention
    violation: Violation
    fix: str | None = None
    """The text that ``--fix`` writes in place of the id; None where that is not sure."""
    baseline_state: BaselineState | None = None
    """None where there is no baseline."""

    @property
    def is_known(self) -> bool:
        """Whether it is in the baseline: it fails nothing."""
        return self.baseline_state is BaselineState.UNCHANGED

    @property
    def level(self) -> Severity:
        """The severity."""
        return self.violation.level

    @property
    def message(self) -> str:
        """The message, with a suggested successor where there is one."""
        successor = self.violation.successor
        return f"{self.violation.message} Take {successor} instead?" if successor else self.violation.message

    @property
    def sentence(self) -> str:
        """The finding in one line, as compilers write it: ``path:line:column: level: message [rule]``."""
        at = f"{self.path}:{self.mention.line}:{self.mention.column}"
        return f"{at}: {self.level.name.lower()}: {self.message} [{self.violation.rule}]"

    @property
    def plain(self) -> dict[str, Any]:
        """The finding as a dict for JSON."""
        return {
            "path": self.path,
            "line": self.mention.line,
            "column": self.mention.column,
            "id": self.mention.id,
            "read_as": self.violation.offer or self.violation.id,
            "rule": self.violation.rule.value,
            "level": self.level.name.lower(),
            "message": self.violation.message,
            "successor": self.violation.successor,
            "fix": self.fix,
            "baseline_state": self.baseline_state,
        }
