"""The services of the catalog's past, assembled from a history."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from llmanac.service.editions.reader import Reader
from llmanac.service.history.as_of import PastEditions
from llmanac.service.history.changes import ChangeFeed
from llmanac.service.history.recorder import HistoryRecorder

if TYPE_CHECKING:  # no start needs it, and it takes a tenth of a start to import
    from llmanac.service.details.model_details import DetailsReader


class Archive:
    """The services that answer questions about the past and about changes."""

    def __init__(self, history: HistoryRecorder, past: PastEditions, *, reader: Reader) -> None:
        self.history = history
        self.past = past
        self.changes = ChangeFeed(history, reader)

    @cached_property
    def details(self) -> DetailsReader:
        """Tells all that is known of a model."""
        from llmanac.service.details.model_details import DetailsReader  # noqa: PLC0415 -- see above

        return DetailsReader(self.history, self.past)
