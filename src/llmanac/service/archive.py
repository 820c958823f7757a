"""The past of the catalog, as the doors of the program ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from llmanac.service.details.model_details import Describer
from llmanac.service.editions.reader import Reader
from llmanac.service.history.as_of import Past
from llmanac.service.history.changes import ChangeFeed
from llmanac.service.history.recorder import History


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything that answers about the past, and about changes."""

    history: History
    past: Past
    describer: Describer
    changes: ChangeFeed

    @classmethod
    def of(cls, history: History, past: Past, *, reader: Reader) -> Archive:
        """The services that stand on a history."""
        return cls(history, past, Describer(history, past), ChangeFeed(history, reader))
