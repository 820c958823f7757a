"""The services of the catalog's past, assembled from a history."""

from __future__ import annotations

from dataclasses import dataclass

from llmanac.service.details.model_details import DetailsReader
from llmanac.service.editions.reader import Reader
from llmanac.service.history.as_of import PastEditions
from llmanac.service.history.changes import ChangeFeed
from llmanac.service.history.recorder import HistoryRecorder


@dataclass(frozen=True, slots=True)
class Archive:
    """The services that answer questions about the past and about changes."""

    history: HistoryRecorder
    past: PastEditions
    details: DetailsReader
    changes: ChangeFeed

    @classmethod
    def of(cls, history: HistoryRecorder, past: PastEditions, *, reader: Reader) -> Archive:
        """Assemble the services on a history."""
        return cls(history, past, DetailsReader(history, past), ChangeFeed(history, reader))
