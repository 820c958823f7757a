"""A fault where it stands: what every report of ``llmanac check`` is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llmanac.service.check.lint import Severity, Violation
from llmanac.service.check.mentions import Mention


@dataclass(frozen=True, slots=True)
class Finding:
    """One id in one place of one file."""

    path: str
    """With slashes, as it was reached from where the command ran."""
    mention: Mention
    fault: Violation

    @property
    def level(self) -> Severity:
        """How bad it is."""
        return self.fault.level

    @property
    def message(self) -> str:
        """What is wrong, and what to take instead."""
        successor = self.fault.successor
        return f"{self.fault.message} Take {successor} instead?" if successor else self.fault.message

    @property
    def sentence(self) -> str:
        """In one line, as compilers do: ``path:line:column: level: message [rule]``."""
        at = f"{self.path}:{self.mention.line}:{self.mention.column}"
        return f"{at}: {self.level.name.lower()}: {self.message} [{self.fault.rule}]"

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON is in Python."""
        return {
            "path": self.path,
            "line": self.mention.line,
            "column": self.mention.column,
            "id": self.mention.id,
            "rule": self.fault.rule.value,
            "level": self.level.name.lower(),
            "message": self.fault.message,
            "successor": self.fault.successor,
        }
